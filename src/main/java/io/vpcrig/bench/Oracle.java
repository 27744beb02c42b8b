package io.vpcrig.bench;

import io.vpcrig.acl.Classifier;
import io.vpcrig.acl.HeaderTrace;
import io.vpcrig.acl.RuleSet;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;

/**
 * Answers of linear search, the definition of right, to headers of a trace: to all, or to so many,
 * spread evenly over it, that a limit of work is kept.
 */
public final class Oracle {
  /** Rules times headers of a sample; a second or two of one core. */
  public static final long SAMPLE_WORK = 2_000_000_000L;

  /** Was asked nothing and objects to nothing. */
  public static final Oracle SILENT = new Oracle(new int[0], new int[0]);

  /** Positions in the trace, ascending. */
  private final int[] headers;

  private final int[] answers;

  private Oracle(int[] headers, int[] answers) {
    this.headers = headers;
    this.answers = answers;
  }

  /**
   * Searches.
   *
   * @param maxWork rules times headers that may be tested; at least one header is
   * @param jobs threads
   */
  public static Oracle of(RuleSet rules, HeaderTrace trace, long maxWork, int jobs) {
    long affordable = Math.max(1, maxWork / Math.max(1, rules.size()));
    int count = (int) Math.min(trace.size(), affordable);
    int[] headers =
        IntStream.range(0, count).map(k -> (int) ((long) k * trace.size() / count)).toArray();
    int[] answers = new int[count];
    try (var pool = new ForkJoinPool(jobs)) {
      pool.submit(
              () ->
                  IntStream.range(0, count)
                      .parallel()
                      .forEach(k -> answers[k] = firstMatch(rules, trace, headers[k])))
          .join();
    }
    return new Oracle(headers, answers);
  }

  private static int firstMatch(RuleSet rules, HeaderTrace trace, int i) {
    for (int k = 0; k < rules.size(); k++) {
      if (rules.matches(
          k, trace.source(i), trace.destination(i), trace.ports(i), trace.protocol(i))) {
        return k;
      }
    }
    return Classifier.NONE;
  }

  /** Headers that are compared. */
  public int size() {
    return headers.length;
  }

  /**
   * A sentence about the first header that is answered otherwise, if there is one.
   *
   * @param verdicts to all headers of the trace
   */
  public Optional<String> difference(String engine, int[] verdicts) {
    for (int k = 0; k < headers.length; k++) {
      int i = headers[k];
      if (verdicts[i] != answers[k]) {
        return Optional.of(
            "header %d: linear search answers %d, %s answers %d"
                .formatted(i, answers[k], engine, verdicts[i]));
      }
    }
    return Optional.empty();
  }
}
