package io.vpcrig.control;

import io.vpcrig.engine.DropExamples;
import io.vpcrig.engine.Snapshot;
import io.vpcrig.io.live.Link;
import io.vpcrig.live.LiveRouter;
import io.vpcrig.query.FrameText;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.telemetry.Threads;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;

/**
 * Looks at a running router ten times a second, from a thread of its own: tells what it drops and
 * whether its links are up, tells it of links that were down, and has the VPC file read again when
 * that has changed.
 */
public final class RouterWatch implements AutoCloseable {
  private static final long PERIOD_NS = 100_000_000;

  private final LiveRouter router;
  private final List<String> links;
  private final boolean[] up;
  private final EventLog log;
  private final BiConsumer<Reason, String> lastDrops;
  private final DropExamples examples = new DropExamples();
  private final DropLog drops;
  private final FileWatch file;
  private final Reloads reloads;
  private final Thread thread;
  private Snapshot snapshot;
  private FrameText text;
  private volatile boolean stopped;

  /**
   * Prepares, before the router's first frame; {@link #start} begins.
   *
   * @param links names of the router's interfaces
   * @param watched the VPC file, if it is to be watched
   * @param lastDrops is told of dropped frames, in words
   */
  public RouterWatch(
      LiveRouter router,
      List<String> links,
      EventLog log,
      Reloads reloads,
      Optional<Path> watched,
      BiConsumer<Reason, String> lastDrops) {
    this.router = router;
    this.links = List.copyOf(links);
    this.log = log;
    this.reloads = reloads;
    this.lastDrops = lastDrops;
    file = watched.map(FileWatch::new).orElse(null);
    drops = new DropLog(log, System.nanoTime());
    up = new boolean[links.size()];
    java.util.Arrays.fill(up, true);
    router.counted().counts().keepExamples(examples);
    thread = Thread.ofPlatform().name("vpcrig-watch").daemon().unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  private void run() {
    while (!stopped) {
      look();
      LockSupport.parkNanos(PERIOD_NS);
    }
    look();
  }

  private void look() {
    examples.take(this::dropped);
    for (int k = 0; k < links.size(); k++) {
      boolean now = isUp(links.get(k));
      if (now != up[k]) {
        up[k] = now;
        log.write("link", "port", links.get(k), "state", now ? "up" : "down");
        if (now) {
          router.linkWasDown(k);
        }
      }
    }
    if (file != null && file.hasChanged()) {
      reloads.reload("file");
    }
  }

  private void dropped(Reason reason, DropExamples.Drop drop) {
    LiveRouter.Counted counted = router.counted();
    follow(counted.snapshot());
    lastDrops.accept(reason, text.example(reason, drop));
    drops.offer(reason, drop, text, counted.counts().reason(reason), System.nanoTime());
  }

  // The same snapshot, not an equal one.
  @SuppressWarnings("ReferenceEquality")
  private void follow(Snapshot now) {
    if (now != snapshot) {
      snapshot = now;
      text = new FrameText(now);
    }
  }

  /** Whether an interface is there, up and has a carrier. */
  static boolean isUp(String link) {
    return Link.isRunning(link);
  }

  @Override
  public void close() {
    stopped = true;
    LockSupport.unpark(thread);
    Threads.join(thread);
  }
}
