package io.vpcrig.query.regions;

import io.vpcrig.model.AclList;
import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.LoadBalancer;
import io.vpcrig.model.PortForward;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Segment;
import io.vpcrig.model.StaticNat;
import io.vpcrig.symbolic.Box;
import io.vpcrig.symbolic.Field;
import io.vpcrig.symbolic.HeaderSet;
import io.vpcrig.telemetry.Reason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * All first packets that enter by one segment, on their way in the router's order (cloudstack.md
 * 2.3, 2.4, 5.1). At each station some leave the set and become regions, the rest goes on.
 */
final class FirstPackets {
  private static final int DHCP_SERVER = 67;

  private final VpcRegions world;
  private final Headers headers;
  private final Segment in;
  private final Partition regions = new Partition();
  private final RouterInput input;

  /** Answers of the egress list, which count where no other list is asked. */
  private List<Judged> egress = List.of();

  /**
   * How packets stand when they are routed.
   *
   * @param as what they are rewritten to so far
   * @param hull box that holds them, so rewritten
   * @param translated whether NAT chose the destination
   * @param untracked whether neither NAT nor the egress list concerns them
   */
  private record Standing(Rewriting as, Box hull, boolean translated, boolean untracked) {
    static final Standing TRACKED = new Standing(Rewriting.NONE, Box.ALL, false, false);
    static final Standing UNTRACKED = new Standing(Rewriting.NONE, Box.ALL, false, true);

    static Standing translated(Rewriting as, Box hull) {
      return new Standing(as, hull, true, false);
    }
  }

  FirstPackets(VpcRegions world, Segment in) {
    this.world = world;
    this.headers = world.headers();
    this.in = in;
    this.input = new RouterInput(world, in, regions);
  }

  List<Region> regions() {
    HeaderSet routed = unswitched(world.all());
    HeaderSet unusable = world.fromOwn().or(headers.fromAny(broadcasts()));
    HeaderSet left = regions.drop(routed, unusable, Reason.IPV4_ADDRESS);
    HeaderSet many = left.and(toMany(world.broadcasts()));
    input.local(many, Rewriting.NONE, Reason.MULTICAST);
    left = left.minus(many);
    HeaderSet unfit = left.and(headers.cannotBegin());
    invalid(unfit);
    destinations(passEgress(left.minus(unfit)));
    return regions.regions();
  }

  private List<Cidr> broadcasts() {
    return world.broadcasts().stream().map(address -> new Cidr(address, 32)).toList();
  }

  /** To multicast, the limited broadcast, or those of subnets. */
  private HeaderSet toMany(Collection<Integer> broadcasts) {
    return headers.to(new Cidr(224 << 24, 4)).or(headers.to(-1)).or(headers.toAny(broadcasts));
  }

  // --- the bridge ----------------------------------------------------------------------------

  /** Those that meet the router. */
  private HeaderSet unswitched(HeaderSet set) {
    Cidr subnet = in.subnet();
    HeaderSet neighbours = headers.from(subnet).and(headers.to(subnet));
    List<Integer> broadcast = subnet.length() < 31 ? List.of(subnet.last()) : List.of();
    HeaderSet toMany = set.and(toMany(broadcast));
    HeaderSet met = headers.space().empty();
    HeaderSet left = set.minus(toMany);
    if (in instanceof Segment.Tier) {
      met = toMany.and(headers.space().of(Headers.service(Protocol.UDP, DHCP_SERVER, DHCP_SERVER)));
      regions.add(toMany.minus(met), Effect.SWITCH, Ground.of(Reason.SWITCHED));
    } else {
      HeaderSet among = headers.toAny(broadcast).and(neighbours);
      left = left.or(regions.drop(toMany, among.not(), Reason.MULTICAST));
    }
    HeaderSet switched = left.and(neighbours).minus(world.fromOwn()).minus(world.toOwn());
    regions.add(switched, Effect.SWITCH, Ground.of(Reason.SWITCHED));
    return left.minus(switched).or(met);
  }

  // --- packets that begin nothing ------------------------------------------------------------

  private void invalid(HeaderSet set) {
    HeaderSet own = set.and(world.toOwn());
    input.local(own, Rewriting.NONE, Reason.INPUT);
    HeaderSet left = set.minus(own);
    if (world.isShipped()) {
      forward(left, Standing.UNTRACKED);
      return;
    }
    regions.drop(
        regions.drop(left, headers.icmpErrors(), Reason.ICMP_UNRELATED),
        left,
        Reason.SESSION_INVALID);
  }

  // --- mangle PREROUTING ---------------------------------------------------------------------

