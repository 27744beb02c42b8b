package io.vpcrig.acl;

import io.vpcrig.model.AclList;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Semantics;
import io.vpcrig.model.Vpc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Compiles the lists of a VPC; each list once for each direction, however many segments use it. */
public final class AclCompiler {
  private final Vpc vpc;
  private final RuleTable table;
  private final Map<String, CompiledList> egress = new HashMap<>();
  private final Map<String, CompiledList> ingress = new HashMap<>();

  private AclCompiler(Vpc vpc) {
    this.vpc = vpc;
    table = new RuleTable(vpc);
  }

  public static AclTable compile(Vpc vpc) {
    return new AclCompiler(vpc).compile();
  }

  private AclTable compile() {
    List<AclTable.Policy> policies = new ArrayList<>();
    for (Segment segment : vpc.segments()) {
      policies.add(
          switch (segment) {
            case Segment.Public open -> new AclTable.Policy(null, null, false, null);
            case Segment.Tier tier ->
                tier.acl()
                    .map(list -> policy(list, true, null))
                    .orElse(new AclTable.Policy(null, null, true, null));
            case Segment.PrivateGateway gateway ->
                policy(gateway.acl(), false, listedSources(gateway));
          });
    }
    return new AclTable(policies, table);
  }

  private AclTable.Policy policy(String name, boolean tier, Cidr[] listedSources) {
    AclList list = vpc.list(name);
    return new AclTable.Policy(
        egress.computeIfAbsent(name, key -> compiled(list, Direction.EGRESS)),
        ingress.computeIfAbsent(name, key -> compiled(list, Direction.INGRESS)),
        tier,
        listedSources);
  }

  private CompiledList compiled(AclList list, Direction direction) {
    return new CompiledList(list, direction, vpc.semantics(), table);
  }

  /**
   * The shipped router sends only these sources through a gateway's list (cloudstack.md fact 14);
   * null where all are meant.
   */
  private Cidr[] listedSources(Segment.PrivateGateway gateway) {
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
