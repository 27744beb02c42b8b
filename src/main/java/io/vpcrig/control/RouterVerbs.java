package io.vpcrig.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.engine.Accounting;
import io.vpcrig.frame.Verdict;
import io.vpcrig.io.live.PortCounters;
import io.vpcrig.live.LiveRouter;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a running router can be told and asked by its {@link ControlSocket}. Any thread. */
public final class RouterVerbs {
  private final LiveRouter router;
  private final List<String> links;
  private final Reloads reloads;
  private final long begunMs = System.currentTimeMillis();

  public RouterVerbs(LiveRouter router, List<String> links, Reloads reloads) {
    this.router = router;
    this.links = List.copyOf(links);
    this.reloads = reloads;
  }

  /** The verbs by their names. */
  public Map<String, ControlSocket.Verb> all() {
    Map<String, ControlSocket.Verb> verbs = new LinkedHashMap<>();
    verbs.put("status", this::status);
    verbs.put("reload", this::reload);
    verbs.put("stop", this::stop);
    verbs.put("tap", new TapVerb(router, links));
    verbs.put("trace", new TraceVerb(router, links));
    return verbs;
  }

  private void status(String arguments, Answer answer) throws IOException {
    requireNone(arguments);
    LiveRouter.Counted counted = router.counted();
    Accounting counts = counted.counts();
    ObjectNode json = Answer.ok();
    json.put("vpc", counted.snapshot().vpc().name())
        .put("pid", ProcessHandle.current().pid())
        .put("begunMs", begunMs)
        .put("generation", counted.snapshot().generation())
        .put("packets", counts.packets());
    for (byte verdict : new byte[] {Verdict.FORWARD, Verdict.DROP, Verdict.SWITCH, Verdict.LOCAL}) {
      json.put(Verdict.name(verdict), counts.verdict(verdict));
    }
    json.put("sessions", router.path().sessions().size())
        .put("sessionsCreated", router.path().sessions().created())
        .put("neighbours", router.neighbours());
    ArrayNode ports = json.putArray("ports");
    List<PortCounters> port = router.portCounters();
    for (int p = 0; p < links.size(); p++) {
      ports
          .addObject()
          .put("port", links.get(p))
          .put("up", RouterWatch.isUp(links.get(p)))
          .put("received", port.get(p).received())
          .put("lost", port.get(p).lost())
          .put("sent", port.get(p).sent())
          .put("unsent", port.get(p).unsent());
    }
    answer.done(json);
  }

  private void reload(String arguments, Answer answer) throws IOException {
    requireNone(arguments);
    Reloads.Result result = reloads.reload("control");
    if (result.taken()) {
      answer.done(
          Answer.ok().put("generation", result.generation()).put("seconds", result.seconds()));
    } else {
      answer.refuse(
          "generation "
              + result.generation()
              + " goes on: "
              + String.join("; ", result.problems()));
    }
  }

  private void stop(String arguments, Answer answer) throws IOException {
    requireNone(arguments);
    answer.done(Answer.ok());
    router.stop();
  }

  private static void requireNone(String arguments) {
    if (!arguments.isEmpty()) {
      throw new IllegalArgumentException("'" + arguments + "': this verb takes no arguments");
    }
  }
}
