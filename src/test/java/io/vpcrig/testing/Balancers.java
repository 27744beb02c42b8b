package io.vpcrig.testing;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.Host;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.LoadBalancer;
import io.vpcrig.model.LoadBalancer.Algorithm;
import io.vpcrig.model.Origin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Builds a load balancer for tests: round robin over equal members, until told otherwise. */
public final class Balancers {
  private final String name;
  private final int address;
  private final int protocol;
  private final int port;
  private final String tier;
  private final List<Host> hosts;
  private List<Integer> weights;
  private boolean internal;
  private int toPort;
  private Algorithm algorithm = Algorithm.ROUNDROBIN;
  private List<Cidr> sources = List.of();
  private boolean keepsClient;
  private Optional<LoadBalancer.Stickiness> stickiness = Optional.empty();
  private Optional<LoadBalancer.Health> health = Optional.empty();

  private Balancers(
      String name, String address, int protocol, int port, String tier, List<Host> hosts) {
    this.name = name;
    this.address = Ipv4Text.parse(address);
    this.protocol = protocol;
    this.port = port;
    this.toPort = port;
    this.tier = tier;
    this.hosts = hosts;
    this.weights = hosts.stream().map(host -> 1).toList();
  }

  public static Balancers of(
      String name, String address, int protocol, int port, String tier, List<Host> members) {
    return new Balancers(name, address, protocol, port, tier, members);
  }

  public Balancers internal() {
    internal = true;
    return this;
  }

  public Balancers to(int memberPort) {
    toPort = memberPort;
    return this;
  }

  public Balancers by(Algorithm value) {
    algorithm = value;
    return this;
  }

  /** As many as members, in their order. */
  public Balancers weights(Integer... values) {
    weights = List.of(values);
    return this;
  }

  public Balancers serves(String... cidrs) {
    sources = Arrays.stream(cidrs).map(Ipv4Text::parseCidr).toList();
    return this;
  }

  public Balancers keepsClient() {
    keepsClient = true;
    return this;
  }

  public Balancers sticky(int tableSize, Duration expire) {
    stickiness = Optional.of(new LoadBalancer.Stickiness(tableSize, expire.toNanos()));
    return this;
  }

  public Balancers health(int fails, Duration silent, Duration down) {
    health = Optional.of(new LoadBalancer.Health(fails, silent.toNanos(), down.toNanos()));
    return this;
  }

  public LoadBalancer build() {
    List<LoadBalancer.Member> members = new ArrayList<>();
    for (int k = 0; k < hosts.size(); k++) {
      members.add(new LoadBalancer.Member(hosts.get(k), weights.get(k)));
    }
    return new LoadBalancer(
        name,
        address,
        internal,
        protocol,
        port,
        toPort,
        algorithm,
        tier,
        members,
        sources,
        keepsClient,
        stickiness,
        health,
        Origin.BUILT_IN);
  }
}
