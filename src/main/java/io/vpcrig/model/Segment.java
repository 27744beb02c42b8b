package io.vpcrig.model;

import java.util.Optional;
import java.util.OptionalLong;

/** A network the router has a leg in; a frame's tag says which one it came by. */
public sealed interface Segment {
  /** Unique among all segments of the VPC. */
  String name();

  Encapsulation encapsulation();

  /** The connected subnet; its host part is the router's own address. */
  Cidr subnet();

  /** The router's address in this segment. */
  int address();

  /** The router's MAC here, 48 bits, if the operator gave one. */
  OptionalLong mac();

  Origin origin();

  /** MAC the router uses here: the given one, or 02:00 and the address. */
  default long routerMac() {
    return mac().orElse(derivedMac(address()));
  }

  /** Locally administered MAC of an address that nothing gave a MAC: 02:00 and the address. */
  static long derivedMac(int address) {
    return 0x0200_0000_0000L | address & 0xffff_ffffL;
  }

  /** A guest network. No list means: ingress dropped, egress allowed. */
  record Tier(
      String name,
      Encapsulation encapsulation,
      Cidr subnet,
      OptionalLong mac,
      Optional<String> acl,
      Origin origin)
      implements Segment {
    @Override
    public int address() {
      return subnet.address();
    }

    /** With another mark. */
    public Tier with(Encapsulation other) {
      return new Tier(name, other, subnet, mac, acl, origin);
    }

    /** With another MAC of the router. */
    public Tier withMac(OptionalLong other) {
      return new Tier(name, encapsulation, subnet, other, acl, origin);
    }
  }

  /**
   * A public network.
   *
   * @param gateway next hop of the default route; empty: destinations are taken for neighbours
   */
  record Public(
      String name,
      Encapsulation encapsulation,
      Cidr subnet,
      int address,
      Optional<Integer> gateway,
      OptionalLong mac,
      Origin origin)
      implements Segment {
    /** With another mark. */
    public Public with(Encapsulation other) {
      return new Public(name, other, subnet, address, gateway, mac, origin);
    }

    /** With another MAC of the router. */
    public Public withMac(OptionalLong other) {
      return new Public(name, encapsulation, subnet, address, gateway, other, origin);
    }
  }

  /**
   * A private gateway: a leg into a network outside the VPC, with a list of its own.
   *
   * @param acl list name; {@code default_deny} if none was given
   * @param sourceNat whether the VPC's traffic leaves with the gateway's address
   */
  record PrivateGateway(
      String name,
      Encapsulation encapsulation,
      Cidr subnet,
      int gateway,
      OptionalLong mac,
      String acl,
      boolean sourceNat,
      Origin origin)
      implements Segment {
    @Override
    public int address() {
      return subnet.address();
    }

    /** With another mark. */
    public PrivateGateway with(Encapsulation other) {
      return new PrivateGateway(name, other, subnet, gateway, mac, acl, sourceNat, origin);
    }

    /** With another MAC of the router. */
    public PrivateGateway withMac(OptionalLong other) {
      return new PrivateGateway(
          name, encapsulation, subnet, gateway, other, acl, sourceNat, origin);
    }
  }
}
