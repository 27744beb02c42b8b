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
  @Override
  public String name() {
    return "rfc";
  }

  @Override
  public Classifier compile(RuleSet rules, Budget budget) throws OverBudgetException {
    Budget.Meter meter = budget.start();
    int[] members = IntStream.range(0, rules.size()).toArray();
    PrefixTree sources = PrefixTree.ofSources(rules, members);
    PrefixTree destinations = PrefixTree.ofDestinations(rules, members);
    Services services = new Services(rules, members);
    ServiceTable table = new ServiceTable(services, meter);
    meter.checkBytes(2 * Crossing.pairs(rules) * table.count(), "the table of answers");
    CrossProduct product =
        CrossProduct.compile(members, sources, destinations, services, table, meter);
    RfcClassifier scalar =
        new RfcClassifier(
            rules.size(),
            AddressTable.of(sources, IntStream.range(0, sources.size()).toArray()),
            AddressTable.of(destinations, IntStream.range(0, destinations.size()).toArray()),
            product);
    return VectorUnit.lanes() >= 8 ? new RfcVectorClassifier(scalar) : scalar;
  }
}
