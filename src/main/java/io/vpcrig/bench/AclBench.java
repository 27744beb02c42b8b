package io.vpcrig.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.acl.Budget;
import io.vpcrig.acl.Classifier;
import io.vpcrig.acl.Classifiers;
import io.vpcrig.acl.HeaderTrace;
import io.vpcrig.acl.OverBudgetException;
import io.vpcrig.acl.RuleSet;
import java.util.ArrayList;
import java.util.List;

/**
 * Compiles one rule set for engines and asks each for the headers of one trace, in order, over and
 * over, a batch at a time, as the data path does: columns, and the positions of the live ones.
 * Thread: the caller's.
 */
public final class AclBench {
  private static final int MAX_FURTHER_BUILDS = 5;
  private static final long FURTHER_BUILDS_NS = 3_000_000_000L;

  private final RuleSet rules;
  private final HeaderColumns columns;

  /**
   * What one engine did.
   *
   * @param engine that answered
   * @param refused what {@code auto} tried before and why in vain; empty if the engine was named
   * @param firstBuildNs compiling in a JVM that may never have done so
   * @param furtherBuildsNs compiling again, fewer times the longer it takes, at least once
   * @param memoryBytes of the compiled form, without the rule set
   * @param lookups units are headers
   * @param verdicts position of the first matching rule of each header, or -1
   */
  public record Result(
      String engine,
      List<Classifiers.Refusal> refused,
      long firstBuildNs,
      Spread furtherBuildsNs,
      long memoryBytes,
      Samples lookups,
      int[] verdicts) {
    /** Everything but the verdicts, for which their checksum stands. */
    public ObjectNode toJson() {
      ObjectNode root = JsonNodeFactory.instance.objectNode();
      root.put("engine", engine);
      ArrayNode before = root.putArray("refused");
      for (Classifiers.Refusal refusal : refused) {
        before
            .addObject()
            .put("engine", refusal.engine())
            .put("why", refusal.why())
            .put("ns", refusal.ns());
      }
      root.put("firstBuildNs", firstBuildNs);
      root.set("furtherBuildsNs", furtherBuildsNs.toJson());
      root.put("memoryBytes", memoryBytes);
      root.setAll(lookups.toJson("lookups"));
      root.put("checksum", Checksum.text(Checksum.of(verdicts)));
      return root;
    }
  }

  /**
   * @param headers at least one
   * @param batch headers asked for at a time, at least 1
   */
  public AclBench(RuleSet rules, HeaderTrace headers, int batch) {
    this.rules = rules;
    columns = new HeaderColumns(headers, batch);
  }

  /**
   * Measures an engine.
   *
   * @param engine one of {@link Classifiers#names}, or {@code auto}
   * @throws OverBudgetException if the rules are too much for it
   */
  public Result measure(String engine, Sampler sampler) throws OverBudgetException {
    long start = System.nanoTime();
    Classifiers.Choice choice = compile(engine);
    long first = System.nanoTime() - start;
    List<Long> further = new ArrayList<>();
    long spent = 0;
    while (further.isEmpty() || further.size() < MAX_FURTHER_BUILDS && spent < FURTHER_BUILDS_NS) {
      start = System.nanoTime();
      choice = compile(engine);
      further.add(System.nanoTime() - start);
      spent += further.getLast();
    }
    Classifier classifier = choice.classifier();
    Samples lookups = sampler.measure(() -> columns.classifyNext(classifier));
    return new Result(
        classifier.name(),
        choice.refused(),
        first,
        Spread.of(further.stream().mapToDouble(Long::doubleValue).toArray()),
        classifier.memoryBytes(),
        lookups,
        columns.classifyAll(classifier));
  }

  private Classifiers.Choice compile(String engine) throws OverBudgetException {
    if (engine.equals(Classifiers.AUTO)) {
      return Classifiers.choose(rules);
    }
    Classifier classifier = Classifiers.compiler(engine).compile(rules, Budget.DEFAULT);
    return new Classifiers.Choice(classifier, 0, List.of());
  }
}
