package io.vpcrig.tunnel;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Segment;
import io.vpcrig.model.StaticRoute;
import io.vpcrig.model.Vpc;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes a {@link SegmentTable} of a VPC. Control side only. */
public final class SegmentCompiler {
  final String[] names;
  final int[] kinds;
  final int[] networks;
  final int[] masks;
  final int[] broadcasts;
  final int[] routerAddresses;
  final long[] routerMacs;
  final int[] encapsulations;
  final int[] tags;
  final int[] byVlan = new int[4096];
  final Map<Integer, Integer> byQinq = new HashMap<>();
  final Map<Integer, Integer> byVni = new HashMap<>();

  /** The router's own addresses, all of them; to the segment of its leg, or to 0. */
  final Map<Integer, Integer> own = new HashMap<>();

  final long[] vxlanPorts = new long[1024];
  final int vxlanPort;
  final int localEndpoint;
  int otherUntagged = SegmentTable.NONE;

  /** Prefix length, longest first, to network, to segment. */
  private final TreeMap<Integer, Map<Integer, Integer>> sources =
      new TreeMap<>((a, b) -> Integer.compare(b, a));

  private SegmentCompiler(Vpc vpc, Optional<String> untagged) {
    List<Segment> segments = vpc.segments();
    int size = segments.size();
    names = new String[size];
    kinds = new int[size];
    networks = new int[size];
    masks = new int[size];
    broadcasts = new int[size];
    routerAddresses = new int[size];
    routerMacs = new long[size];
    encapsulations = new int[size];
    tags = new int[size];
    Arrays.fill(byVlan, SegmentTable.NONE);
    for (int k = 0; k < size; k++) {
      column(k, segments.get(k));
      own.put(segments.get(k).address(), k);
    }
    vpc.publicAddresses().forEach(address -> own.putIfAbsent(address, 0));
    vpc.virtualAddresses().keySet().forEach(address -> own.putIfAbsent(address, 0));
    if (untagged.isPresent()) {
      otherUntagged = indexOf(untagged.get());
    } else {
      sources(vpc, segments);
      otherUntagged = declaredUntagged(vpc);
    }
    vpc.vxlan().acceptPorts().forEach(port -> vxlanPorts[port >>> 6] |= 1L << port);
    vxlanPort = vpc.vxlan().port();
    localEndpoint = vpc.vxlan().local();
  }

  /** The table of a VPC; untagged frames are placed by their source address. */
  public static SegmentTable compile(Vpc vpc) {
    return compile(vpc, Optional.empty());
  }

  /**
   * The table of a VPC.
   *
   * @param untagged name of the segment that takes every untagged frame; empty: placed by source
   *     address
   * @throws IllegalArgumentException if no segment has that name
   */
  public static SegmentTable compile(Vpc vpc, Optional<String> untagged) {
    return new SegmentTable(new SegmentCompiler(vpc, untagged));
  }

  int[] sourceMasks() {
    return sources.keySet().stream().mapToInt(Cidr::mask).toArray();
  }

  IntIndex[] sourceIndexes() {
    return sources.values().stream().map(IntIndex::new).toArray(IntIndex[]::new);
  }

  private void column(int k, Segment segment) {
    Cidr subnet = segment.subnet();
    names[k] = segment.name();
    kinds[k] =
        switch (segment) {
          case Segment.Public p -> SegmentTable.PUBLIC;
          case Segment.Tier t -> SegmentTable.TIER;
          case Segment.PrivateGateway g -> SegmentTable.GATEWAY;
        };
    networks[k] = subnet.network();
    masks[k] = subnet.mask();
    broadcasts[k] = subnet.length() < 31 ? subnet.last() : -1;
    routerAddresses[k] = segment.address();
    routerMacs[k] = segment.routerMac();
    switch (segment.encapsulation()) {
      case Encapsulation.Untagged u -> encapsulations[k] = SegmentTable.UNTAGGED;
      case Encapsulation.Vlan vlan -> {
        encapsulations[k] = SegmentTable.VLAN;
        tags[k] = vlan.id();
        byVlan[vlan.id()] = k;
      }
      case Encapsulation.QinQ both -> {
        encapsulations[k] = SegmentTable.QINQ;
        tags[k] = both.outer() << 12 | both.inner();
        byQinq.put(tags[k], k);
      }
      case Encapsulation.Vxlan vxlan -> {
        encapsulations[k] = SegmentTable.VXLAN;
        tags[k] = vxlan.vni();
        byVni.put(vxlan.vni(), k);
      }
    }
  }

  private void sources(Vpc vpc, List<Segment> segments) {
    for (int k = 0; k < segments.size(); k++) {
      source(segments.get(k).subnet(), k);
    }
    for (StaticRoute route : vpc.staticRoutes()) {
      source(route.cidr(), indexOf(route.gateway()));
    }
  }

  /** The first mention of a prefix wins. */
  private void source(Cidr cidr, int segment) {
    sources
        .computeIfAbsent(cidr.length(), length -> new HashMap<>())
        .putIfAbsent(cidr.network(), segment);
  }

  /**
   * The first public network without a tag, else the first public, else any other without a tag.
   */
  private int declaredUntagged(Vpc vpc) {
    int publics = vpc.publics().size();
    for (int k = 0; k < names.length; k++) {
      if (encapsulations[k] == SegmentTable.UNTAGGED && (k < publics || publics == 0)) {
        return k;
      }
    }
    return publics > 0 ? 0 : SegmentTable.NONE;
  }

  private int indexOf(String name) {
    int found = Arrays.asList(names).indexOf(name);
    if (found < 0) {
      throw new IllegalArgumentException(
          "no segment is named '" + name + "'; there are " + String.join(", ", names));
    }
    return found;
  }
}
