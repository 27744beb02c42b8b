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
    CrossProduct product = CrossProduct.compile(rules, members, sources, destinations, meter);
    RfcClassifier scalar =
        new RfcClassifier(
            rules.size(),
            AddressTable.of(sources, IntStream.range(0, sources.size()).toArray()),
            AddressTable.of(destinations, IntStream.range(0, destinations.size()).toArray()),
            product);
    return VectorUnit.lanes() >= 8 ? new RfcVectorClassifier(scalar) : scalar;
  }
}
