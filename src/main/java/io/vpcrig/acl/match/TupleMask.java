package io.vpcrig.acl.match;

import io.vpcrig.acl.RuleSet;

/**
 * Which bits of a header a hash table looks at. Source port in the high half of {@code ports}.
 *
 * @param protocol 0xff or 0
 */
record TupleMask(int source, int destination, int ports, int protocol) {
  /** Looks at nothing: every rule may live in a table with this mask. */
  static final TupleMask NOTHING = new TupleMask(0, 0, 0, 0);

  /** All bits that are equal in everything a rule matches. */
  static TupleMask exact(RuleSet rules, int rule) {
    return exact(
        rules.sourceMask(rule),
        rules.destinationMask(rule),
        rules.portsFirst(rule),
        rules.portsSpan(rule),
        rules.protocolMask(rule));
  }

  /** As {@link #exact(RuleSet, int)}, of a rule's fields as its set holds them. */
  static TupleMask exact(int source, int destination, int first, int span, int protocol) {
    int last = first + span;
    int sourcePort = commonPrefix(first >>> 16, last >>> 16);
    int destinationPort = commonPrefix(first & 0xffff, last & 0xffff);
    return new TupleMask(source, destination, sourcePort << 16 | destinationPort, protocol);
  }

  /** Coarser, so that rules of similar shape share a table. */
  TupleMask relaxed() {
    return new TupleMask(
        relaxedPrefix(source), relaxedPrefix(destination), relaxedPorts(ports), protocol);
  }

  /** Whether every rule with mask {@code other} has one key under this mask. */
  boolean admits(TupleMask other) {
    return (source & ~other.source
            | destination & ~other.destination
            | ports & ~other.ports
            | protocol & ~other.protocol)
        == 0;
  }

  /** Mixes a masked header; the high bits are the good ones. */
  static int hash(int source, int destination, int ports, int protocol) {
    int hash = source * 0x9e3779b1 ^ Integer.rotateLeft(destination * 0x85ebca6b, 13);
    hash ^= Integer.rotateLeft((ports ^ protocol << 24) * 0xc2b2ae35, 7) + protocol;
    hash ^= hash >>> 15;
    return hash * 0x27d4eb2f;
  }

  /** Prefix lengths are rounded down to a multiple of 8. */
  private static int relaxedPrefix(int mask) {
    int length = Integer.bitCount(mask) & ~7;
    return length == 0 ? 0 : -1 << 32 - length;
  }

  /** A port counts whole or not at all. */
  private static int relaxedPorts(int mask) {
    return (mask >>> 16 == 0xffff ? 0xffff0000 : 0) | ((mask & 0xffff) == 0xffff ? 0xffff : 0);
  }

  /** Mask over 16 bits of the leading bits that two ports share. */
  private static int commonPrefix(int first, int last) {
    int differing = 32 - Integer.numberOfLeadingZeros(first ^ last);
    return 0xffff << differing & 0xffff;
  }
}
