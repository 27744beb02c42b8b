package io.vpcrig.acl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One rule set, one trace, one or more engines.
 *
 * @param answers of the first engine: position of the first matching rule, or -1
 * @param timings of each engine in the order asked for
 * @param refused engines that the rules are too much for
 * @param difference sentence about the first header to which another engine answers otherwise
 */
public record ClassifyRun(
    int[] answers,
    List<Timing> timings,
    List<Classifiers.Refusal> refused,
    Optional<String> difference) {
  /**
   * What an engine took.
   *
   * @param buildNs compiling the rules
   * @param runNs classifying all headers once, cold
   */
  public record Timing(String engine, long buildNs, long runNs, long memoryBytes) {}

  /**
   * @param engines names for {@link Classifiers#byName}, at least one
   * @throws OverBudgetException if the rules are too much for the only engine; where there are
   *     several, those that refuse are left out and told of in {@link #refused}
   */
  public static ClassifyRun of(RuleSet rules, HeaderTrace headers, List<String> engines)
      throws OverBudgetException {
    int[] answers = null;
    List<Timing> timings = new ArrayList<>();
    List<Classifiers.Refusal> refused = new ArrayList<>();
    Optional<String> difference = Optional.empty();
    for (String engine : engines) {
      long start = System.nanoTime();
      Classifier classifier;
      try {
        classifier = Classifiers.byName(engine, rules);
      } catch (OverBudgetException e) {
        if (engines.size() == 1) {
          throw e;
        }
        refused.add(new Classifiers.Refusal(engine, e.getMessage(), System.nanoTime() - start));
        continue;
      }
      long built = System.nanoTime();
      int[] result = headers.classifyWith(classifier);
      long done = System.nanoTime();
      timings.add(
          new Timing(classifier.name(), built - start, done - built, classifier.memoryBytes()));
      if (answers == null) {
        answers = result;
      } else if (difference.isEmpty()) {
        difference = difference(timings.getFirst().engine, answers, classifier.name(), result);
      }
    }
    return new ClassifyRun(answers, List.copyOf(timings), List.copyOf(refused), difference);
  }

  /** How many headers some rule matches. */
  public int matched() {
    return (int) Arrays.stream(answers).filter(answer -> answer != Classifier.NONE).count();
  }

  private static Optional<String> difference(
      String oneEngine, int[] one, String otherEngine, int[] other) {
    int at = Arrays.mismatch(one, other);
    return at < 0
        ? Optional.empty()
        : Optional.of(
            "header %d: %s answers %d, %s answers %d"
                .formatted(at, oneEngine, one[at], otherEngine, other[at]));
  }
}
