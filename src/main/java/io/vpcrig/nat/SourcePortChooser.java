package io.vpcrig.nat;

import io.vpcrig.header.Icmp;
import io.vpcrig.header.Ipv4;

/**
 * Chooses the address and port that a source-translated connection leaves with, as Linux' nf_nat
 * does: the source port is kept if replies to it can be told apart; else another port of the same
 * class is taken.
 *
 * <pre>
 *   source port      taken from
 *   0     .. 511     1    .. 511
 *   512   .. 1023    600  .. 1023
 *   1024  .. 65535   1024 .. 65535
 *   ICMP identifier  0    .. 65535
 * </pre>
 *
 * Linux begins at a random port and gives up after some 240 attempts. Here the first port and the
 * step are a hash of the connection, so that the same input gives the same output, and the step has
 * no factor in common with the size of the range, so that no port is tried twice. After {@link
 * #MAX_ATTEMPTS} an address counts as used up: that many fail by chance only where more than 99 of
 * 100 ports are in use, and a guest that used up its ports can't make the router look at all 64512
 * again for each further packet. Steps of 1 would be simpler, but ports then fill in runs, and a
 * nearly full range costs thousands of attempts where steps that differ cost a hundred.
 *
 * <p>Stateless; any thread. Does not allocate.
 */
public final class SourcePortChooser {
  /** Ports tried per address, at most; the two small classes are tried in full. */
  public static final int MAX_ATTEMPTS = 1024;

  /** No port of any address was found free towards this destination. */
  public static final long EXHAUSTED = -1L;

  private SourcePortChooser() {}

  /** The address in a choice. */
  public static int address(long choice) {
    return (int) (choice >>> 32);
  }

  /** The ports column in a choice. */
  public static int ports(long choice) {
    return (int) choice;
  }

  /** Chooses among the table's source NAT addresses: the first that has a free port. */
  public static long choose(
      NatTable table, int source, int destination, int ports, int protocol, TupleInUse sessions) {
    for (int k = 0; k < table.sourceNatCount(); k++) {
      long choice = choose(table.sourceNat(k), source, destination, ports, protocol, sessions);
      if (choice != EXHAUSTED) {
        return choice;
      }
    }
    return EXHAUSTED;
  }

  /**
   * Chooses a port of one address: source NAT, static NAT, or a router's leg in a hairpin.
   *
   * @param address what the source becomes
   * @param source the guest's address
   * @param destination after destination NAT
   * @param ports column after destination NAT
   * @return address and ports column, or {@link #EXHAUSTED}
   */
  public static long choose(
      int address, int source, int destination, int ports, int protocol, TupleInUse sessions) {
    if (!sessions.inUse(destination, address, reply(ports, protocol), protocol)) {
      return choice(address, ports);
    }
    if (!hasPort(ports, protocol)) {
      return EXHAUSTED;
    }
    int port = ports >>> 16;
    int first = protocol == Ipv4.ICMP ? 0 : firstOfClass(port);
    int size = (protocol == Ipv4.ICMP ? 65536 : endOfClass(port)) - first;
    int hash = hash(source, destination, ports, protocol ^ address);
    int offset = (hash >>> 16) % size;
    int step = stepOf(hash & 0xffff, size);
    for (int left = Math.min(size, MAX_ATTEMPTS); left > 0; left--) {
      int candidate = first + offset << 16 | ports & 0xffff;
      if (!sessions.inUse(destination, address, reply(candidate, protocol), protocol)) {
        return choice(address, candidate);
      }
      offset += step;
      offset -= offset >= size ? size : 0;
    }
    return EXHAUSTED;
  }

  /** The ports column of a reply to a frame with {@code ports}. */
  static int reply(int ports, int protocol) {
    if (protocol != Ipv4.ICMP) {
      return Integer.rotateLeft(ports, 16);
    }
    int type = ports >>> 8 & 0xff;
    return switch (type) {
      case Icmp.ECHO_REQUEST -> withType(ports, Icmp.ECHO_REPLY);
      case Icmp.ECHO_REPLY -> withType(ports, Icmp.ECHO_REQUEST);
      case Icmp.TIMESTAMP, Icmp.INFORMATION, Icmp.ADDRESS_MASK -> withType(ports, type + 1);
      case Icmp.TIMESTAMP_REPLY, Icmp.INFORMATION_REPLY, Icmp.ADDRESS_MASK_REPLY ->
          withType(ports, type - 1);
      default -> ports;
    };
  }

  private static int withType(int ports, int type) {
    return ports & 0xffff_00ff | type << 8;
  }

  private static boolean hasPort(int ports, int protocol) {
    return switch (protocol) {
      case Ipv4.TCP, Ipv4.UDP -> true;
      case Ipv4.ICMP -> Icmp.hasIdentifier(ports >>> 8 & 0xff);
      default -> false;
    };
  }

  private static int firstOfClass(int port) {
    return port < 512 ? 1 : port < 1024 ? 600 : 1024;
  }

  private static int endOfClass(int port) {
    return port < 512 ? 512 : port < 1024 ? 1024 : 65536;
  }

  private static long choice(int address, int ports) {
    return (long) address << 32 | ports & 0xffff_ffffL;
  }

  /** From 1 to {@code size - 1}, without a factor in common with {@code size}. */
  private static int stepOf(int wish, int size) {
    int step = 1 + wish % (size - 1);
    while (divisor(step, size) != 1) {
      step = step == size - 1 ? 1 : step + 1;
    }
    return step;
  }

  private static int divisor(int a, int b) {
    return b == 0 ? a : divisor(b, a % b);
  }

  private static int hash(int a, int b, int c, int d) {
    int hash = mix(a ^ 0x9e37_79b9);
    hash = mix(hash ^ b);
    hash = mix(hash ^ c);
    return mix(hash ^ d);
  }

  /** The finaliser of MurmurHash3. */
  private static int mix(int value) {
    int mixed = (value ^ value >>> 16) * 0x85eb_ca6b;
    mixed = (mixed ^ mixed >>> 13) * 0xc2b2_ae35;
    return mixed ^ mixed >>> 16;
  }
}
