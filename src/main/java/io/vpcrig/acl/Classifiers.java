package io.vpcrig.acl;

import java.util.List;

/** The engines by name, and the choice among them. */
public final class Classifiers {
  /** Lists up to this long are searched rule by rule. */
  static final int LINEAR_LIMIT = 8;

  private static final List<String> NAMES = List.of("linear", "tuple-merge");

  private Classifiers() {}

  /** Every engine, the oracle first. */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * Compiles rules for one engine.
   *
   * @param name one of {@link #names}, or {@code auto} for {@link #choose}
   * @throws IllegalArgumentException with a sentence for the operator if there is no such engine
   */
  public static Classifier byName(String name, RuleSet rules) {
    return switch (name) {
      case "auto" -> choose(rules);
      case "linear" -> new LinearClassifier(rules);
      case "tuple-merge" -> TupleMergeCompiler.compile(rules);
      default ->
          throw new IllegalArgumentException(
              "no engine is named '" + name + "', legal: auto, " + String.join(", ", NAMES));
    };
  }

  /** Compiles rules for the engine that suits them. */
  public static Classifier choose(RuleSet rules) {
    return rules.size() <= LINEAR_LIMIT
        ? new LinearClassifier(rules)
        : TupleMergeCompiler.compile(rules);
  }
}
