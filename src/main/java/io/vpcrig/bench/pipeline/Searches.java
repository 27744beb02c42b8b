package io.vpcrig.bench.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.bench.Samples;
import java.util.List;
import java.util.Locale;

/**
 * What repeated searches for one rate come to: the rate, or why there is none.
 *
 * @param found a run for each search: frames of the rate that held, over the time of its trials
 * @param generator frames a second that the generator does alone
 * @param most frames a second that a flood leaves of the way
 * @param queue frames that may wait
 * @param longestNs the longest that a batch took in any trial
 */
record Searches(List<Samples.Run> found, double generator, double most, int queue, long longestNs) {
  /** Nearer to the generator's own limit than this, a rate tells of the generator. */
  private static final double GENERATOR_BOUND = 0.95;

  /** Of repeated searches: above it the spread needs a reason. */
  private static final double REPEATABLE = 0.03;

  /** Adds the rate and its spread, or {@code refused}; answers whether there is a rate. */
  boolean tell(ObjectNode node) {
    Samples samples = new Samples(found);
    double median = samples.rate().median();
    if (median > GENERATOR_BOUND * generator) {
      node.put(
          "refused",
          String.format(
              Locale.ROOT,
              "generator-bound: %.2f M/s is more than %.0f%% of what the generator alone does",
              median / 1e6,
              100 * GENERATOR_BOUND));
      return false;
    }
    if (found.stream().anyMatch(each -> each.units() == 0)) {
      node.put("refused", "no load held: " + stop(median));
      return false;
    }
    node.setAll(samples.toJson("frames"));
    if (samples.rate().relative() > REPEATABLE) {
      double share = samples.share().min();
      node.put(
          "reason",
          stop(median)
              + (Double.isNaN(share)
                  ? ""
                  : String.format(
                      Locale.ROOT, "; the thread had from %.0f%% of its core on", 100 * share)));
    }
    return true;
  }

  /** What the longest stop of the thread means to the queue. */
  private String stop(double rate) {
    return String.format(
        Locale.ROOT,
        "the longest batch took %.2f ms, and the queue lasts %.2f ms",
        longestNs / 1e6,
        queue * 1e3 / (rate > 0 ? rate : most));
  }
}