  /** Those that the egress list lets by. */
  private HeaderSet passEgress(HeaderSet set) {
    HeaderSet unasked = set.and(unasked());
    HeaderSet asked = set.minus(unasked);
    Optional<AclList> list = world.lists().of(in);
    egress = new ArrayList<>(List.of(Judged.unasked(list.isEmpty() ? set : unasked)));
    if (list.isEmpty()) {
      return set;
    }
    HeaderSet passed = unasked;
    for (Judged judged :
        world.lists().judge(list.get(), Direction.EGRESS, asked, Rewriting.NONE, Box.ALL)) {
      if (judged.action() == Action.DENY) {
        regions.add(judged.headers(), Effect.DROP, judged.denied());
      } else {
        egress.add(judged);
        passed = passed.or(judged.headers());
      }
    }
    return passed;
  }

  private HeaderSet unasked() {
    HeaderSet unasked = headers.to(in.address());
    List<Integer> virtual = new ArrayList<>();
    world
        .vpc()
        .virtualAddresses()
        .forEach(
            (address, tier) -> {
              if (tier.equals(in.name())) {
                virtual.add(address);
              }
            });
    unasked = unasked.or(headers.toAny(virtual));
    if (in instanceof Segment.PrivateGateway gateway && world.isShipped()) {
      List<Cidr> behind = new ArrayList<>(List.of(gateway.subnet()));
      world.vpc().staticRoutes().stream()
          .filter(route -> route.gateway().equals(gateway.name()))
          .forEach(route -> behind.add(route.cidr()));
      unasked = unasked.or(headers.fromAny(behind).not());
    }
    return unasked;
  }

  // --- nat PREROUTING ------------------------------------------------------------------------

  private void destinations(HeaderSet set) {
    HeaderSet left = set;
    for (StaticNat nat : world.vpc().staticNats()) {
      HeaderSet hit = left.and(headers.to(nat.publicAddress()));
      left = left.minus(hit);
      translated(hit, Rewriting.to(nat.publicAddress(), nat.host().address(), 0), Box.ALL);
    }
    for (PortForward forward : world.vpc().portForwards()) {
      HeaderSet hit = left.and(headers.space().of(dialled(forward)));
      if (!forward.sources().isEmpty()) {
        hit = hit.and(headers.fromAny(forward.sources()));
      }
      left = left.minus(hit);
      translated(
          hit,
          Rewriting.to(
              forward.publicAddress(),
              forward.host().address(),
              forward.to().first() - forward.ports().first()),
          Headers.service(forward.protocol(), forward.to().first(), forward.to().last()));
    }
    left = balanced(left);
    HeaderSet own = left.and(world.toOwn());
    input.local(own, Rewriting.NONE, Reason.INPUT);
    forward(left.minus(own), Standing.TRACKED);
  }

  private static Box dialled(PortForward forward) {
    return to(
        Headers.service(forward.protocol(), forward.ports().first(), forward.ports().last()),
        forward.publicAddress());
  }

  private static Box to(Box box, int address) {
    long value = Integer.toUnsignedLong(address);
    return box.with(Field.DESTINATION, value, value);
  }

  private void translated(HeaderSet set, Rewriting as, Box hull) {
    // What is dialled is the router's own, so where it stays it is for the router.
    if (as.destination().isEmpty() || world.isOwn(as.destination().getAsInt())) {
      input.local(set, as, Reason.INPUT);
    } else {
      forward(set, Standing.translated(as, hull));
    }
  }

  // --- where the real router has haproxy -----------------------------------------------------

  /** Those that meet no load balancer. */
  private HeaderSet balanced(HeaderSet set) {
    HeaderSet left = set;
    HeaderSet unlistened = headers.space().empty();
    for (LoadBalancer balancer : world.vpc().loadBalancers()) {
      Box listener =
          to(
              Headers.service(balancer.protocol(), balancer.port(), balancer.port()),
              balancer.address());
      HeaderSet hit = left.and(headers.space().of(listener));
      left = left.minus(hit);
      if (balancer.protocol() != Protocol.TCP && world.isShipped()) {
        unlistened = unlistened.or(hit);
      } else if (!hit.isEmpty()) {
        balance(hit, balancer);
      }
    }
    return left.or(unlistened);
  }

  private void balance(HeaderSet set, LoadBalancer balancer) {
    Segment tier = world.vpc().segments().get(world.vpc().segmentIndex(balancer.tier()));
    Rewriting toMember = Rewriting.shifting(balancer.toPort() - balancer.port());
    boolean neighbour = balancer.internal() && in.name().equals(tier.name());
    boolean past = neighbour || !balancer.internal() && world.isShipped();
    List<Judged> passed =
        past
            ? egressOf(set)
            : passIngress(set, tier, balancer.internal() ? Rewriting.NONE : toMember, Box.ALL);
    HeaderSet local = headers.from(tier.subnet());
    for (Judged judged : passed) {
      HeaderSet served = judged.headers();
      if (!balancer.sources().isEmpty()) {
        served =
            regions.drop(served, headers.fromAny(balancer.sources()).not(), Reason.BALANCE_CLIENT);
      }
      Pool pool = Pool.of(balancer);
      if (pool.takers().isEmpty()) {
        regions.drop(served, served, Reason.BALANCE_NO_MEMBER);
        continue;
      }
      Ground ground = past ? judged.ground(Reason.BALANCED) : judged.allowed();
      HeaderSet kept = balancer.keepsClient() ? served.minus(local) : headers.space().empty();
      int address = balancer.internal() ? balancer.address() : tier.address();
      regions.add(kept, Effect.balance(tier.name(), toMember, pool), ground);
      regions.add(
          served.minus(kept), Effect.balance(tier.name(), toMember.from(address), pool), ground);
    }
  }

