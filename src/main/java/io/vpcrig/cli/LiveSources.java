package io.vpcrig.cli;

import io.vpcrig.acl.RuleTable;
import io.vpcrig.engine.Accounting;
import io.vpcrig.io.live.PortCounters;
import io.vpcrig.live.LiveRouter;
import io.vpcrig.live.LiveRouter.Counted;
import io.vpcrig.model.Segment;
import io.vpcrig.telemetry.CounterType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/**
 * Where the counters of a live router are read. Reloads bring segments and rules, which get
 * counters then; those of segments that are gone stay at what they were. Thread: the publisher's,
 * but for {@link #begin}.
 */
final class LiveSources {
  private static final int GONE = -1;

  private final LiveRouter router;
  private final List<String> ports;
  private final CounterSources sources;

  /** Number of each segment there ever was, {@link #GONE} if it is none now. */
  private final Map<String, int[]> segments = new HashMap<>();

  private Counted now;
  private List<PortCounters> portsNow;
  private int rulesTold;

  @FunctionalInterface
  private interface OfSegment {
    long of(Accounting counts, int segment);
  }

  LiveSources(LiveRouter router, List<String> ports, CounterSources sources) {
    this.router = router;
    this.ports = List.copyOf(ports);
    this.sources = sources;
    now = router.counted();
    portsNow = router.portCounters();
  }

  /** Adds what is there from the start. */
  void begin() {
    for (int p = 0; p < ports.size(); p++) {
      port(p, CounterType.PORT_RECEIVED, PortCounters::received);
      port(p, CounterType.PORT_LOST, PortCounters::lost);
      port(p, CounterType.PORT_CUT, PortCounters::cut);
      port(p, CounterType.PORT_REFUSED, PortCounters::refused);
      port(p, CounterType.PORT_SENT, PortCounters::sent);
      port(p, CounterType.PORT_UNSENT, PortCounters::unsent);
    }
    sources.add(CounterType.FOREIGN, router::foreign);
    sources.add(CounterType.UNPORTED, router::unported);
    sources.add(CounterType.NEIGHBOURS, router::neighbours);
    sources.add(CounterType.WAITING_LOST, router::lostWaiting);
    learn();
  }

  private void port(int port, CounterType type, ToLongFunction<PortCounters> value) {
    LongSupplier source = () -> value.applyAsLong(portsNow.get(port));
    sources.add(type, source, ports.get(port));
  }

  /** Goes by what the router goes by now. */
  void follow() {
    portsNow = router.portCounters();
    Counted before = now;
    now = router.counted();
    if (now.snapshot().generation() != before.snapshot().generation()) {
      learn();
    }
  }

  private void learn() {
    segments.values().forEach(number -> number[0] = GONE);
    List<Segment> all = now.snapshot().vpc().segments();
    for (int s = 0; s < all.size(); s++) {
      segments.computeIfAbsent(all.get(s).name(), this::newSegment)[0] = s;
    }
    RuleTable rules = now.snapshot().acls().rules();
    sources.addRules(List.of(router.path()), rules, rulesTold);
    rulesTold = Math.max(rulesTold, rules.ruleCount());
  }

  private int[] newSegment(String name) {
    int[] number = {GONE};
    segment(CounterType.SEGMENT_IN, Accounting::passedFrom, number, name);
    segment(CounterType.SEGMENT_OUT, Accounting::passedTo, number, name);
    segment(CounterType.SEGMENT_DROPS, Accounting::dropped, number, name);
    return number;
  }

  private void segment(CounterType type, OfSegment value, int[] number, String name) {
    long[] last = {0};
    sources.add(
        type,
        () -> {
          if (number[0] != GONE) {
            last[0] = Math.max(last[0], value.of(now.counts(), number[0]));
          }
          return last[0];
        },
        name);
  }

  /** Something that the router's accounting counted. */
  long counts(ToLongFunction<Accounting> value) {
    return value.applyAsLong(now.counts());
  }

  long generation() {
    return now.snapshot().generation();
  }
}
