package io.vpcrig.query.regions;

import io.vpcrig.header.Icmp;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.symbolic.Box;
import io.vpcrig.symbolic.Field;
import io.vpcrig.symbolic.HeaderSet;
import io.vpcrig.symbolic.HeaderSpace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The sets that decisions are put together from. Thread: that of the space. */
final class Headers {
  /** ICMP types that can begin a session (RFC 792, RFC 950). */
  private static final int[] REQUESTS = {8, 13, 15, 17};

  private static final int ICMP_TYPES = 256;

  private final HeaderSpace space;

  Headers(HeaderSpace space) {
    this.space = space;
  }

  HeaderSpace space() {
    return space;
  }

  HeaderSet from(Cidr cidr) {
    return space.of(range(Field.SOURCE, cidr));
  }

  HeaderSet to(Cidr cidr) {
    return space.of(range(Field.DESTINATION, cidr));
  }

  HeaderSet from(int address) {
    return from(new Cidr(address, 32));
  }

  HeaderSet to(int address) {
    return to(new Cidr(address, 32));
  }

  HeaderSet fromAny(Collection<Cidr> cidrs) {
    return space.union(cidrs.stream().map(cidr -> range(Field.SOURCE, cidr)).toList());
  }

  HeaderSet toAny(Collection<Integer> addresses) {
    return space.union(
        addresses.stream().map(a -> range(Field.DESTINATION, new Cidr(a, 32))).toList());
  }

  private static Box range(Field field, Cidr cidr) {
    return Box.ALL.with(
        field, Integer.toUnsignedLong(cidr.network()), Integer.toUnsignedLong(cidr.last()));
  }

  /** Of one protocol to some ports, or for ICMP of some types and codes. */
  static Box service(int protocol, int first, int last) {
    return Box.of(Cidr.ANY, Cidr.ANY, PortRange.ALL, new PortRange(first, last), protocol);
  }

  static Box protocol(int protocol) {
    return service(protocol, 0, 0xffff);
  }

  /** ICMP of a type. */
  private static Box icmp(int type) {
    return service(Protocol.ICMP, type << 8, type << 8 | 0xff);
  }

  /**
   * Every header that the data path takes from a frame: addresses that can be on a wire (RFC 1122
   * 3.2.1.3), ports only where the protocol has some, identifiers only where ICMP has one.
   */
  HeaderSet all() {
    return legal().and(real());
  }

  private HeaderSet legal() {
    HeaderSet zero = from(new Cidr(0, 8));
    HeaderSet source =
        zero.or(from(new Cidr(127 << 24, 8))).or(from(new Cidr(224 << 24, 4))).or(from(-1)).not();
    HeaderSet destination = to(new Cidr(0, 8)).or(to(new Cidr(127 << 24, 8))).not();
    return source.and(destination).or(zero.and(to(-1)));
  }

  private HeaderSet real() {
    List<Box> boxes = new ArrayList<>();
    for (int protocol = 0; protocol <= Field.PROTOCOL.last(); protocol++) {
      switch (protocol) {
        case Protocol.TCP, Protocol.UDP -> boxes.add(protocol(protocol));
        case Protocol.ICMP -> {
          for (int type = 0; type < ICMP_TYPES; type++) {
            Box box = icmp(type);
            boxes.add(Icmp.hasIdentifier(type) ? box : box.with(Field.SOURCE_PORT, 0, 0));
          }
        }
        default -> boxes.add(service(protocol, 0, 0).with(Field.SOURCE_PORT, 0, 0));
      }
    }
    return space.union(boxes);
  }

  /** ICMP that begins no session. */
  HeaderSet cannotBegin() {
    HeaderSet none = space.of(protocol(Protocol.ICMP));
    for (int type : REQUESTS) {
      none = none.minus(space.of(icmp(type)));
    }
    return none;
  }

  /** ICMP that quotes another packet. */
  HeaderSet icmpErrors() {
    List<Box> boxes = new ArrayList<>();
    for (int type = 0; type < ICMP_TYPES; type++) {
      if (Icmp.isError(type)) {
        boxes.add(icmp(type));
      }
    }
    return space.union(boxes);
  }
}
