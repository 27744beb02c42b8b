package io.vpcrig.acl;

import io.vpcrig.acl.live.OverlayClassifier;
import io.vpcrig.model.AclList;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.Quirk;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Semantics;
import io.vpcrig.model.Vpc;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Compiles the lists of a VPC; each list once for each direction, however many segments use it. */
public final class AclCompiler {
  /** Where compiled lists come from. */
  @FunctionalInterface
  interface Lists {
    CompiledList get(String name, Direction direction);
  }

  private final Vpc vpc;
  private final RuleTable table;
  private final Map<String, CompiledList> egress = new HashMap<>();
  private final Map<String, CompiledList> ingress = new HashMap<>();

  AclCompiler(Vpc vpc, RuleTable table) {
    this.vpc = vpc;
    this.table = table;
  }

  public static AclTable compile(Vpc vpc) {
    return compile(vpc, Optional.empty());
  }

  /**
   * Compiles.
   *
   * @param before lists of the VPC in whose place this one comes: lists and rules that stay keep
   *     their numbers
   */
  public static AclTable compile(Vpc vpc, Optional<AclTable> before) {
    RuleTable table = new RuleTable(vpc, before.map(AclTable::rules));
    return attach(vpc, table, new AclCompiler(vpc, table)::list);
  }

  /** Gives each segment its lists. */
  static AclTable attach(Vpc vpc, RuleTable table, Lists lists) {
    List<AclTable.Policy> policies = new ArrayList<>();
    for (Segment segment : vpc.segments()) {
      policies.add(
          switch (segment) {
            case Segment.Public open -> new AclTable.Policy(null, null, false, null);
            case Segment.Tier tier ->
                tier.acl()
                    .map(list -> policy(list, true, null, lists))
                    .orElse(new AclTable.Policy(null, null, true, null));
            case Segment.PrivateGateway gateway ->
                policy(gateway.acl(), false, listedSources(vpc, gateway), lists);
          });
    }
    return new AclTable(policies, table);
  }

  private static AclTable.Policy policy(
      String list, boolean tier, Cidr[] listedSources, Lists lists) {
    return new AclTable.Policy(
        lists.get(list, Direction.EGRESS), lists.get(list, Direction.INGRESS), tier, listedSources);
  }

  /** A list that will not change. */
  CompiledList list(String name, Direction direction) {
    return (direction == Direction.EGRESS ? egress : ingress)
        .computeIfAbsent(name, key -> compiled(vpc.list(key), direction));
  }

  private CompiledList compiled(AclList list, Direction direction) {
    int index = table.indexOf(list.name());
    Set<Quirk> quirks =
        vpc.semantics() == Semantics.SHIPPED
            ? ListCompiler.quirks(list, direction)
            : EnumSet.noneOf(Quirk.class);
    Map<Set<Quirk>, ListForm> forms = new HashMap<>();
    for (Set<Quirk> some : CompiledList.needed(quirks)) {
      RuleSet lines =
          ListCompiler.compile(list, direction, some, rule -> table.compiledRule(index, rule));
      Classifier classifier = Classifiers.choose(lines).classifier();
      forms.put(some, new ListForm(OverlayClassifier.fixed(lines, classifier), table, direction));
    }
    return new CompiledList(index, quirks, forms::get);
  }

  /**
   * The shipped router sends only these sources through a gateway's list (cloudstack.md fact 14);
   * null where all are meant.
   */
  private static Cidr[] listedSources(Vpc vpc, Segment.PrivateGateway gateway) {
    if (vpc.semantics() == Semantics.INTENDED) {
      return null;
    }
    List<Cidr> cidrs = new ArrayList<>();
    cidrs.add(gateway.subnet());
    vpc.staticRoutes().stream()
        .filter(route -> route.gateway().equals(gateway.name()))
        .forEach(route -> cidrs.add(route.cidr()));
    return cidrs.toArray(Cidr[]::new);
  }
}
