package io.vpcrig.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A whole VPC. Names are resolved and the rules of package {@code config} hold.
 *
 * @param lists the operator's access lists by name, without the two built in
 * @param sourceNat addresses that guests leave with; empty: the first public network's own
 * @param conntrack how connections are tracked
 * @param mtus longest IP datagram of a segment, bytes, by its name; who is absent has no limit
 * @param redundancy how the router is one of two; empty: it is alone
 */
public record Vpc(
    String name,
    Cidr cidr,
    Semantics semantics,
    List<Segment.Public> publics,
    List<Segment.Tier> tiers,
    List<Segment.PrivateGateway> privateGateways,
    VxlanSettings vxlan,
    Map<String, AclList> lists,
    List<Host> hosts,
    List<Integer> sourceNat,
    List<StaticNat> staticNats,
    List<PortForward> portForwards,
    List<LoadBalancer> loadBalancers,
    List<StaticRoute> staticRoutes,
    Conntrack conntrack,
    Map<String, Integer> mtus,
    GuestSettings guests,
    Optional<Redundancy> redundancy,
    Origin origin) {
  /** The MTU of a segment that has no limit. */
  public static final int NO_MTU = 65_535;

  public Vpc {
    publics = List.copyOf(publics);
    tiers = List.copyOf(tiers);
    privateGateways = List.copyOf(privateGateways);
    lists = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(lists));
    hosts = List.copyOf(hosts);
    sourceNat = List.copyOf(sourceNat);
    staticNats = List.copyOf(staticNats);
    portForwards = List.copyOf(portForwards);
    loadBalancers = List.copyOf(loadBalancers);
    staticRoutes = List.copyOf(staticRoutes);
    mtus = Map.copyOf(mtus);
  }

  /** With Linux's tracking of connections. */
  public Vpc(
      String name,
      Cidr cidr,
      Semantics semantics,
      List<Segment.Public> publics,
      List<Segment.Tier> tiers,
      List<Segment.PrivateGateway> privateGateways,
      VxlanSettings vxlan,
      Map<String, AclList> lists,
      List<Host> hosts,
      List<Integer> sourceNat,
      List<StaticNat> staticNats,
      List<PortForward> portForwards,
      List<LoadBalancer> loadBalancers,
      List<StaticRoute> staticRoutes,
      Origin origin) {
    this(
        name,
        cidr,
        semantics,
        publics,
        tiers,
        privateGateways,
        vxlan,
        lists,
        hosts,
        sourceNat,
        staticNats,
        portForwards,
        loadBalancers,
        staticRoutes,
        Conntrack.DEFAULT,
        origin);
  }

  /** Without limits of length, with the usual words for guests, and a router that is alone. */
  public Vpc(
      String name,
      Cidr cidr,
      Semantics semantics,
      List<Segment.Public> publics,
      List<Segment.Tier> tiers,
      List<Segment.PrivateGateway> privateGateways,
      VxlanSettings vxlan,
      Map<String, AclList> lists,
      List<Host> hosts,
      List<Integer> sourceNat,
      List<StaticNat> staticNats,
      List<PortForward> portForwards,
      List<LoadBalancer> loadBalancers,
      List<StaticRoute> staticRoutes,
      Conntrack conntrack,
      Origin origin) {
    this(
        name,
        cidr,
        semantics,
        publics,
        tiers,
        privateGateways,
        vxlan,
        lists,
        hosts,
        sourceNat,
        staticNats,
        portForwards,
        loadBalancers,
        staticRoutes,
        conntrack,
        Map.of(),
        GuestSettings.DEFAULT,
        Optional.empty(),
        origin);
  }

  /** Publics, tiers, private gateways; the position is the segment's index in every table. */
  public List<Segment> segments() {
    List<Segment> all = new ArrayList<>(publics);
    all.addAll(tiers);
    all.addAll(privateGateways);
    return List.copyOf(all);
  }

  /** Whether no packet goes another way than in {@code other}: same segments, routes and hosts. */
  public boolean routesAs(Vpc other) {
    return publics.equals(other.publics)
        && tiers.equals(other.tiers)
        && privateGateways.equals(other.privateGateways)
        && staticRoutes.equals(other.staticRoutes)
        && hosts.equals(other.hosts)
        && mtus.equals(other.mtus);
  }

  /** A list by name, built-in ones included. */
  public AclList list(String listName) {
    if (listName.equals(AclList.DEFAULT_DENY.name())) {
      return AclList.DEFAULT_DENY;
    }
    if (listName.equals(AclList.DEFAULT_ALLOW.name())) {
      return AclList.DEFAULT_ALLOW;
    }
    AclList found = lists.get(listName);
    if (found == null) {
      throw new IllegalArgumentException("no list is named '" + listName + "'");
    }
    return found;
  }

  /** With another list instead of the operator's list of that name. */
  public Vpc withList(AclList list) {
    Map<String, AclList> all = new LinkedHashMap<>(lists);
    if (all.replace(list.name(), list) == null) {
      throw new IllegalArgumentException("no list is named '" + list.name() + "'");
    }
    return copy(publics, tiers, privateGateways, all, mtus, redundancy);
  }

  /** With other marks on the frames of its segments; a segment left out keeps its own. */
  public Vpc withEncapsulations(Map<String, Encapsulation> marks) {
    return copy(
        publics.stream().map(p -> p.with(mark(p, marks))).toList(),
        tiers.stream().map(t -> t.with(mark(t, marks))).toList(),
        privateGateways.stream().map(g -> g.with(mark(g, marks))).toList(),
        lists,
        mtus,
        redundancy);
  }

  /** With other MACs of the router, 48 bits; a segment left out keeps its own. */
  public Vpc withMacs(Map<String, Long> macs) {
    return copy(
        publics.stream().map(p -> p.withMac(mac(p, macs))).toList(),
        tiers.stream().map(t -> t.withMac(mac(t, macs))).toList(),
        privateGateways.stream().map(g -> g.withMac(mac(g, macs))).toList(),
        lists,
        mtus,
        redundancy);
  }

  private static OptionalLong mac(Segment segment, Map<String, Long> macs) {
    Long other = macs.get(segment.name());
    return other == null ? segment.mac() : OptionalLong.of(other);
  }

  /** With a router that is one of two, or alone. */
  public Vpc withRedundancy(Optional<Redundancy> other) {
    return copy(publics, tiers, privateGateways, lists, mtus, other);
  }

  /** With other limits of length. */
  public Vpc withMtus(Map<String, Integer> others) {
    return copy(publics, tiers, privateGateways, lists, others, redundancy);
  }

  /** With all that is ever exchanged; the rest stays. */
  private Vpc copy(
      List<Segment.Public> newPublics,
      List<Segment.Tier> newTiers,
      List<Segment.PrivateGateway> newPrivateGateways,
      Map<String, AclList> newLists,
      Map<String, Integer> newMtus,
      Optional<Redundancy> newRedundancy) {
    return new Vpc(
        name,
        cidr,
        semantics,
        newPublics,
        newTiers,
        newPrivateGateways,
        vxlan,
        newLists,
        hosts,
        sourceNat,
        staticNats,
        portForwards,
        loadBalancers,
        staticRoutes,
        conntrack,
        newMtus,
        guests,
        newRedundancy,
        origin);
  }

  /** Longest IP datagram of a segment, bytes; {@link #NO_MTU} if it has no limit. */
  public int mtu(String segment) {
    return mtus.getOrDefault(segment, NO_MTU);
  }

  private static Encapsulation mark(Segment segment, Map<String, Encapsulation> marks) {
    return marks.getOrDefault(segment.name(), segment.encapsulation());
  }

  /** The list of a tier, if it has one. */
  public Optional<AclList> list(Segment.Tier tier) {
    return tier.acl().map(this::list);
  }

  /** Addresses that guests leave with, in order of use; empty if the VPC has no public network. */
  public List<Integer> sourceNatAddresses() {
    if (!sourceNat.isEmpty()) {
      return sourceNat;
    }
    return publics.isEmpty() ? List.of() : List.of(publics.getFirst().address());
  }

  /** Every public address the router answers for, in order of mention, without repeats. */
  public List<Integer> publicAddresses() {
    var all = new java.util.LinkedHashSet<Integer>();
    publics.forEach(p -> all.add(p.address()));
    all.addAll(sourceNat);
    staticNats.forEach(nat -> all.add(nat.publicAddress()));
    portForwards.forEach(forward -> all.add(forward.publicAddress()));
    loadBalancers.stream().filter(b -> !b.internal()).forEach(b -> all.add(b.address()));
    return List.copyOf(all);
  }

  /** Addresses of internal load balancers, each with the name of its tier. */
  public Map<Integer, String> virtualAddresses() {
    Map<Integer, String> all = new LinkedHashMap<>();
    loadBalancers.stream()
        .filter(LoadBalancer::internal)
        .forEach(balancer -> all.putIfAbsent(balancer.address(), balancer.tier()));
    return all;
  }

  /** Position of a segment in {@link #segments}. */
  public int segmentIndex(String segment) {
    List<Segment> all = segments();
    for (int k = 0; k < all.size(); k++) {
      if (all.get(k).name().equals(segment)) {
        return k;
      }
    }
    throw new IllegalArgumentException("no segment is named '" + segment + "'");
  }
}
