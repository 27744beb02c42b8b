package io.vpcrig.cli;

import io.vpcrig.telemetry.Counter;
import io.vpcrig.telemetry.CounterType;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.telemetry.Run;
import io.vpcrig.telemetry.RunSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Snapshots of runs that never were. */
final class SampleRuns {
  static final long BEGUN_MS = 1_700_000_000_000L;
  private static final Run RUN = new Run(4711, 0, BEGUN_MS, "replay", "production");

  private SampleRuns() {}

  /** A run that has gone on for so many seconds, everything at an even pace. */
  static RunSnapshot after(int seconds, Run.State state) {
    List<Counter> counters = new ArrayList<>();
    add(counters, CounterType.HEARTBEAT, BEGUN_MS + seconds * 1000L);
    add(counters, CounterType.GENERATION, 3);
    add(counters, CounterType.FRAMES, 12_345_678L * seconds);
    add(counters, CounterType.BYTES, 1_234_567_890L * seconds);
    add(counters, CounterType.VERDICTS, 12_000_000L * seconds, "forward");
    add(counters, CounterType.VERDICTS, 345_600L * seconds, "drop");
    add(counters, CounterType.VERDICTS, 0, "switch");
    add(counters, CounterType.VERDICTS, 78L * seconds, "local");
    add(counters, CounterType.HELD, 2);
    add(counters, CounterType.DROPS, 300_000L * seconds, "acl.deny.rule");
    add(counters, CounterType.DROPS, 45_000L * seconds, "acl.deny.default");
    add(counters, CounterType.DROPS, 600L, "ttl.expired");
    add(counters, CounterType.DROPS, 0, "route.none");
    String[] segments = {"public", "web", "app", "a-tier-whose-name-goes-on-and-on-and-on"};
    for (int s = 0; s < segments.length; s++) {
      add(counters, CounterType.SEGMENT_IN, (s + 1) * 1_200_000L * seconds, segments[s]);
      add(counters, CounterType.SEGMENT_OUT, (4 - s) * 1_200_000L * seconds, segments[s]);
      add(counters, CounterType.SEGMENT_DROPS, s * 50_000L * seconds, segments[s]);
    }
    for (int r = 1; r <= 30; r++) {
      String[] labels = {
        r % 2 == 0 ? "web" : "app",
        Integer.toString(10 * r),
        r % 3 == 0 ? "egress" : "ingress",
        r % 5 == 0 ? "deny" : "allow"
      };
      long packets = r == 7 ? 0 : 1_000_000L / r * seconds;
      add(counters, CounterType.RULE_PACKETS, packets, labels);
      add(counters, CounterType.RULE_BYTES, 100 * packets, labels);
    }
    add(counters, CounterType.SESSIONS, 65_536);
    add(counters, CounterType.SESSIONS_CREATED, 100_000L * seconds);
    add(counters, CounterType.SESSIONS_ENDED, 99_000L * seconds);
    add(counters, CounterType.SESSIONS_EARLY, 0);
    add(counters, CounterType.SESSIONS_REFUSED, 12L * seconds, "invalid");
    add(counters, CounterType.STAGE_FRAMES, 385_000L * seconds);
    String[] stages = {"decap", "fragment", "session", "first packet", "plain egress", "encap"};
    for (int s = 0; s < stages.length; s++) {
      add(counters, CounterType.STAGE_NS, 385_000L * (s + 1) * 3 * seconds, stages[s]);
    }
    add(counters, CounterType.RING_SIZE, 8);
    add(counters, CounterType.RING_WAITING, 7, "worker-0");
    add(counters, CounterType.RING_WAITING, 0, "writer");
    return new RunSnapshot(
        RUN,
        state,
        counters,
        List.of(
            new RunSnapshot.Example(
                Reason.DENY_RULE,
                BEGUN_MS,
                "tcp 10.10.1.10:54454 > 10.10.2.10:22 via web, app#20, frame 664"),
            new RunSnapshot.Example(
                Reason.TTL, BEGUN_MS, "udp 10.10.1.10:45552 > 198.51.100.50:33434 via web")));
  }

  /** A run with any counters whatever. */
  static RunSnapshot random(Random random) {
    List<Counter> counters = new ArrayList<>();
    add(counters, CounterType.HEARTBEAT, BEGUN_MS + random.nextInt(1_000_000));
    for (CounterType type : CounterType.values()) {
      for (int k = random.nextInt(40); k > 0 && type != CounterType.HEARTBEAT; k--) {
        String[] labels = new String[type.labels().size()];
        for (int l = 0; l < labels.length; l++) {
          labels[l] = "n" + k + "x".repeat(random.nextInt(40));
        }
        add(counters, type, random.nextLong() >>> random.nextInt(1, 64), labels);
        if (labels.length == 0) {
          break;
        }
      }
    }
    Run.State state = Run.State.values()[random.nextInt(3)];
    return new RunSnapshot(RUN, state, counters, List.of());
  }

  private static void add(List<Counter> counters, CounterType type, long value, String... labels) {
    counters.add(new Counter(type, List.of(labels), value));
  }
}
