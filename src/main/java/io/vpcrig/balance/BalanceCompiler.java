package io.vpcrig.balance;

import io.vpcrig.model.LoadBalancer;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Semantics;
import io.vpcrig.model.Vpc;
import org.agrona.collections.IntHashSet;

/** Makes a {@link BalanceTable} of a VPC. */
public final class BalanceCompiler {
  private BalanceCompiler() {}

  public static BalanceTable compile(Vpc vpc) {
    var virtual = new IntHashSet();
    virtual.addAll(vpc.virtualAddresses().keySet());
    return new BalanceTable(
        vpc.loadBalancers().stream()
            .map(balancer -> compile(vpc, balancer))
            .toArray(Balancer[]::new),
        virtual);
  }

  private static Balancer compile(Vpc vpc, LoadBalancer model) {
    int index = vpc.segmentIndex(model.tier());
    Segment tier = vpc.segments().get(index);
    boolean balanced = model.protocol() == Protocol.TCP || vpc.semantics() == Semantics.INTENDED;
    return new Balancer(
        model,
        balanced,
        index,
        tier.subnet().network(),
        tier.subnet().mask(),
        model.internal() ? model.address() : tier.address());
  }
}
