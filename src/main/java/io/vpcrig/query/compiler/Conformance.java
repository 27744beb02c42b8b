package io.vpcrig.query.compiler;

import io.vpcrig.model.Action;
import io.vpcrig.model.Flow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Has a compiler go through a suite. */
public final class Conformance {
  private Conformance() {}

  /** What became of a case. */
  public enum Outcome {
    PASSED,
    FAILED,
    /** The compiler does not claim to take such lists. */
    SKIPPED
  }

  /**
   * One case, done.
   *
   * @param list which of its lists went wrong, 0-based; -1: none
   * @param trouble what went wrong first
   */
  public record Result(Suite.Case of, Outcome outcome, int list, Optional<Trouble> trouble) {}

  /**
   * Runs all cases, in order.
   *
   * @param without what the compiler does not claim to take: cases with it are skipped
   */
  public static List<Result> run(CompilerUnderTest compiler, Suite suite, Set<Feature> without) {
    Trial trial = new Trial(compiler);
    List<Result> results = new ArrayList<>();
    for (Suite.Case each : suite.cases()) {
      boolean skipped = each.features().stream().anyMatch(without::contains);
      results.add(
          skipped ? new Result(each, Outcome.SKIPPED, -1, Optional.empty()) : run(trial, each));
    }
    return results;
  }

  private static Result run(Trial trial, Suite.Case each) {
    for (int i = 0; i < each.lists().size(); i++) {
      RuleFile.Contents contents = each.lists().get(i);
      long refusedBefore = trial.refused();
      Optional<Trouble> trouble = trial.of(contents.list(), flows(contents));
      if (trial.refused() > refusedBefore) {
        trouble =
            Optional.of(
                new Trouble.Failed(CompilerFailure.Kind.REFUSED, "the list was not compiled", ""));
      }
      if (trouble.isPresent()) {
        return new Result(each, Outcome.FAILED, i, trouble);
      }
    }
    return new Result(each, Outcome.PASSED, -1, Optional.empty());
  }

  /** Headers of a list; what is written in front of them is what the reference says of them. */
  private static List<Flow> flows(RuleFile.Contents contents) {
    List<Flow> flows = contents.headers().stream().map(RuleFile.Header::flow).toList();
    List<Answer> meant = contents.list().meant(flows);
    for (int i = 0; i < flows.size(); i++) {
      Action written = contents.headers().get(i).verdict().orElseThrow();
      if (meant.get(i).verdict() != Answer.Verdict.of(written)) {
        throw new IllegalStateException(
            "the suite and the reference disagree about " + flows.get(i));
      }
    }
    return flows;
  }
}
