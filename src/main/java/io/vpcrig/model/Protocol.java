package io.vpcrig.model;

/** IANA protocol numbers that have a name here. */
public final class Protocol {
  /** Any protocol, in rules. */
  public static final int ALL = -1;

  public static final int ICMP = 1;
  public static final int TCP = 6;
  public static final int UDP = 17;

  private Protocol() {}

  /** Refuses a protocol other than TCP and UDP. */
  static void requirePorts(int protocol) {
    if (protocol != TCP && protocol != UDP) {
      throw new IllegalArgumentException("protocol " + name(protocol) + ", legal tcp and udp");
    }
  }

  public static String name(int protocol) {
    return switch (protocol) {
      case ALL -> "all";
      case ICMP -> "icmp";
      case TCP -> "tcp";
      case UDP -> "udp";
      default -> Integer.toString(protocol);
    };
  }
}
