package io.vpcrig.model;

/** IANA protocol numbers that have a name here. */
public final class Protocol {
  /** Any protocol, in rules. */
  public static final int ALL = -1;

  public static final int ICMP = 1;
  public static final int TCP = 6;
  public static final int UDP = 17;

  private Protocol() {}

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
