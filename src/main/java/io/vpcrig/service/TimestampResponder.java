package io.vpcrig.service;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.Icmp;
import io.vpcrig.header.Ipv4;

/**
 * Answers ICMP timestamp requests (RFC 792, RFC 1122 3.2.2.8) as Linux' {@code icmp_timestamp()}:
 * the originate timestamp comes back, received and sent are the frame's time, milliseconds since
 * midnight UT. What came in fragments, or without a whole originate timestamp, is not answered.
 *
 * <pre>
 *   | type, code, checksum 4 | identifier 2 | sequence 2 | originate 4 | receive 4 | transmit 4 |
 * </pre>
 *
 * <p>Stateless; any thread.
 */
public final class TimestampResponder {
  private static final int RECEIVE = 12;
  private static final int TRANSMIT = 16;
  private static final int LENGTH = 20;
  private static final long NS_PER_MS = 1_000_000;
  private static final long MS_PER_DAY = 86_400_000;

  private TimestampResponder() {}

  /** Whether frame {@code i} is a whole timestamp request. */
  public static boolean isRequest(FrameBatch batch, int i) {
    int l4 = batch.l4[i];
    return batch.protocol[i] == Ipv4.ICMP
        && (batch.ports[i] >>> 8 & 0xff) == Icmp.TIMESTAMP
        && l4 != FrameBatch.NONE
        && !Ipv4.isFragment(batch.fragment[i])
        && Math.min(batch.l3End[i], batch.start[i] + batch.length[i]) - l4 >= RECEIVE;
  }

  /**
   * Makes the reply to the request {@code i} a live extra and returns its index; NONE if the batch
   * has no room. The verdict of {@code i} is the caller's to give.
   */
  public static int answer(FrameBatch batch, int i) {
    int length = Ipv4.MIN_LENGTH + LENGTH;
    int extra = batch.addExtra(i, length);
    if (extra == FrameBatch.NONE) {
      return FrameBatch.NONE;
    }
    Bytes bytes = batch.bytes;
    int l3 = batch.l3[i];
    int at = batch.start[extra];
    int source = batch.destinationAddress[i];
    int destination = batch.sourceAddress[i];
    Ipv4.write(
        bytes, at, length, Ipv4.id(bytes, l3), 0, Answer.TTL, Ipv4.ICMP, source, destination);
    bytes.putU8(at + Ipv4.TYPE_OF_SERVICE, bytes.u8(l3 + Ipv4.TYPE_OF_SERVICE));
    Ipv4.updateChecksum(bytes, at);
    int message = at + Ipv4.MIN_LENGTH;
    int now = (int) (Math.floorDiv(batch.timestampNs[i], NS_PER_MS) % MS_PER_DAY);
    bytes.move(batch.l4[i], message, RECEIVE);
    Icmp.setTypeCode(bytes, message, Icmp.TIMESTAMP_REPLY << 8);
    bytes.putI32(message + RECEIVE, now);
    bytes.putI32(message + TRANSMIT, now);
    Icmp.updateChecksum(bytes, message, LENGTH);
    Answer.send(
        batch,
        extra,
        4,
        message,
        length,
        source,
        destination,
        Ipv4.ICMP,
        batch.ports[i] & 0xffff_0000 | Icmp.TIMESTAMP_REPLY << 8,
        batch.sourceMac[i]);
    return extra;
  }
}
