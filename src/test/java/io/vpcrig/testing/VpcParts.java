package io.vpcrig.testing;

import io.vpcrig.model.AclList;
import io.vpcrig.model.Host;
import io.vpcrig.model.LoadBalancer;
import io.vpcrig.model.PortForward;
import io.vpcrig.model.Segment;
import io.vpcrig.model.StaticNat;
import io.vpcrig.model.StaticRoute;
import io.vpcrig.model.Vpc;
import java.util.List;
import java.util.Map;

/** A VPC with some of its parts replaced. */
public final class VpcParts {
  private final Vpc vpc;
  private List<Segment.Public> publics;
  private List<Segment.Tier> tiers;
  private List<Segment.PrivateGateway> privateGateways;
  private Map<String, AclList> lists;
  private List<Host> hosts;
  private List<Integer> sourceNat;
  private List<StaticNat> staticNats;
  private List<PortForward> portForwards;
  private List<LoadBalancer> loadBalancers;
  private List<StaticRoute> staticRoutes;

  public VpcParts(Vpc vpc) {
    this.vpc = vpc;
    publics = vpc.publics();
    tiers = vpc.tiers();
    privateGateways = vpc.privateGateways();
    lists = vpc.lists();
    hosts = vpc.hosts();
    sourceNat = vpc.sourceNat();
    staticNats = vpc.staticNats();
    portForwards = vpc.portForwards();
    loadBalancers = vpc.loadBalancers();
    staticRoutes = vpc.staticRoutes();
  }

  public VpcParts publics(List<Segment.Public> value) {
    publics = value;
    return this;
  }

  public VpcParts tiers(List<Segment.Tier> value) {
    tiers = value;
    return this;
  }

  public VpcParts privateGateways(List<Segment.PrivateGateway> value) {
    privateGateways = value;
    return this;
  }

  public VpcParts lists(Map<String, AclList> value) {
    lists = value;
    return this;
  }

  public VpcParts hosts(List<Host> value) {
    hosts = value;
    return this;
  }

  public VpcParts sourceNat(List<Integer> value) {
    sourceNat = value;
    return this;
  }

  public VpcParts staticNats(List<StaticNat> value) {
    staticNats = value;
    return this;
  }

  public VpcParts portForwards(List<PortForward> value) {
    portForwards = value;
    return this;
  }

  public VpcParts loadBalancers(List<LoadBalancer> value) {
    loadBalancers = value;
    return this;
  }

  public VpcParts staticRoutes(List<StaticRoute> value) {
    staticRoutes = value;
    return this;
  }

  public Vpc build() {
    return new Vpc(
        vpc.name(),
        vpc.cidr(),
        vpc.semantics(),
        publics,
        tiers,
        privateGateways,
        vpc.vxlan(),
        lists,
        hosts,
        sourceNat,
        staticNats,
        portForwards,
        loadBalancers,
        staticRoutes,
        vpc.conntrack(),
        vpc.origin());
  }
}
