package io.vpcrig.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The highest load that loses no more than a given part: RFC 2544 section 26.1 asks for it, and how
 * it is found here follows MLRsearch (draft-ietf-bmwg-mlrsearch): from the rate that a flood
 * leaves, halved until a load holds, then by bisection of the ratio until upper and lower bound are
 * {@code precision} apart. A load holds if most of its trials do: a trial that something else
 * disturbed is outvoted, a load that fails half of the time is none.
 *
 * @param lossRatio that may be lost: 0 for NDR
 * @param precision of the result, as a part of it, above 0
 * @param trials of a load at most, odd; fewer where they agree
 */
public record LoadSearch(double lossRatio, double precision, int trials) {
  /** Below this part of the first load nothing is looked for. */
  private static final double LEAST = 1.0 / 1024;

  /** One trial. */
  @FunctionalInterface
  public interface Trial {
    /** Offers {@code rate} frames a second; answers which part was lost. */
    double lossRatio(double rate);
  }

  /**
   * A load that was tried.
   *
   * @param losses of its trials
   */
  public record Step(double rate, List<Double> losses, boolean held) {}

  /**
   * The outcome.
   *
   * @param rate that held, the highest; 0 if none did
   * @param steps in their order
   */
  public record Found(double rate, List<Step> steps) {
    /** Adds each step: rate, losses, held. */
    public void toJson(ArrayNode array) {
      for (Step step : steps) {
        var node = array.addObject().put("rate", step.rate()).put("held", step.held());
        step.losses().forEach(node.putArray("lossRatios")::add);
      }
    }
  }

  public LoadSearch {
    if (!(lossRatio >= 0 && lossRatio < 1) || !(precision > 0) || trials < 1 || trials % 2 == 0) {
      throw new IllegalArgumentException(
          "loss %s, precision %s, %d trials".formatted(lossRatio, precision, trials));
    }
  }

  /** Searches below {@code upper}, which itself may hold. */
  public Found find(Trial trial, double upper) {
    List<Step> steps = new ArrayList<>();
    double high = upper;
    if (holds(trial, high, steps)) {
      return new Found(high, steps);
    }
    double low = high / 2;
    while (!holds(trial, low, steps)) {
      high = low;
      low /= 2;
      if (low < upper * LEAST) {
        return new Found(0, steps);
      }
    }
    while (high / low > 1 + precision) {
      double middle = Math.sqrt(low * high);
      if (holds(trial, middle, steps)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return new Found(low, steps);
  }

  private boolean holds(Trial trial, double rate, List<Step> steps) {
    List<Double> losses = new ArrayList<>();
    int held = 0;
    int failed = 0;
    while (held <= trials / 2 && failed <= trials / 2) {
      double loss = trial.lossRatio(rate);
      losses.add(loss);
      if (loss <= lossRatio) {
        held++;
      } else {
        failed++;
      }
    }
    steps.add(new Step(rate, losses, held > failed));
    return held > failed;
  }
}
