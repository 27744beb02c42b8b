package io.vpcrig.cli;

import io.vpcrig.telemetry.Counter;
import io.vpcrig.telemetry.CounterType;
import io.vpcrig.telemetry.RunSnapshot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What changed between two snapshots of one run, by the second. Time is that of the counters, so it
 * does not matter when the snapshots were taken.
 */
final class Rates {
  private record Key(CounterType type, List<String> labels) {}

  private final RunSnapshot now;
  private final Map<Key, Long> earlier = new HashMap<>();
  private final double seconds;

  /**
   * @param before null: the beginning of the run, with all counters 0
   */
  Rates(RunSnapshot now, RunSnapshot before) {
    this.now = now;
    long since = before == null ? now.run().begunMs() : before.atMs();
    seconds = Math.max(0, now.atMs() - since) / 1e3;
    if (before != null) {
      for (Counter counter : before.counters()) {
        earlier.put(new Key(counter.type(), counter.labels()), counter.value());
      }
    }
  }

  /** How much a counter grew. */
  long grown(Counter counter) {
    return counter.value() - earlier.getOrDefault(new Key(counter.type(), counter.labels()), 0L);
  }

  /** How much a counter grew by the second; 0 if no time went by. */
  double perSecond(Counter counter) {
    return seconds == 0 ? 0 : grown(counter) / seconds;
  }

  /** The same of all counters of a type. */
  double perSecond(CounterType type) {
    return now.all(type).stream().mapToDouble(this::perSecond).sum();
  }

  /** How much all counters of a type grew. */
  long grown(CounterType type) {
    return now.all(type).stream().mapToLong(this::grown).sum();
  }
}
