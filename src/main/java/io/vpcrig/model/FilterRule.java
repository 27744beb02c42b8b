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
}
