package io.vpcrig.balance;

import io.vpcrig.model.LoadBalancer;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Semantics;
import io.vpcrig.model.Vpc;
import org.agrona.collections.Int2IntHashMap;

/** Makes a {@link BalanceTable} of a VPC. */
public final class BalanceCompiler {
  private BalanceCompiler() {}

  public static BalanceTable compile(Vpc vpc) {
    var virtual = new Int2IntHashMap(-1);
    vpc.virtualAddresses()
        .forEach((address, tier) -> virtual.put((int) address, vpc.segmentIndex(tier)));
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
        model, balanced, index, tier.subnet(), model.internal() ? model.address() : tier.address());
  }
}
