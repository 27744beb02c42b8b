package io.vpcrig.nat;

import io.vpcrig.model.Origin;
import org.agrona.collections.Int2IntHashMap;
import org.agrona.collections.IntHashSet;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * Which public destinations lead to which guests, and which public address a guest leaves with.
 *
 * <p>A match is a small number, the index of a target; {@link #NONE} if there is none. Ports are
 * the batch's column throughout: source in the high 16 bits, destination in the low.
 *
 * <p>Immutable; any thread. Lookups do not allocate.
 */
public final class NatTable {
  /** No target. */
  public static final int NONE = -1;

  /**
   * Where a match leads.
   *
   * @param address guest; for {@link NatKind#BALANCE} the address itself
   * @param firstPublic first public port; 0 unless {@link NatKind#FORWARD}
   * @param firstPrivate what {@code firstPublic} becomes; the ports after it follow in order
   * @param index position in the VPC's list of its kind
   */
  record Target(
      NatKind kind, int address, int firstPublic, int firstPrivate, int index, Origin origin) {}

  private final Target[] targets;
  private final Int2IntHashMap staticByPublic;
  private final Int2IntHashMap publicByGuest;
  private final Long2ObjectHashMap<PortMap> forwards;
  private final Long2LongHashMap balanced;
  private final IntHashSet publics;
  private final int[] sourceNat;

  NatTable(
      Target[] targets,
      Int2IntHashMap staticByPublic,
      Int2IntHashMap publicByGuest,
      Long2ObjectHashMap<PortMap> forwards,
      Long2LongHashMap balanced,
      IntHashSet publics,
      int[] sourceNat) {
    this.targets = targets;
    this.staticByPublic = staticByPublic;
    this.publicByGuest = publicByGuest;
    this.forwards = forwards;
    this.balanced = balanced;
    this.publics = publics;
    this.sourceNat = sourceNat;
  }

  /** Key of what is bound to an address and a protocol. */
  static long key(int address, int protocol) {
    return (long) address << 8 | protocol;
  }

  /** Key of what is bound to an address, a protocol and a port. */
  static long key(int address, int protocol, int port) {
    return ((long) address << 8 | protocol) << 16 | port;
  }

  /**
   * The target a new connection is for: static NAT, then port forwarding, then load balancing.
   *
   * @param client source address, for forwardings that serve some clients only
   */
  public int destination(int address, int ports, int protocol, int client) {
    int target = staticByPublic.get(address);
    if (target != NONE) {
      return target;
    }
    PortMap map = forwards.get(key(address, protocol));
    if (map != null) {
      target = map.find(ports & 0xffff, client);
      if (target != NONE) {
        return target;
      }
    }
    return (int) balanced.get(key(address, protocol, ports & 0xffff));
  }

  public NatKind kind(int target) {
    return targets[target].kind;
  }

  /** Destination address after the rewrite. */
  public int address(int target) {
    return targets[target].address;
  }

  /** {@code ports} with the destination port of the target; unchanged but for forwarding. */
  public int ports(int target, int ports) {
    Target to = targets[target];
    return to.kind == NatKind.FORWARD
        ? ports & 0xffff_0000 | (ports & 0xffff) - to.firstPublic + to.firstPrivate
        : ports;
  }

  /** Position in the VPC's static NATs, port forwardings or load balancers, by its kind. */
  public int index(int target) {
    return targets[target].index;
  }

  /** Where the operator wrote it. */
  public Origin origin(int target) {
    return targets[target].origin;
  }

  /** The public address a guest leaves with by static NAT; 0 if it has none. */
  public int staticSource(int guest) {
    return publicByGuest.get(guest);
  }

  /** How many source NAT addresses there are. */
  public int sourceNatCount() {
    return sourceNat.length;
  }

  /** Source NAT address, in order of use. */
  public int sourceNat(int position) {
    return sourceNat[position];
  }

  /** Whether the router answers for this public address. */
  public boolean isOwnPublic(int address) {
    return publics.contains(address);
  }
}
