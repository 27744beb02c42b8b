package io.vpcrig.acl.match;

import io.vpcrig.acl.Budget;
import io.vpcrig.acl.Classifier;
import io.vpcrig.acl.OverBudgetException;
import io.vpcrig.acl.RuleCompiler;
import io.vpcrig.acl.RuleSet;
import io.vpcrig.frame.VectorUnit;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Peels off all rules that name an address and keeps them by it, or by the longer of the two, in
 * lists ({@link CandidateLists}); only rules that hardly name any go into a {@link CrossProduct}.
 * That is for firewalls, where thousands of addresses have a rule or two each: the lists are short,
 * and everything together takes hardly more memory than the rules. Where addresses have many rules,
 * it refuses.
 */
public final class PeelCompiler implements RuleCompiler {
  /** Rules in one list; more, and looking through them takes longer than another engine. */
  private static final int LONGEST_LIST = 128;

  /** Candidates that a header made from a rule meets in its two lists, on average. */
  private static final int MOST_CANDIDATES = 3;

  /** Shorter prefixes stay in the core. */
  private static final int LONG_PREFIX = 16;

  /** Where a rule goes. */
  private enum Part {
    CORE,
    BY_SOURCE,
    BY_DESTINATION;

    static Part of(RuleSet rules, int rule) {
      int source = Integer.bitCount(rules.sourceMask(rule));
      int destination = Integer.bitCount(rules.destinationMask(rule));
      if (Math.max(source, destination) < LONG_PREFIX) {
        return CORE;
      }
      return source >= destination ? BY_SOURCE : BY_DESTINATION;
    }

    int[] members(RuleSet rules) {
      return IntStream.range(0, rules.size()).filter(rule -> of(rules, rule) == this).toArray();
    }
  }

  @Override
  public String name() {
    return "peel";
  }

  @Override
  public Classifier compile(RuleSet rules, Budget budget) throws OverBudgetException {
    Budget.Meter meter = budget.start();
    int[] core = Part.CORE.members(rules);
    int[] bySource = Part.BY_SOURCE.members(rules);
    int[] byDestination = Part.BY_DESTINATION.members(rules);
    PrefixTree sources = PrefixTree.ofSources(rules, join(core, bySource));
    PrefixTree destinations = PrefixTree.ofDestinations(rules, join(core, byDestination));
    CandidateLists sourceLists =
        new CandidateLists.Builder(rules, bySource, true).build(sources, LONGEST_LIST, meter);
    CandidateLists destinationLists =
        new CandidateLists.Builder(rules, byDestination, false)
            .build(destinations, LONGEST_LIST, meter);
    checkCandidates(rules, sources, sourceLists, destinations, destinationLists);
    PrefixTree coreSources = PrefixTree.ofSources(rules, core);
    PrefixTree coreDestinations = PrefixTree.ofDestinations(rules, core);
    Services services = new Services(rules, core);
    ServiceTable table = new ServiceTable(services, meter);
    CrossProduct product =
        CrossProduct.compile(core, coreSources, coreDestinations, services, table, meter);
    PeelClassifier scalar =
        new PeelClassifier(
            rules.size(),
            Side.of(sources, coreSources, sourceLists, meter),
            Side.of(destinations, coreDestinations, destinationLists, meter),
            product);
    meter.checkBytes(scalar.memoryBytes(), "all tables together");
    return VectorUnit.lanes() >= 8 ? new PeelVectorClassifier(scalar) : scalar;
  }

  private static void checkCandidates(
      RuleSet rules,
      PrefixTree sources,
      CandidateLists sourceLists,
      PrefixTree destinations,
      CandidateLists destinationLists)
      throws OverBudgetException {
    long candidates = 0;
    for (int rule = 0; rule < rules.size(); rule++) {
      candidates +=
          sourceLists.length(sources.find(rules.sourceNetwork(rule)))
              + destinationLists.length(destinations.find(rules.destinationNetwork(rule)));
    }
    if (candidates > (long) MOST_CANDIDATES * rules.size()) {
      throw new OverBudgetException(
          String.format(
              Locale.ROOT,
              "%.1f rules compete for a header on average, allowed %d",
              (double) candidates / rules.size(),
              MOST_CANDIDATES));
    }
  }

  private static int[] join(int[] some, int[] others) {
    return IntStream.concat(IntStream.of(some), IntStream.of(others)).toArray();
  }

  /**
   * What one address is good for.
   *
   * @param table to the node of the address, among all rules that care for it
   * @param classes class of each node in the core
   * @param lists the list of each node
   */
  record Side(RangeTable table, int[] classes, CandidateLists lists) {
    static Side of(PrefixTree all, PrefixTree core, CandidateLists lists, Budget.Meter meter)
        throws OverBudgetException {
      return new Side(
          RangeTable.of(all, IntStream.range(0, all.size()).toArray(), meter),
          all.nodesIn(core),
          lists);
    }

    long memoryBytes() {
      return table.memoryBytes() + 4L * classes.length + lists.memoryBytes();
    }
  }
}
