package io.vpcrig.live;

import io.vpcrig.header.Vlan;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which segments are behind which interface. To the router all frames are tagged: those of an
 * interface with one segment get a tag inside, as by an access port of a switch, and lose it on the
 * way out; an interface of several segments is a trunk, whose frames come with the marks that the
 * VPC file gives. Immutable.
 */
public final class PortPlan {
  /** {@link #portOf}: the segment is behind no interface. */
  public static final int NONE = -1;

  private static final int HIGHEST_VLAN = 4094;

  /** Outer IPv4, UDP, VXLAN and inner Ethernet header. */
  private static final int VXLAN_OVERHEAD = 50;

  /** What every link carries (RFC 791 3.2). */
  private static final int LEAST_MTU = 68;

  private final List<String> links;
  private final Map<String, Encapsulation> marks = new HashMap<>();
  private final Map<String, Integer> ports = new HashMap<>();
  private final int[] accessTags;

  private PortPlan(List<String> links) {
    this.links = List.copyOf(links);
    this.accessTags = new int[links.size()];
  }

  /**
   * Makes a plan.
   *
   * @throws IllegalArgumentException with a sentence, if a segment is not the VPC's or is named
   *     twice, or marks of a trunk can't be told apart
   */
  public static PortPlan of(Vpc vpc, List<PortAssignment> assignments) {
    if (assignments.isEmpty()) {
      throw new IllegalArgumentException(
          "no --port: give at least one SEGMENT=IFACE; segments are " + names(vpc));
    }
    Map<String, List<PortAssignment>> byLink = new LinkedHashMap<>();
    for (PortAssignment each : assignments) {
      byLink.computeIfAbsent(each.link(), absent -> new ArrayList<>()).add(each);
    }
    PortPlan plan = new PortPlan(new ArrayList<>(byLink.keySet()));
    BitSet taken = taken(vpc);
    int port = 0;
    for (List<PortAssignment> group : byLink.values()) {
      plan.add(vpc, port++, group, taken);
    }
    return plan;
  }

  private void add(Vpc vpc, int port, List<PortAssignment> group, BitSet taken) {
    boolean trunk = group.size() > 1 || group.getFirst().tagged();
    for (PortAssignment each : group) {
      Segment segment = segment(vpc, each.segment());
      if (ports.putIfAbsent(segment.name(), port) != null) {
        throw new IllegalArgumentException(
            "segment " + segment.name() + " has two ports; one segment is behind one interface");
      }
      if (!trunk) {
        int tag = taken.previousClearBit(HIGHEST_VLAN);
        taken.set(tag);
        accessTags[port] = tag;
        marks.put(segment.name(), new Encapsulation.Vlan(tag));
      }
    }
  }

  private static Segment segment(Vpc vpc, String name) {
    return vpc.segments().stream()
        .filter(segment -> segment.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--port names segment '" + name + "', legal " + names(vpc)));
  }

  private static String names(Vpc vpc) {
    return vpc.segments().stream().map(Segment::name).collect(Collectors.joining(", "));
  }

  /** VLAN ids that the VPC file uses. */
  private static BitSet taken(Vpc vpc) {
    BitSet taken = new BitSet();
    for (Segment segment : vpc.segments()) {
      switch (segment.encapsulation()) {
        case Encapsulation.Vlan vlan -> taken.set(vlan.id());
        case Encapsulation.QinQ tags -> taken.set(tags.outer());
        case Encapsulation.Vxlan tunnel -> {}
        case Encapsulation.Untagged none -> {}
      }
    }
    return taken;
  }

  /** Names of the interfaces; the position is the port's number. */
  public List<String> links() {
    return links;
  }

  /**
   * Makes sure that a later state of the VPC can go by the same plan.
   *
   * @throws IllegalArgumentException with a sentence, if a segment with a port is gone, or a tag
   *     that is used inside now is the VPC's
   */
  public void requireFits(Vpc vpc) {
    for (String name : ports.keySet()) {
      segment(vpc, name);
    }
    BitSet taken = taken(vpc);
    for (int tag : accessTags) {
      if (tag != 0 && taken.get(tag)) {
        throw new IllegalArgumentException(
            "VLAN " + tag + " is used inside for a port; start anew to give it to a segment");
      }
    }
  }

  /** The VPC as the router has to see it. */
  public Vpc applyTo(Vpc vpc) {
    return vpc.redundancy()
        .map(redundancy -> redundancy.applyTo(vpc))
        .orElse(vpc)
        .withEncapsulations(marks);
  }

  /**
   * Longest IP datagram of each segment with a port, by its name: the port's, less what the
   * segment's mark takes of it, or the VPC file's, if that is shorter.
   *
   * @param vpc as the router sees it, from {@link #applyTo}
   * @param portMtus longest IP datagram of each port, bytes
   */
  public Map<String, Integer> mtus(Vpc vpc, int[] portMtus) {
    Map<String, Integer> all = new HashMap<>(vpc.mtus());
    for (Segment segment : vpc.segments()) {
      Integer port = ports.get(segment.name());
      if (port != null) {
        int room = portMtus[port] - overhead(segment.encapsulation());
        all.merge(segment.name(), Math.max(room, LEAST_MTU), Math::min);
      }
    }
    return all;
  }

  /** Bytes of a datagram's frame that an interface counts beside the datagram. */
  private static int overhead(Encapsulation mark) {
    return switch (mark) {
      case Encapsulation.Vxlan tunnel -> VXLAN_OVERHEAD;
      case Encapsulation.QinQ tags -> Vlan.LENGTH; // The outer tag is free, as a single one is.
      case Encapsulation.Vlan tag -> 0;
      case Encapsulation.Untagged none -> 0;
    };
  }

  /** Tag that frames of a port get inside, 1..4094; 0 if it is a trunk. */
  public int accessTag(int port) {
    return accessTags[port];
  }

  /** Port of each segment of a VPC, by the segment's index; {@link #NONE} if it has none. */
  public int[] portOf(Vpc vpc) {
    int[] of = new int[vpc.segments().size()];
    Arrays.setAll(of, k -> ports.getOrDefault(vpc.segments().get(k).name(), NONE));
    return of;
  }
}
