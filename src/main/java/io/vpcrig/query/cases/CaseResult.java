package io.vpcrig.query.cases;

import io.vpcrig.model.TestCase;
import java.util.List;

/**
 * How a test case ended.
 *
 * @param told what was found, a sentence each; of a case that passed, what was asked
 * @param seconds it took
 */
public record CaseResult(TestCase test, Outcome outcome, List<String> told, double seconds) {
  /** Its kinds. */
  public enum Outcome {
    PASSED,
    FAILED,
    /** Too many flows to ask them all, or too much time needed. */
    UNDECIDED
  }

  public CaseResult {
    told = List.copyOf(told);
  }
}
