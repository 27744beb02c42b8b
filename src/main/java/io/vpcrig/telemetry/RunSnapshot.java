package io.vpcrig.telemetry;

import java.util.List;

/**
 * All counters of a run as they were at one time; those of different owners may be a tenth of a
 * second apart.
 *
 * @param examples the last drop known for each reason that has one
 */
public record RunSnapshot(
    Run run, Run.State state, List<Counter> counters, List<Example> examples) {
  /**
   * A frame that was dropped.
   *
   * @param atMs when, ms since 1970
   * @param text its flow, and where it stood
   */
  public record Example(Reason reason, long atMs, String text) {}

  public RunSnapshot {
    counters = List.copyOf(counters);
    examples = List.copyOf(examples);
  }

  /** Values of a type, in the order they were added. */
  public List<Counter> all(CounterType type) {
    return counters.stream().filter(counter -> counter.type() == type).toList();
  }

  /** The sum of a type; 0 if there is none. */
  public long sum(CounterType type) {
    return counters.stream()
        .filter(counter -> counter.type() == type)
        .mapToLong(Counter::value)
        .sum();
  }

  /** When the values were written, ms since 1970. */
  public long atMs() {
    return sum(CounterType.HEARTBEAT);
  }
}
