package io.vpcrig.query.cases;

import io.vpcrig.model.Action;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.Flow;
import io.vpcrig.model.TestCase;
import io.vpcrig.symbolic.Box;
import io.vpcrig.symbolic.Difference;
import io.vpcrig.symbolic.FlowBoxes;
import io.vpcrig.symbolic.Header;
import io.vpcrig.symbolic.UndecidedException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Runs test cases against one rule list, which judges each flow alone. A set is decided exactly, by
 * cutting it into boxes, however many flows and rules there are; what is found is asked of the list
 * itself before it is told. One thread.
 */
public final class ListRunner {
  private final FilterList list;
  private final Duration limit;

  /**
   * @param limit for each set
   */
  public ListRunner(FilterList list, Duration limit) {
    this.list = list;
    this.limit = limit;
  }

  /** Every flow of a set. */
  public CaseResult run(TestCase.Set test) {
    long start = System.nanoTime();
    Action expected = test.allow() ? Action.ALLOW : Action.DENY;
    List<Box> boxes = FlowBoxes.of(test.flows());
    try {
      Optional<Header> other = first(boxes, expected, start);
      return other.isPresent()
          ? result(test, start, CaseResult.Outcome.FAILED, told(expected, other.get().flow()))
          : result(
              test,
              start,
              CaseResult.Outcome.PASSED,
              "all of it, %,d headers"
                  .formatted(
                      boxes.stream().map(Box::size).reduce(BigInteger.ZERO, BigInteger::add)));
    } catch (UndecidedException e) {
      return result(test, start, CaseResult.Outcome.UNDECIDED, e.getMessage());
    }
  }

  /** Some header that does not get a verdict. */
  private Optional<Header> first(List<Box> boxes, Action expected, long start) {
    FilterList constant = new FilterList("expected", List.of(), expected);
    for (Box box : boxes) {
      Duration left = limit.minusNanos(System.nanoTime() - start);
      Optional<Difference.Cell> cell = Difference.first(list, constant, box, left);
      if (cell.isPresent()) {
        Header header = cell.get().example();
        if (!box.contains(header) || list.action(decider(header)) == expected) {
          throw new IllegalStateException("the counter-example " + header + " is none");
        }
        return Optional.of(header);
      }
    }
    return Optional.empty();
  }

  /** One flow. */
  public CaseResult run(TestCase.Judged test) {
    long start = System.nanoTime();
    Action expected = test.allow() ? Action.ALLOW : Action.DENY;
    int rule = decider(Header.of(test.flow()));
    if (list.action(rule) != expected) {
      return result(test, start, CaseResult.Outcome.FAILED, told(expected, test.flow()));
    }
    if (test.rule().isPresent() && !test.rule().get().equals(label(rule))) {
      return result(
          test,
          start,
          CaseResult.Outcome.FAILED,
          "rule: expected " + test.rule().get() + ", is " + by(rule));
    }
    return result(test, start, CaseResult.Outcome.PASSED, "1 flow");
  }

  private int decider(Header header) {
    return list.firstMatch(
        header.source(), header.destination(), header.ports(), header.protocol());
  }

  private String told(Action expected, Flow flow) {
    int rule = decider(Header.of(flow));
    return "expected "
        + word(expected)
        + ", is "
        + word(list.action(rule))
        + " by "
        + by(rule)
        + ": "
        + flow;
  }

  private static String word(Action action) {
    return action.name().toLowerCase(Locale.ROOT);
  }

  /** As its author calls it, or else its place; of the default, nothing. */
  private String label(int rule) {
    if (rule == FilterList.NONE) {
      return "";
    }
    String label = list.rules().get(rule).label();
    return label.isEmpty() ? Integer.toString(rule + 1) : label;
  }

  private String by(int rule) {
    if (rule == FilterList.NONE) {
      return "the default of " + list.name();
    }
    FilterRule found = list.rules().get(rule);
    return "rule " + label(rule) + " (" + found.origin() + ")";
  }

  private static CaseResult result(
      TestCase test, long start, CaseResult.Outcome outcome, String told) {
    return new CaseResult(test, outcome, List.of(told), (System.nanoTime() - start) / 1e9);
  }
}
