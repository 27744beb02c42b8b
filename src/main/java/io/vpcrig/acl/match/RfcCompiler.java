package io.vpcrig.acl.match;

import io.vpcrig.acl.Budget;
import io.vpcrig.acl.Classifier;
import io.vpcrig.acl.OverBudgetException;
import io.vpcrig.acl.RuleCompiler;
import io.vpcrig.acl.RuleSet;
import io.vpcrig.frame.VectorUnit;
import java.util.stream.IntStream;

/** Compiles a whole set into one {@link CrossProduct}. */
public final class RfcCompiler implements RuleCompiler {
  /** Beyond this another form that fits the caches better is faster. */
  private static final long MOST_BYTES = 32L << 20;

  @Override
  public String name() {
    return "rfc";
  }

  @Override
  public Classifier compile(RuleSet rules, Budget budget) throws OverBudgetException {
    Budget.Meter meter = budget.withBytes(Math.min(budget.bytes(), MOST_BYTES)).start();
    int[] members = IntStream.range(0, rules.size()).toArray();
    PrefixTree sources = PrefixTree.ofSources(rules, members);
    PrefixTree destinations = PrefixTree.ofDestinations(rules, members);
    Services services = new Services(rules, members);
    ServiceTable table = new ServiceTable(services, meter);
    meter.checkBytes(
        2 * Crossing.pairs(rules) * CrossProduct.pagesOfRow(table), "the table of answers");
    CrossProduct product =
        CrossProduct.compile(members, sources, destinations, services, table, meter);
    RfcClassifier scalar =
        new RfcClassifier(
            rules.size(),
            AddressTable.of(sources, IntStream.range(0, sources.size()).toArray(), meter),
            AddressTable.of(destinations, IntStream.range(0, destinations.size()).toArray(), meter),
            product);
    meter.checkBytes(scalar.memoryBytes(), "all tables together");
    return VectorUnit.lanes() >= 8 ? new RfcVectorClassifier(scalar) : scalar;
  }
}
