package io.vpcrig.nat;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.LoadBalancer;
import io.vpcrig.model.PortForward;
import io.vpcrig.model.StaticNat;
import io.vpcrig.model.Vpc;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.collections.Int2IntHashMap;
import org.agrona.collections.IntHashSet;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.Long2ObjectHashMap;

/** Makes a {@link NatTable} of a VPC. Of two things bound to the same the first mentioned holds. */
public final class NatCompiler {
  private final List<NatTable.Target> targets = new ArrayList<>();

  private NatCompiler() {}

  public static NatTable compile(Vpc vpc) {
    return new NatCompiler().table(vpc);
  }

  private NatTable table(Vpc vpc) {
    var staticByPublic = new Int2IntHashMap(NatTable.NONE);
    var publicByGuest = new Int2IntHashMap(0);
    for (int k = 0; k < vpc.staticNats().size(); k++) {
      StaticNat nat = vpc.staticNats().get(k);
      staticByPublic.putIfAbsent(nat.publicAddress(), add(target(nat, k)));
      publicByGuest.putIfAbsent(nat.host().address(), nat.publicAddress());
    }
    var forwards = forwards(vpc.portForwards());
    var balanced = balanced(vpc.loadBalancers());
    var publics = new IntHashSet();
    publics.addAll(vpc.publicAddresses());
    return new NatTable(
        targets.toArray(NatTable.Target[]::new),
        staticByPublic,
        publicByGuest,
        forwards,
        balanced,
        publics,
        vpc.sourceNatAddresses().stream().mapToInt(Integer::intValue).toArray());
  }

  private Long2ObjectHashMap<PortMap> forwards(List<PortForward> mentioned) {
    Map<Long, List<PortMap.Rule>> byKey = new LinkedHashMap<>();
    for (int k = 0; k < mentioned.size(); k++) {
      PortForward forward = mentioned.get(k);
      long key = NatTable.key(forward.publicAddress(), forward.protocol());
      byKey.computeIfAbsent(key, absent -> new ArrayList<>()).add(rule(forward, k));
    }
    var maps = new Long2ObjectHashMap<PortMap>();
    byKey.forEach((key, rules) -> maps.put((long) key, PortMap.of(rules)));
    return maps;
  }

  private PortMap.Rule rule(PortForward forward, int index) {
    int target =
        add(
            new NatTable.Target(
                NatKind.FORWARD,
                forward.host().address(),
                forward.ports().first(),
                forward.to().first(),
                index,
                forward.origin()));
    return new PortMap.Rule(
        forward.ports().first(),
        forward.ports().last(),
        target,
        forward.sources().stream().mapToInt(Cidr::network).toArray(),
        forward.sources().stream().mapToInt(Cidr::mask).toArray());
  }

  private Long2LongHashMap balanced(List<LoadBalancer> mentioned) {
    var balanced = new Long2LongHashMap(NatTable.NONE);
    for (int k = 0; k < mentioned.size(); k++) {
      LoadBalancer balancer = mentioned.get(k);
      int target =
          add(new NatTable.Target(NatKind.BALANCE, balancer.address(), 0, 0, k, balancer.origin()));
      balanced.putIfAbsent(
          NatTable.key(balancer.address(), balancer.protocol(), balancer.port()), target);
    }
    return balanced;
  }

  private static NatTable.Target target(StaticNat nat, int index) {
    return new NatTable.Target(NatKind.STATIC, nat.host().address(), 0, 0, index, nat.origin());
  }

  private int add(NatTable.Target target) {
    targets.add(target);
    return targets.size() - 1;
  }
}
