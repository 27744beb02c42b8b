package io.vpcrig.model;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The VPC's router as one of two, of which VRRP lets one work at a time. Both have the same
 * gateways, public addresses and rules; each has an address of its own on the segment that they
 * talk on.
 *
 * @param segment where advertisements go
 * @param address this router's own address there; empty: to be given when it starts
 * @param id virtual router identifier, 1..255
 * @param version of VRRP: 2 (RFC 3768) or 3 (RFC 5798)
 * @param priority 1..255; 255 only for the router whose own address is the gateway's
 * @param intervalCs between advertisements, centiseconds: 1..4095, in version 2 whole seconds up to
 *     255
 * @param preempt whether it takes over from a working router of lower priority
 * @param preemptDelay how long it sees such a router work before it does
 * @param secret of {@code authentication}, 1 to 8 letters; empty if there is none
 * @param virtualMac whether gateways have the MAC 00:00:5e:00:01 and the identifier (RFC 5798 7.3)
 */
public record Redundancy(
    String segment,
    Optional<Integer> address,
    int id,
    int version,
    int priority,
    int intervalCs,
    boolean preempt,
    Duration preemptDelay,
    Authentication authentication,
    String secret,
    boolean virtualMac) {
  /** CloudStack's virtual router identifier. */
  public static final int DEFAULT_ID = 51;

  public static final int DEFAULT_PRIORITY = 100;

  /** Priority of the router that the virtual address belongs to. */
  public static final int OWNER = 255;

  public static final int SECRET_LENGTH = 8;

  /** Most addresses in one advertisement. */
  public static final int MOST_ADDRESSES = 255;

  private static final long VIRTUAL_MAC = 0x0000_5e00_0100L;

  /** How advertisements of version 2 prove who sent them (RFC 2338 5.3.6). */
  public enum Authentication {
    NONE(0),
    PASSWORD(1),
    /** IP authentication header, HMAC-MD5-96. */
    AH(2);

    private final int number;

    Authentication(int number) {
      this.number = number;
    }

    /** In the message. */
    public int number() {
      return number;
    }
  }

  /** MAC of the virtual router, 48 bits. */
  public long routerMac() {
    return VIRTUAL_MAC | id;
  }

  /** With another own address and priority. */
  public Redundancy with(int otherAddress, int otherPriority) {
    return new Redundancy(
        segment,
        Optional.of(otherAddress),
        id,
        version,
        otherPriority,
        intervalCs,
        preempt,
        preemptDelay,
        authentication,
        secret,
        virtualMac);
  }

  /**
   * What is wrong with the own address and the priority, as a sentence; empty if nothing is.
   *
   * @param subnet of the segment
   * @param gateway the router's address there, which both routers share
   */
  public Optional<String> problem(Cidr subnet, int gateway) {
    if (priority < 1 || priority > OWNER) {
      return Optional.of("priority " + priority + ", legal 1.." + OWNER);
    }
    if (address.isEmpty()) {
      return Optional.empty();
    }
    int own = address.get();
    boolean usable =
        subnet.contains(own)
            && (subnet.length() >= 31 || own != subnet.network() && own != subnet.last());
    if (!usable) {
      return Optional.of(
          "address "
              + Ipv4Text.format(own)
              + ", legal an address of segment "
              + segment
              + ", which is "
              + subnet);
    }
    boolean owner = own == gateway;
    if (owner != (priority == OWNER)) {
      return Optional.of(
          owner
              ? "address "
                  + Ipv4Text.format(own)
                  + " is the gateway's, which both routers share; give this router one of its own,"
                  + " or priority 255 if the gateway's is its own"
              : "priority 255 is for the router whose own address is the gateway's "
                  + Ipv4Text.format(gateway)
                  + "; legal 1..254");
    }
    return Optional.empty();
  }

  /** The virtual addresses in advertisements: the gateways of all tiers. */
  public static List<Integer> virtualAddresses(Vpc vpc) {
    return vpc.tiers().stream().map(Segment.Tier::address).toList();
  }

  /** The VPC with the MACs that its segments have on the wire. */
  public Vpc applyTo(Vpc vpc) {
    if (!virtualMac) {
      return vpc;
    }
    Map<String, Long> macs = new HashMap<>();
    for (Segment each : vpc.segments()) {
      if (each.mac().isEmpty()) {
        macs.put(each.name(), routerMac());
      }
    }
    return vpc.withMacs(macs);
  }
}