  // --- routing and filter FORWARD ------------------------------------------------------------

  private void forward(HeaderSet set, Standing standing) {
    HeaderSet left = set;
    for (Route route : world.routes()) {
      if (left.isEmpty()) {
        return;
      }
      HeaderSet routed = left.and(going(standing.as, route.prefix()));
      left = left.minus(routed);
      if (!routed.isEmpty()) {
        send(routed, standing, route);
      }
    }
    regions.drop(left, left, Reason.ROUTE_NONE);
  }

  /** Those whose destination, once rewritten, is in a prefix. */
  private HeaderSet going(Rewriting as, Cidr prefix) {
    if (as.destination().isEmpty()) {
      return headers.to(prefix);
    }
    return prefix.contains(as.destination().getAsInt())
        ? headers.space().all()
        : headers.space().empty();
  }

  private void send(HeaderSet set, Standing standing, Route route) {
    Segment out = route.segment();
    HeaderSet left = set;
    if (!(out instanceof Segment.Tier)) {
      Cidr inside = world.vpc().cidr();
      HeaderSet stray = going(standing.as, inside).or(headers.from(inside).not());
      left = regions.drop(left, stray, Reason.FORWARD_POLICY);
    }
    List<Judged> passed;
    if (!(out instanceof Segment.Public)) {
      passed = passIngress(left, out, standing.as, standing.hull);
    } else {
      passed = standing.untracked ? List.of(Judged.unasked(left)) : egressOf(left);
    }
    for (Judged judged : passed) {
      if (standing.untracked) {
        regions.add(
            judged.headers(), Effect.forward(route, standing.as), judged.ground(Reason.UNTRACKED));
      } else {
        sources(judged, standing, route);
      }
    }
  }

  /** What the egress list said of those it let by. */
  private List<Judged> egressOf(HeaderSet set) {
    return egress.stream()
        .map(judged -> judged.among(set))
        .filter(judged -> !judged.headers().isEmpty())
        .toList();
  }

  /** Those that the ingress list of a segment lets by, which sees them rewritten. */
  private List<Judged> passIngress(HeaderSet set, Segment out, Rewriting as, Box hull) {
    Optional<AclList> list = world.lists().of(out);
    if (list.isEmpty()) {
      Judged none = new Judged(set, list, Optional.empty(), Action.DENY);
      regions.add(set, Effect.DROP, none.denied());
      return List.of();
    }
    List<Judged> passed = new ArrayList<>();
    for (Judged judged : world.lists().judge(list.get(), Direction.INGRESS, set, as, hull)) {
      if (judged.action() == Action.DENY) {
        regions.add(judged.headers(), Effect.DROP, judged.denied());
      } else {
        passed.add(judged);
      }
    }
    return passed;
  }

  // --- nat POSTROUTING -----------------------------------------------------------------------

  private void sources(Judged judged, Standing standing, Route route) {
    Rewriting as = standing.as;
    HeaderSet left = judged.headers();
    switch (route.segment()) {
      case Segment.Public network -> {
        for (StaticNat nat : world.vpc().staticNats()) {
          HeaderSet hit = left.and(headers.from(nat.host().address()));
          left = left.minus(hit);
          regions.add(hit, Effect.forward(route, as.from(nat.publicAddress())), judged.allowed());
        }
        List<Integer> addresses = world.vpc().sourceNatAddresses();
        if (addresses.isEmpty()) {
          regions.drop(left, left, Reason.NAT_NO_SOURCE);
        } else {
          regions.add(left, Effect.forward(route, as.from(addresses.getFirst())), judged.allowed());
        }
      }
      case Segment.PrivateGateway gateway -> {
        Rewriting leaving = gateway.sourceNat() ? as.from(gateway.address()) : as;
        regions.add(left, Effect.forward(route, leaving), judged.allowed());
      }
      case Segment.Tier tier -> {
        HeaderSet hairpin =
            standing.translated ? left.and(headers.from(tier.subnet())) : headers.space().empty();
        regions.add(hairpin, Effect.forward(route, as.from(tier.address())), judged.allowed());
        regions.add(left.minus(hairpin), Effect.forward(route, as), judged.allowed());
      }
    }
  }
}
