package io.vpcrig.acl.match;

import io.vpcrig.acl.Budget;
import io.vpcrig.acl.Classifier;
import io.vpcrig.acl.OverBudgetException;
import io.vpcrig.acl.RuleCompiler;
import io.vpcrig.acl.RuleSet;
import io.vpcrig.frame.VectorUnit;
import java.util.stream.IntStream;

/**
 * Several cross products instead of one: the two kinds of rules that cross with each other get one
 * each ({@link Crossing}), all others the third. A header asks all three, and the best answer
 * counts.
 */
public final class SplitCompiler implements RuleCompiler {
  @Override
  public String name() {
    return "split";
  }

  @Override
  public Classifier compile(RuleSet rules, Budget budget) throws OverBudgetException {
    Budget.Meter meter = budget.start();
    int[] all = IntStream.range(0, rules.size()).toArray();
    PrefixTree sources = PrefixTree.ofSources(rules, all);
    PrefixTree destinations = PrefixTree.ofDestinations(rules, all);
    Services services = new Services(rules, all);
    ServiceTable table = new ServiceTable(services, meter);
    SplitClassifier.Part[] parts = new SplitClassifier.Part[Crossing.values().length];
    long bytes = 0;
    for (Crossing kind : Crossing.values()) {
      int[] members = kind.members(rules);
      PrefixTree partSources = PrefixTree.ofSources(rules, members);
      PrefixTree partDestinations = PrefixTree.ofDestinations(rules, members);
      CrossProduct product =
          CrossProduct.compile(members, partSources, partDestinations, services, table, meter);
      parts[kind.ordinal()] =
          new SplitClassifier.Part(
              sources.nodesIn(partSources), destinations.nodesIn(partDestinations), product);
      bytes += product.memoryBytes();
      meter.checkBytes(bytes, "cross products");
    }
    SplitClassifier scalar =
        new SplitClassifier(
            rules.size(),
            AddressTable.of(sources, IntStream.range(0, sources.size()).toArray(), meter),
            AddressTable.of(destinations, IntStream.range(0, destinations.size()).toArray(), meter),
            table,
            parts);
    meter.checkBytes(scalar.memoryBytes(), "all tables together");
    return VectorUnit.lanes() >= 8 ? new SplitVectorClassifier(scalar) : scalar;
  }
}
