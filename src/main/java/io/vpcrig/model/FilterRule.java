package io.vpcrig.model;

/**
 * One line of a rule list in any format: it matches headers by their five fields, without state,
 * and says what becomes of them.
 *
 * @param sourcePorts source port of TCP and UDP; any for what has no ports
 * @param destinationPorts destination port; for ICMP {@code type << 8 | code}
 * @param protocol 0..255 or {@link Protocol#ALL}
 * @param label how its author names it (a rule number, an id), for people; never null
 */
public record FilterRule(
    Cidr source,
    Cidr destination,
    PortRange sourcePorts,
    PortRange destinationPorts,
    int protocol,
    Action action,
    String label,
    Origin origin) {
  public FilterRule {
    if (protocol < Protocol.ALL || protocol > 255) {
      throw new IllegalArgumentException("protocol " + protocol + ", legal 0..255 or all");
    }
  }

  /**
   * Whether a header matches.
   *
   * @param ports source port in the high 16 bits, destination port in the low; for ICMP identifier,
   *     and {@code type << 8 | code}; 0 for what has no ports
   * @param headerProtocol 0..255
   */
  public boolean matches(int sourceAddress, int destinationAddress, int ports, int headerProtocol) {
    return source.contains(sourceAddress)
        && destination.contains(destinationAddress)
        && sourcePorts.contains(ports >>> 16)
        && destinationPorts.contains(ports & 0xffff)
        && (protocol == Protocol.ALL || protocol == headerProtocol);
  }
}
