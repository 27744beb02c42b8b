package io.vpcrig.service;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.Icmp;
import io.vpcrig.header.Ipv4;

/**
 * Makes ICMP errors about frames that can't be forwarded (RFC 792, RFC 1812 4.3). The source is the
 * router's address in the segment the frame came by; the quotation is the datagram as it was
 * received, as much as keeps the error within 576 bytes (RFC 1812 4.3.2.3), with precedence
 * "internetwork control" (4.3.2.5). The rate is not limited.
 *
 * <p>No error is made about an ICMP error or an unknown ICMP type, a fragment but the first, a
 * datagram or frame sent to many, or a source that is not one host (RFC 1812 4.3.2.7).
 *
 * <p>Thread: any; the batch's owner calls, before the frame is rewritten.
 */
public final class IcmpErrors {
  private static final int MAX_LENGTH = 576;
  private static final int HEADERS = Ipv4.MIN_LENGTH + Icmp.LENGTH;
  private static final int INTERNETWORK_CONTROL = 0xc0;
  private static final int TYPE_OF_SERVICE_MASK = 0x1e;
  private static final int FRAGMENTATION_NEEDED = Icmp.UNREACHABLE << 8 | 4;
  private static final int TTL_EXCEEDED_IN_TRANSIT = Icmp.TIME_EXCEEDED << 8;

  /** Last ICMP type Linux knows; about later ones it makes no errors. */
  private static final int LAST_KNOWN_TYPE = Icmp.ADDRESS_MASK_REPLY;

  private final RouterAddresses router;

  public IcmpErrors(RouterAddresses router) {
    this.router = router;
  }

  /**
   * Makes "time to live exceeded in transit" about frame {@code i} a live extra and returns its
   * index; NONE if there must be no error, or the batch has no room. The verdict of {@code i} is
   * the caller's.
   */
  public int timeExceeded(FrameBatch batch, int i) {
    return error(batch, i, TTL_EXCEEDED_IN_TRANSIT, router.address(batch.segment[i]));
  }

  /**
   * As {@link #timeExceeded}, about a frame whose destination is translated: in the name of the
   * address that was dialled, as Linux does, for the sender knows no other.
   */
  public int timeExceededByDialled(FrameBatch batch, int i) {
    return error(batch, i, TTL_EXCEEDED_IN_TRANSIT, batch.destinationAddress[i]);
  }

  /**
   * Makes "fragmentation needed and DF set" (RFC 1191 4) about frame {@code i}, as the others.
   *
   * @param translated whether its destination is translated, see {@link #timeExceededByDialled}
   * @param mtu bytes, 68..65535
   */
  public int fragmentationNeeded(FrameBatch batch, int i, boolean translated, int mtu) {
    int source = translated ? batch.destinationAddress[i] : router.address(batch.segment[i]);
    return error(batch, i, FRAGMENTATION_NEEDED, mtu, source);
  }

  private int error(FrameBatch batch, int i, int typeCode, int source) {
    return error(batch, i, typeCode, 0, source);
  }

  private int error(FrameBatch batch, int i, int typeCode, int rest, int source) {
    if (!mayBeAbout(batch, i)) {
      return FrameBatch.NONE;
    }
    Bytes bytes = batch.bytes;
    int l3 = batch.l3[i];
    int present = Math.min(batch.l3End[i], batch.start[i] + batch.length[i]) - l3;
    int quoted = Math.min(present, MAX_LENGTH - HEADERS);
    int length = HEADERS + quoted;
    int extra = batch.addExtra(i, length);
    if (extra == FrameBatch.NONE) {
      return FrameBatch.NONE;
    }
    int at = batch.start[extra];
    int destination = batch.sourceAddress[i];
    Ipv4.write(
        bytes, at, length, Ipv4.id(bytes, l3), 0, Answer.TTL, Ipv4.ICMP, source, destination);
    int service = bytes.u8(l3 + Ipv4.TYPE_OF_SERVICE) & TYPE_OF_SERVICE_MASK;
    bytes.putU8(at + Ipv4.TYPE_OF_SERVICE, service | INTERNETWORK_CONTROL);
    Ipv4.updateChecksum(bytes, at);
    int message = at + Ipv4.MIN_LENGTH;
    bytes.putI64(message, (long) typeCode << 48 | rest);
    bytes.move(l3, message + Icmp.QUOTE, quoted);
    Icmp.updateChecksum(bytes, message, length - Ipv4.MIN_LENGTH);
    Answer.send(
        batch,
        extra,
        4,
        message,
        length,
        source,
        destination,
        Ipv4.ICMP,
        typeCode,
        batch.sourceMac[i]);
    return extra;
  }

  private boolean mayBeAbout(FrameBatch batch, int i) {
    int source = batch.sourceAddress[i];
    int network = source >>> 24;
    return Ipv4.fragmentOffset(batch.fragment[i]) == 0
        && !router.isForMany(batch.destinationAddress[i])
        && !router.isForMany(source)
        && network != 0
        && network != 127
        && (batch.l2[i] == FrameBatch.NONE || (batch.bytes.u8(batch.l2[i]) & 1) == 0)
        && (batch.protocol[i] != Ipv4.ICMP || isAnswerableIcmp(batch, i));
  }

  private static boolean isAnswerableIcmp(FrameBatch batch, int i) {
    int type = batch.ports[i] >>> 8 & 0xff;
    return batch.l4[i] != FrameBatch.NONE && type <= LAST_KNOWN_TYPE && !Icmp.isError(type);
  }
}
