package io.vpcrig.service;

import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import java.util.List;
import org.agrona.collections.Int2IntHashMap;
import org.agrona.collections.IntHashSet;

/**
 * The router's own addresses: its leg in every segment, every public address that is its own or
 * translated, and the virtual addresses of internal load balancers. Reached from any segment (the
 * host model, RFC 1122 3.3.4.2); ARP is answered only in the segment an address is at home in.
 *
 * <p>Segments are numbered as in {@link Vpc#segments}. Immutable; any thread; does not allocate.
 */
public final class RouterAddresses {
  private static final int ABSENT = -1;

  private final Int2IntHashMap homes = new Int2IntHashMap(ABSENT);
  private final IntHashSet broadcasts = new IntHashSet();
  private final int[] address;
  private final long[] mac;

  private RouterAddresses(List<Segment> segments) {
    address = segments.stream().mapToInt(Segment::address).toArray();
    mac = segments.stream().mapToLong(Segment::routerMac).toArray();
  }

  public static RouterAddresses compile(Vpc vpc) {
    List<Segment> segments = vpc.segments();
    RouterAddresses addresses = new RouterAddresses(segments);
    for (int k = 0; k < segments.size(); k++) {
      addresses.homes.putIfAbsent(segments.get(k).address(), k);
      if (segments.get(k).subnet().length() < 31) {
        addresses.broadcasts.add(segments.get(k).subnet().last());
      }
    }
    for (int own : vpc.publicAddresses()) {
      addresses.homes.putIfAbsent(own, home(vpc, own));
    }
    vpc.virtualAddresses()
        .forEach((own, tier) -> addresses.homes.putIfAbsent((int) own, vpc.segmentIndex(tier)));
    return addresses;
  }

  /** Whether {@code destination} is the router itself, whatever segment the frame came by. */
  public boolean isOwn(int destination) {
    return homes.get(destination) != ABSENT;
  }

  /** Whether the router answers ARP for {@code target} in this segment. */
  public boolean isAtHome(int segment, int target) {
    return homes.get(target) == segment;
  }

  /**
   * Whether an address is for many: multicast, limited or a segment's broadcast. 240.0.0.0/4 is
   * routed, as in Linux.
   */
  public boolean isForMany(int destination) {
    return destination >>> 28 == 14 || destination == -1 || broadcasts.contains(destination);
  }

  /**
   * Whether a packet can come from {@code source}: not from an address of the router itself, nor
   * from a segment's broadcast address (Linux' martian sources, fib_validate_source).
   */
  public boolean maySend(int source) {
    return !isOwn(source) && !broadcasts.contains(source);
  }

  /** The router's address in a segment. */
  public int address(int segment) {
    return address[segment];
  }

  /** The router's MAC in a segment, 48 bits. */
  public long mac(int segment) {
    return mac[segment];
  }

  /** The public network whose subnet holds the address, else the first. */
  private static int home(Vpc vpc, int own) {
    for (int k = 0; k < vpc.publics().size(); k++) {
      if (vpc.publics().get(k).subnet().contains(own)) {
        return k;
      }
    }
    return 0;
  }
}
