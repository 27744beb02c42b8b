package io.vpcrig.query.compiler;

import io.vpcrig.acl.Budget;
import io.vpcrig.acl.Classifier;
import io.vpcrig.acl.Classifiers;
import io.vpcrig.acl.OverBudgetException;
import io.vpcrig.acl.RuleCompiler;
import io.vpcrig.acl.RuleSet;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.Flow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * An engine of the service interface {@link RuleCompiler}. Every header is asked alone and in a
 * batch; the engine also has to tell the right rule.
 */
public final class EngineUnderTest implements CompilerUnderTest {
  private final RuleCompiler engine;

  public EngineUnderTest(RuleCompiler engine) {
    this.engine = engine;
  }

  /** Every name that {@link #named} knows, for messages. */
  public static String names() {
    return Classifiers.AUTO + ", " + String.join(", ", Classifiers.names());
  }

  /** An engine by its name, or the choice among all; empty: there is no such engine. */
  public static Optional<EngineUnderTest> named(String name) {
    if (name.equals(Classifiers.AUTO)) {
      return Optional.of(new EngineUnderTest(new Chosen()));
    }
    return Classifiers.names().contains(name)
        ? Optional.of(new EngineUnderTest(Classifiers.compiler(name)))
        : Optional.empty();
  }

  /** The engine that suits each list. */
  private static final class Chosen implements RuleCompiler {
    @Override
    public String name() {
      return Classifiers.AUTO;
    }

    @Override
    public Classifier compile(RuleSet rules, Budget budget) {
      return Classifiers.choose(rules, budget).classifier();
    }
  }

  @Override
  public String name() {
    return engine.name();
  }

  @Override
  public String identity() {
    String version = engine.getClass().getPackage().getImplementationVersion();
    String which = engine instanceof Chosen ? "chosen for each list" : engine.getClass().getName();
    return "engine " + which + ", " + (version == null ? "development" : version);
  }

  @Override
  public List<Answer> judge(WrittenList list, List<Flow> headers) throws CompilerFailure {
    List<FilterRule> lines = list.expanded().rules();
    Classifier form = compile(lines);
    int[] batch = classifyTogether(form, headers);
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < batch.length; i++) {
      Flow header = headers.get(i);
      int alone =
          form.classify(header.source(), header.destination(), header.ports(), header.protocol());
      answers.add(
          alone == batch[i]
              ? answer(list, lines, alone)
              : new Answer(
                  Answer.Verdict.BOTH,
                  Answer.UNTOLD,
                  "line %d when asked alone, %d in a batch".formatted(alone, batch[i])));
    }
    return answers;
  }

  /** An engine may throw what it will: that is a finding, not our end. */
  private Classifier compile(List<FilterRule> lines) throws CompilerFailure {
    RuleSet rules = RuleSet.matching(lines);
    try {
      return engine.compile(rules, Budget.DEFAULT);
    } catch (OverBudgetException e) {
      throw new CompilerFailure(CompilerFailure.Kind.REFUSED, e.getMessage(), -1, "");
    } catch (RuntimeException e) {
      throw new CompilerFailure(CompilerFailure.Kind.FAILED, "compiling threw " + e, -1, "");
    }
  }

  private static int[] classifyTogether(Classifier form, List<Flow> headers)
      throws CompilerFailure {
    int[] answers = new int[headers.size()];
    try {
      form.classify(
          headers.stream().mapToInt(Flow::source).toArray(),
          headers.stream().mapToInt(Flow::destination).toArray(),
          headers.stream().mapToInt(Flow::ports).toArray(),
          headers.stream().mapToInt(Flow::protocol).toArray(),
          IntStream.range(0, answers.length).toArray(),
          answers.length,
          answers);
    } catch (RuntimeException e) {
      throw new CompilerFailure(CompilerFailure.Kind.FAILED, "classifying threw " + e, -1, "");
    }
    return answers;
  }

  private static Answer answer(WrittenList list, List<FilterRule> lines, int line) {
    if (line == Classifier.NONE) {
      return new Answer(Answer.Verdict.of(list.otherwise()), Answer.DEFAULT, "the default");
    }
    if (line < 0 || line >= lines.size()) {
      return new Answer(Answer.Verdict.NOTHING, Answer.UNTOLD, "line " + line + " of none");
    }
    int rule = lines.get(line).origin().line() - 1;
    return new Answer(Answer.Verdict.of(lines.get(line).action()), rule, "rule " + (rule + 1));
  }
}
