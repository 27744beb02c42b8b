package io.vpcrig.session;

import io.vpcrig.frame.Bytes;
import io.vpcrig.header.Checksum;
import io.vpcrig.header.Icmp;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Tcp;
import io.vpcrig.header.Udp;

/**
 * ICMP errors (RFC 792 types 3, 4, 5, 11, 12) about packets of a session. The error quotes the
 * start of a packet as it was on the far side of the translation; it travels against that packet's
 * direction.
 *
 * <pre>
 *   | IPv4 | ICMP type, code, checksum, 4 bytes | quoted IPv4 header | quoted transport header, from 8 bytes |
 *   ^ l3   ^ l4                                 ^ l4 + 8                                                   end ^
 * </pre>
 *
 * As in Linux: the error's destination must be the address the quoted packet came from; its source
 * is translated if the session translates that side, be it the port alone, whoever sent it (so that
 * no private address shows), else it stays; a redirect about a translated session is not related.
 */
public final class RelatedIcmp {
  private static final int PORTS_LENGTH = 4;
  private static final int NONE = SessionTable.NONE;

  private RelatedIcmp() {}

  /**
   * The session an error is about and the error's own direction in it, {@code number << 1 |
   * direction}; it may be {@link #isRefused}.
   *
   * @param l4 ICMP error header, whole
   * @param end one past the last byte that is present
   */
  public static int find(Bytes bytes, int l3, int l4, int end, SessionTable table, long nowNs) {
    int inner = l4 + Icmp.QUOTE;
    if (!Ipv4.isValid(bytes, inner, end - inner)
        || Ipv4.fragmentOffset(Ipv4.fragment(bytes, inner)) != 0) {
      return NONE;
    }
    int protocol = Ipv4.protocol(bytes, inner);
    int innerL4 = inner + Ipv4.headerLength(bytes, inner);
    int ports = 0;
    if (protocol == Ipv4.TCP || protocol == Ipv4.UDP) {
      if (end - innerL4 < PORTS_LENGTH) {
        return NONE;
      }
      ports = bytes.i32(innerL4);
    } else if (protocol == Ipv4.ICMP) {
      if (end - innerL4 < Icmp.LENGTH || !Icmp.hasIdentifier(Icmp.type(bytes, innerL4))) {
        return NONE;
      }
      ports = Icmp.identifier(bytes, innerL4) << 16 | Icmp.typeCode(bytes, innerL4);
    }
    int from = Ipv4.source(bytes, inner);
    int entry =
        table.peek(
            Ipv4.destination(bytes, inner),
            from,
            Tuples.invertPorts(ports, protocol),
            protocol,
            nowNs);
    return entry == NONE || Ipv4.destination(bytes, l3) != from ? NONE : entry;
  }

  /**
   * Whether the error that {@link #find} gave this entry for is a redirect about a translated
   * session, which Linux drops for that (nf_nat_icmp_reply_translation): the receiver could not
   * follow it.
   */
  static boolean isRefused(Bytes bytes, int l4, SessionTable table, int entry) {
    return Icmp.type(bytes, l4) == Icmp.REDIRECT && isTranslated(table, entry >>> 1);
  }

  /** The source address that an error from {@code source} leaves with. */
  public static int newSource(SessionTable table, int number, int direction, int source) {
    int translated = table.newSource(number, direction);
    int portsChanged = table.ports(number, direction) ^ table.newPorts(number, direction);
    boolean changed =
        translated != table.source(number, direction)
            || table.protocol(number) != Ipv4.ICMP && portsChanged >>> 16 != 0;
    return changed ? translated : source;
  }

  /**
   * Translates what the error quotes: addresses and ports become those its receiver knows; the
   * checksums of the quoted headers and of the ICMP message follow (a quoted checksum that is wrong
   * stays wrong). The outer IPv4 header is not touched; its addresses are in no ICMP checksum.
   *
   * @param number session of {@link #find}; it may have ended since, within the same batch
   * @param direction the error's
   * @param end one past the last byte that is present
   */
  public static void rewriteQuote(
      Bytes bytes, int l4, int end, SessionTable table, int number, int direction) {
    int other = direction ^ 1;
    int inner = l4 + Icmp.QUOTE;
    int innerL4 = inner + Ipv4.headerLength(bytes, inner);
    int protocol = Ipv4.protocol(bytes, inner);
    int ports = table.ports(number, other);
    int transport = NONE;
    if (protocol == Ipv4.ICMP) {
      replace(bytes, l4, innerL4 + Icmp.IDENTIFIER, ports >>> 16, innerL4 + Icmp.CHECKSUM, NONE);
    } else if (protocol == Ipv4.TCP || protocol == Ipv4.UDP) {
      transport = transportChecksum(bytes, protocol, innerL4, end);
      replace(bytes, l4, innerL4, ports >>> 16, transport, NONE);
      replace(bytes, l4, innerL4 + 2, ports & 0xffff, transport, NONE);
    }
    int header = inner + Ipv4.CHECKSUM;
    replace32(bytes, l4, inner + Ipv4.SOURCE, table.source(number, other), transport, header);
    replace32(
        bytes, l4, inner + Ipv4.DESTINATION, table.destination(number, other), transport, header);
    if (protocol == Ipv4.UDP && transport != NONE && bytes.u16(transport) == 0) {
      replace(bytes, l4, transport, 0xffff, NONE, NONE);
    }
  }

  private static boolean isTranslated(SessionTable table, int number) {
    return table.newSource(number, 0) != table.source(number, 0)
        || table.newDestination(number, 0) != table.destination(number, 0)
        || table.newPorts(number, 0) != table.ports(number, 0);
  }

  /** Offset of the quoted TCP or UDP checksum; NONE if it is cut off or there is none. */
  private static int transportChecksum(Bytes bytes, int protocol, int innerL4, int end) {
    int at = innerL4 + (protocol == Ipv4.TCP ? Tcp.CHECKSUM : Udp.CHECKSUM);
    boolean absent = at + 2 > end || protocol == Ipv4.UDP && bytes.u16(at) == 0;
    return absent ? NONE : at;
  }

  private static void replace32(
      Bytes bytes, int l4, int at, int value, int checksumAt, int secondChecksumAt) {
    replace(bytes, l4, at, value >>> 16, checksumAt, secondChecksumAt);
    replace(bytes, l4, at + 2, value & 0xffff, checksumAt, secondChecksumAt);
  }

  /** Replaces one word of the quote, in up to two quoted checksums that cover it, and in ICMP's. */
  private static void replace(
      Bytes bytes, int l4, int at, int word, int checksumAt, int secondChecksumAt) {
    int old = bytes.u16(at);
    if (old == word) {
      return;
    }
    put(bytes, l4, at, old, word);
    update(bytes, l4, checksumAt, old, word);
    update(bytes, l4, secondChecksumAt, old, word);
  }

  private static void update(Bytes bytes, int l4, int checksumAt, int oldWord, int newWord) {
    if (checksumAt != NONE) {
      int old = bytes.u16(checksumAt);
      put(bytes, l4, checksumAt, old, Checksum.update(old, oldWord, newWord));
    }
  }

  private static void put(Bytes bytes, int l4, int at, int old, int word) {
    bytes.putU16(at, word);
    int checksum = Icmp.checksum(bytes, l4);
    Icmp.setChecksum(bytes, l4, Checksum.update(checksum, old, word));
  }
}
