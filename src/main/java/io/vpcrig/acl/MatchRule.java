package io.vpcrig.acl;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;

/**
 * What one line of a compiled list matches, whoever wrote it: an access list's rule with one of its
 * CIDRs, or a line of a ClassBench file.
 *
 * @param sourcePorts high half of the ports column; the identifier for ICMP
 * @param destinationPorts low half of the ports column; {@code type << 8 | code} for ICMP
 * @param protocol 0..255 or {@link Protocol#ALL}
 * @param id whose line it is, in the owner's table: the rule's number in {@link RuleTable}, or the
 *     position of the line among the rules of a file
 * @param quirk why this line differs from what was meant, {@link Quirk#NONE} if it does not
 */
public record MatchRule(
    Cidr source,
    Cidr destination,
    PortRange sourcePorts,
    PortRange destinationPorts,
    int protocol,
    int id,
    Quirk quirk) {
  public MatchRule {
    if (protocol < Protocol.ALL || protocol > 255) {
      throw new IllegalArgumentException("protocol " + protocol + ", legal 0..255 or all");
    }
  }

  /**
   * Whether a header matches; the definition that every engine has to agree with.
   *
   * @param ports source port in the high 16 bits, destination port in the low
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
