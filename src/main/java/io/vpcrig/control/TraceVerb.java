package io.vpcrig.control;

import io.vpcrig.engine.StoryTap;
import io.vpcrig.live.LiveRouter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code trace [count=N] [filter=EXPRESSION]}: the stories of the next N frames, 1..{@value #MOST},
 * a line each. Ends after them or when the asker goes. Thread: one for each asker.
 */
final class TraceVerb implements ControlSocket.Verb {
  private static final long MOST = 10_000;
  private static final long BY_DEFAULT = 20;
  private static final long PAUSE_MS = 20;

  private final LiveRouter router;
  private final List<String> links;

  TraceVerb(LiveRouter router, List<String> links) {
    this.router = router;
    this.links = links;
  }

  @Override
  public void serve(String arguments, Answer answer) throws IOException, InterruptedException {
    TapArguments asked = TapArguments.parse(arguments, BY_DEFAULT);
    if (asked.count() > MOST) {
      throw new IllegalArgumentException("count " + asked.count() + ", legal 1.." + MOST);
    }
    StoryTap tap = new StoryTap(asked.test(), asked.count());
    router.add(tap);
    long told = 0;
    try {
      while (told + tap.lost() < asked.count()) {
        List<StoryTap.Told> next = new ArrayList<>();
        tap.check();
        tap.read(next::add);
        for (StoryTap.Told frame : next) {
          answer.line(TraceStory.of(frame, links));
          told++;
        }
        answer.stillThere(told, tap.lost());
        Thread.sleep(PAUSE_MS);
      }
    } finally {
      router.remove(tap);
    }
    answer.done(Answer.ok().put("frames", told).put("lost", tap.lost()));
  }
}
