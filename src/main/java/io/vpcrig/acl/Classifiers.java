package io.vpcrig.acl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** The engines by name, and the choice among them. Thread: any. */
public final class Classifiers {
  /** Name that stands for {@link #choose}. */
  public static final String AUTO = "auto";

  /** Lists up to this long are searched rule by rule. */
  static final int LINEAR_LIMIT = 8;

  /**
   * Lists up to this long are hashed: fast enough, and a kilobyte instead of half a megabyte of
   * tables. A VPC has many short lists.
   */
  static final int HASH_LIMIT = 32;

  /**
   * The order in which engines are tried; each is given up as soon as it exceeds its budget, and
   * the last takes every set. One cross product is fastest where it fits; lists by address are
   * small where addresses have few rules; several cross products take what is left, up to a size.
   */
  static final List<String> ORDER = List.of("rfc", "peel", "split", "tuple-merge");

  private static final String LINEAR = "linear";

  private static final Map<String, RuleCompiler> ENGINES = engines();

  private Classifiers() {}

  /**
   * An engine that was tried in vain.
   *
   * @param why what ran out
   */
  public record Refusal(String engine, String why, long ns) {}

  /**
   * What came of compiling.
   *
   * @param buildNs of the engine that was taken
   * @param refused the engines tried before, in order
   */
  public record Choice(Classifier classifier, long buildNs, List<Refusal> refused) {
    /** Time spent in all. */
    public long totalNs() {
      return buildNs + refused.stream().mapToLong(Refusal::ns).sum();
    }
  }

  /** Every engine, the oracle first; those that others brought come last. */
  public static List<String> names() {
    return List.copyOf(ENGINES.keySet());
  }

  /**
   * Compiles rules for one engine.
   *
   * @param name one of {@link #names}, or {@link #AUTO} for {@link #choose}
   * @throws IllegalArgumentException with a sentence for the operator if there is no such engine
   * @throws OverBudgetException if the rules are too much for that engine
   */
  public static Classifier byName(String name, RuleSet rules) throws OverBudgetException {
    if (name.equals(AUTO)) {
      return choose(rules).classifier();
    }
    return compiler(name).compile(rules, Budget.DEFAULT);
  }

  /**
   * @throws IllegalArgumentException with a sentence for the operator if there is no such engine
   */
  public static RuleCompiler compiler(String name) {
    RuleCompiler compiler = ENGINES.get(name);
    if (compiler == null) {
      throw new IllegalArgumentException(
          "no engine is named '" + name + "', legal: auto, " + String.join(", ", names()));
    }
    return compiler;
  }

  /** Compiles rules for the engine that suits them. */
  public static Choice choose(RuleSet rules) {
    return choose(rules, Budget.DEFAULT);
  }

  /** As {@link #choose(RuleSet)}; the last engine of the order is held to no budget. */
  public static Choice choose(RuleSet rules, Budget budget) {
    List<Refusal> refused = new ArrayList<>();
    for (String name : order(rules.size())) {
      long start = System.nanoTime();
      try {
        Classifier classifier = ENGINES.get(name).compile(rules, budget);
        return new Choice(classifier, System.nanoTime() - start, List.copyOf(refused));
      } catch (OverBudgetException e) {
        refused.add(new Refusal(name, e.getMessage(), System.nanoTime() - start));
      }
    }
    throw new IllegalStateException("the last engine of the order refused: " + refused);
  }

  private static List<String> order(int rules) {
    if (rules <= LINEAR_LIMIT) {
      return List.of(LINEAR);
    }
    return rules <= HASH_LIMIT ? List.of(ORDER.getLast()) : ORDER;
  }

  private static Map<String, RuleCompiler> engines() {
    Map<String, RuleCompiler> engines = new LinkedHashMap<>();
    // Places for our own come first, wherever the class path has those of others.
    engines.put(LINEAR, null);
    ORDER.forEach(name -> engines.put(name, null));
    for (RuleCompiler compiler :
        ServiceLoader.load(RuleCompiler.class, RuleCompiler.class.getClassLoader())) {
      RuleCompiler before = engines.putIfAbsent(compiler.name(), compiler);
      if (before != null || compiler.name().equals(AUTO)) {
        throw new IllegalStateException(
            "the engine name '"
                + compiler.name()
                + "' of "
                + compiler.getClass().getName()
                + " is taken");
      }
    }
    return engines;
  }
}
