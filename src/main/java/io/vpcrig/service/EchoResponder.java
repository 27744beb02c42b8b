package io.vpcrig.service;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.Checksum;
import io.vpcrig.header.Icmp;
import io.vpcrig.header.Ipv4;

/**
 * Answers ICMP echo requests (RFC 792, RFC 1122 3.2.2.6): the dialled address replies, with the
 * requester's data, type of service, identification and, piece by piece, the fragments it came in.
 * IP options are not returned.
 *
 * <p>Stateless; any thread.
 */
public final class EchoResponder {
  private static final int FRAGMENT_BITS = Ipv4.MORE_FRAGMENTS | Ipv4.FRAGMENT_OFFSET_MASK;

  private EchoResponder() {}

  /**
   * Whether frame {@code i} is an echo request, or a fragment of one whose datagram is complete.
   */
  public static boolean isRequest(FrameBatch batch, int i) {
    return batch.protocol[i] == Ipv4.ICMP && (batch.ports[i] >>> 8 & 0xff) == Icmp.ECHO_REQUEST;
  }

  /**
   * Makes the reply to the request {@code i} a live extra and returns its index; NONE if the batch
   * has no room. The verdict of {@code i} is the caller's to give.
   */
  public static int answer(FrameBatch batch, int i) {
    Bytes bytes = batch.bytes;
    int l3 = batch.l3[i];
    int data = l3 + Ipv4.headerLength(bytes, l3);
    int datagramEnd = batch.l3End[i];
    int present = Math.min(datagramEnd, batch.start[i] + batch.length[i]) - data;
    int extra = batch.addExtra(i, Ipv4.MIN_LENGTH + present);
    if (extra == FrameBatch.NONE) {
      return FrameBatch.NONE;
    }
    int at = batch.start[extra];
    int length = Ipv4.MIN_LENGTH + datagramEnd - data;
    int source = batch.destinationAddress[i];
    int destination = batch.sourceAddress[i];
    Ipv4.write(
        bytes,
        at,
        length,
        Ipv4.id(bytes, l3),
        batch.fragment[i] & FRAGMENT_BITS,
        Answer.TTL,
        Ipv4.ICMP,
        source,
        destination);
    bytes.putU8(at + Ipv4.TYPE_OF_SERVICE, bytes.u8(l3 + Ipv4.TYPE_OF_SERVICE));
    Ipv4.updateChecksum(bytes, at);
    int message = at + Ipv4.MIN_LENGTH;
    bytes.move(data, message, present);
    boolean first = batch.l4[i] != FrameBatch.NONE;
    if (first) {
      int typeCode = Icmp.typeCode(bytes, message);
      int replyTypeCode = Icmp.ECHO_REPLY << 8 | typeCode & 0xff;
      int checksum = Icmp.checksum(bytes, message);
      Icmp.setTypeCode(bytes, message, replyTypeCode);
      Icmp.setChecksum(bytes, message, Checksum.update(checksum, typeCode, replyTypeCode));
    }
    Answer.send(
        batch,
        extra,
        4,
        first ? message : FrameBatch.NONE,
        length,
        source,
        destination,
        Ipv4.ICMP,
        batch.ports[i] & 0xffff_00ff | Icmp.ECHO_REPLY << 8,
        batch.sourceMac[i]);
    batch.fragment[extra] = batch.fragment[i] & FRAGMENT_BITS;
    return extra;
  }
}
