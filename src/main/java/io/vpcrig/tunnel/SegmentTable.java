package io.vpcrig.tunnel;

/**
 * Every segment of a VPC as columns, and how a frame's tag finds it. The index of a segment is its
 * position in {@link io.vpcrig.model.Vpc#segments}. Immutable; any thread.
 */
public final class SegmentTable {
  /** No segment. */
  public static final int NONE = -1;

  /** {@link #kind}: a public network. */
  public static final int PUBLIC = 0;

  /** {@link #kind}: a tier. */
  public static final int TIER = 1;

  /** {@link #kind}: a private gateway. */
  public static final int GATEWAY = 2;

  /** {@link #encapsulation}: no tag. */
  public static final int UNTAGGED = 0;

  /** {@link #encapsulation}: one tag; {@link #tag} is its id. */
  public static final int VLAN = 1;

  /**
   * {@link #encapsulation}: two tags; {@link #tag} is outer id shifted left by 12, and inner id.
   */
  public static final int QINQ = 2;

  /** {@link #encapsulation}: VXLAN; {@link #tag} is the network identifier. */
  public static final int VXLAN = 3;

  final String[] names;
  final int[] kinds;
  final int[] networks;
  final int[] masks;
  final int[] broadcasts;
  final int[] routerAddresses;
  final long[] routerMacs;
  final int[] encapsulations;
  final int[] tags;

  private final int[] byVlan;
  private final IntIndex byQinq;
  private final IntIndex byVni;
  private final IntIndex own;
  private final int[] sourceMasks;
  private final IntIndex[] bySource;
  private final int otherUntagged;
  private final boolean vxlan;
  private final long[] vxlanPorts;
  private final int vxlanPort;
  private final int localEndpoint;

  SegmentTable(SegmentCompiler compiled) {
    names = compiled.names;
    kinds = compiled.kinds;
    networks = compiled.networks;
    masks = compiled.masks;
    broadcasts = compiled.broadcasts;
    routerAddresses = compiled.routerAddresses;
    routerMacs = compiled.routerMacs;
    encapsulations = compiled.encapsulations;
    tags = compiled.tags;
    byVlan = compiled.byVlan;
    byQinq = new IntIndex(compiled.byQinq);
    byVni = new IntIndex(compiled.byVni);
    own = new IntIndex(compiled.own);
    vxlan = !compiled.byVni.isEmpty();
    sourceMasks = compiled.sourceMasks();
    bySource = compiled.sourceIndexes();
    otherUntagged = compiled.otherUntagged;
    vxlanPorts = compiled.vxlanPorts;
    vxlanPort = compiled.vxlanPort;
    localEndpoint = compiled.localEndpoint;
  }

  public int size() {
    return names.length;
  }

  public String name(int segment) {
    return names[segment];
  }

  /** {@link #PUBLIC}, {@link #TIER} or {@link #GATEWAY}. */
  public int kind(int segment) {
    return kinds[segment];
  }

  /** First address of the subnet. */
  public int network(int segment) {
    return networks[segment];
  }

  public int mask(int segment) {
    return masks[segment];
  }

  /** The subnet's broadcast address; of a /31 or /32, which have none, 255.255.255.255. */
  public int broadcast(int segment) {
    return broadcasts[segment];
  }

  /** The router's own address in the segment. */
  public int routerAddress(int segment) {
    return routerAddresses[segment];
  }

  /** Whether an address is the router's own: its leg in any segment, or a public address. */
  public boolean isOwn(int address) {
    return own.get(address) != NONE;
  }

  /** The router's MAC in the segment, 48 bits. */
  public long routerMac(int segment) {
    return routerMacs[segment];
  }

  /** {@link #UNTAGGED}, {@link #VLAN}, {@link #QINQ} or {@link #VXLAN}. */
  public int encapsulation(int segment) {
    return encapsulations[segment];
  }

  /** VLAN id, both ids, or network identifier; see {@link #encapsulation}. */
  public int tag(int segment) {
    return tags[segment];
  }

  /** Whether an address is in the segment's subnet. */
  public boolean contains(int segment, int address) {
    return ((address ^ networks[segment]) & masks[segment]) == 0;
  }

  /**
   * The segment of one tag, or {@link #NONE}.
   *
   * @param id 0..4095
   */
  public int byVlan(int id) {
    return byVlan[id];
  }

  /** The segment of two tags, or {@link #NONE}; ids 0..4095. */
  public int byQinq(int outer, int inner) {
    return byQinq.get(outer << 12 | inner);
  }

  /** The segment of a VXLAN network identifier, or {@link #NONE}. */
  public int byVni(int vni) {
    return byVni.get(vni);
  }

  /**
   * The segment of an untagged frame by its source address: the longest of the prefixes of tiers,
   * public networks, private gateways and static routes that holds it; else {@link #untagged()}.
   */
  public int untagged(int source) {
    for (int k = 0; k < sourceMasks.length; k++) {
      int found = bySource[k].get(source & sourceMasks[k]);
      if (found != NONE) {
        return found;
      }
    }
    return otherUntagged;
  }

  /** The segment of an untagged frame whose source address says nothing, or {@link #NONE}. */
  public int untagged() {
    return otherUntagged;
  }

  /** Whether any segment is a VXLAN network. If none is, VXLAN packets are plain UDP. */
  public boolean hasVxlan() {
    return vxlan;
  }

  /** Whether UDP to this port, 0..65535, is VXLAN. */
  public boolean acceptsVxlanPort(int port) {
    return (vxlanPorts[port >>> 6] >>> port & 1) != 0;
  }

  /** UDP destination port of tunnelled frames sent. */
  public int vxlanPort() {
    return vxlanPort;
  }

  /** The router's tunnel endpoint, IPv4. */
  public int localEndpoint() {
    return localEndpoint;
  }
}
