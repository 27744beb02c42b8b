package io.vpcrig.bench;

import io.vpcrig.acl.MatchRule;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Quirk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Draws rules with the statistics of a {@link RuleModel}. */
final class FittedRules implements RuleFamily {
  private final RuleModel model;
  private final Weighted<RuleModel.Profile> profiles;
  private final Map<PortKey, Weighted<PortRange>> ports = new HashMap<>();
  private final double[] correlation;

  private record PortKey(int protocol, RuleModel.Side side, PortClass kind) {}

  FittedRules(RuleModel model) {
    this.model = model;
    profiles = Weighted.of(model.profiles(), RuleModel.Profile::count);
    correlation = model.correlation().stream().mapToDouble(Double::doubleValue).toArray();
    Map<PortKey, List<RuleModel.Ports>> grouped = new HashMap<>();
    for (RuleModel.Ports row : model.ports()) {
      PortClass kind = PortClass.of(new PortRange(row.first(), row.last()));
      grouped
          .computeIfAbsent(new PortKey(row.protocol(), row.side(), kind), key -> new ArrayList<>())
          .add(row);
    }
    grouped.forEach(
        (key, rows) ->
            ports.put(
                key,
                Weighted.of(rows, RuleModel.Ports::count)
                    .map(row -> new PortRange(row.first(), row.last()))));
  }

  @Override
  public List<MatchRule> draw(int count, SplittableRandom random) {
    RuleModel.Profile[] drawn = new RuleModel.Profile[count];
    for (int i = 0; i < count; i++) {
      drawn[i] = profiles.draw(random);
    }
    Cidr[] source = source(drawn, random);
    Cidr[] destination = destination(drawn, source, random);
    List<MatchRule> rules = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      RuleModel.Profile profile = drawn[i];
      rules.add(
          new MatchRule(
              source[i],
              destination[i],
              ports(profile.protocol(), RuleModel.Side.SOURCE, profile.sourcePorts(), random),
              ports(
                  profile.protocol(),
                  RuleModel.Side.DESTINATION,
                  profile.destinationPorts(),
                  random),
              profile.protocol(),
              0,
              Quirk.NONE));
    }
    return rules;
  }

  private Cidr[] source(RuleModel.Profile[] drawn, SplittableRandom random) {
    RuleModel.Tree tree = model.source();
    int[] lengths = Arrays.stream(drawn).mapToInt(RuleModel.Profile::sourceLength).toArray();
    Prefixes prefixes = Prefixes.deal(tree.popularity(), lengths, random);
    Cidr[] cidrs = AddressSplitter.split(tree.shape(), prefixes.lengths(), random);
    return Arrays.stream(prefixes.ofRule()).mapToObj(k -> cidrs[k]).toArray(Cidr[]::new);
  }

  private Cidr[] destination(RuleModel.Profile[] drawn, Cidr[] source, SplittableRandom random) {
    RuleModel.Tree tree = model.destination();
    int[] lengths = Arrays.stream(drawn).mapToInt(RuleModel.Profile::destinationLength).toArray();
    Prefixes prefixes = Prefixes.deal(tree.popularity(), lengths, random);
    Cidr[] guides =
        Arrays.stream(prefixes.firstRule()).mapToObj(i -> source[i]).toArray(Cidr[]::new);
    Cidr[] cidrs =
        AddressSplitter.split(tree.shape(), prefixes.lengths(), guides, correlation, random);
    return Arrays.stream(prefixes.ofRule()).mapToObj(k -> cidrs[k]).toArray(Cidr[]::new);
  }

  private PortRange ports(
      int protocol, RuleModel.Side side, PortClass kind, SplittableRandom random) {
    return kind.hasValues()
        ? ports.get(new PortKey(protocol, side, kind)).draw(random)
        : kind.range();
  }
}
