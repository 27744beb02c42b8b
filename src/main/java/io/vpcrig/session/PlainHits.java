package io.vpcrig.session;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameRow;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Tcp;
import io.vpcrig.telemetry.Reason;

/**
 * What {@link SessionStage} does with nearly every frame, as one loop over raw memory: a plain TCP
 * or UDP datagram of a session that it does not change but for its end and its counts. Everything
 * else, and whatever is in doubt, is left to the stage, frame by frame; for what is done here it
 * would do the same.
 *
 * <p>Frames done here commute with every other frame of the batch but those of their own session:
 * they read and write nothing but its record, and only ever put its end off. Thread: one worker.
 */
final class PlainHits {
  /** TCP flags that move a session on; ACK alone does not. */
  private static final int MOVING = Tcp.SYN | Tcp.FIN | Tcp.RST | Tcp.ACK;

  private static final int ESTABLISHED = Reason.ESTABLISHED.number();

  private final SessionTable table;
  private final ConnectionTracker tracker;

  PlainHits(ConnectionTracker tracker) {
    this.table = tracker.table();
    this.tracker = tracker;
  }

  /**
   * Does the frames of the live list from position {@code from} on, up to the first one that it
   * can't.
   *
   * @param hints what {@link SessionProbe} found, by position
   * @param held sessions whose frames are left
   * @param sinceNs frames of an earlier time are left
   * @return position of the frame that it left, {@code to} if none
   */
  int pass(FrameBatch batch, int[] hints, HeldSessions held, int from, int to, long sinceNs) {
    SessionTable records = table;
    long udpNs = tracker.timeouts().udpNs();
    long udpStreamNs = tracker.timeouts().udpStreamNs();
    long establishedNs = tracker.timeouts().establishedNs();
    long unansweredNs = tracker.unanswered(SessionState.ESTABLISHED);
    boolean learnsMacs = table.learnsMacs();
    int[] live = batch.live;
    byte[] plain = batch.plain;
    int[] outSegments = batch.outSegment;
    int[] reasons = batch.reason;
    long[] times = batch.timestampNs;
    int k = from;
    for (; k < to; k++) {
      int i = live[k];
      int hint = hints[k];
      if (hint < 0 || plain[i] == 0) {
        break;
      }
      long row = batch.row(i);
      int number = hint >>> 1;
      int direction = hint & 1;
      long record = records.line(number);
      long tuple = record + (long) direction * SessionRecords.TUPLE_LENGTH;
      long other = record + (direction ^ 1L) * SessionRecords.TUPLE_LENGTH;
      // Protocol, state, flags, nat.
      int kind = OffHeap.rawIntLe(record + SessionRecords.PROTOCOL);
      int protocolAndFlags = Bytes.raw32(row + FrameRow.PROTOCOL_FLAGS);
      long expires = OffHeap.rawLong(record + SessionRecords.EXPIRES);
      long now = times[i];
      if ((OffHeap.rawInt(tuple) ^ Bytes.raw32(row + FrameRow.SOURCE)
                  | OffHeap.rawInt(tuple + SessionRecords.DESTINATION)
                      ^ Bytes.raw32(row + FrameRow.DESTINATION)
                  | OffHeap.rawInt(tuple + SessionRecords.PORTS) ^ Bytes.raw32(row + FrameRow.PORTS)
                  | (kind ^ protocolAndFlags) & 0xff)
              != 0
          || now >= expires
          || now < sinceNs
          || held.contains(number)) {
        break;
      }
      long timeout;
      int settled = kind & SessionRecords.SETTLED_MASK;
      if ((kind & 0xff) == Ipv4.UDP) {
        if (settled == SessionRecords.SETTLED) {
          timeout = udpStreamNs;
        } else if (settled == SessionRecords.UNANSWERED && direction == 0) {
          timeout = udpNs;
        } else {
          break;
        }
      } else if ((kind >>> 8 & 0xff) == SessionState.ESTABLISHED
          && (protocolAndFlags >>> 8 & MOVING) == Tcp.ACK) {
        if (settled == SessionRecords.SETTLED) {
          timeout = establishedNs;
        } else if (settled == SessionRecords.UNANSWERED && direction == 0) {
          timeout = unansweredNs; // Picked up in the middle, and only one side passes here.
        } else {
          break;
        }
      } else {
        break;
      }
      int l3 = Bytes.raw32(row + FrameRow.L3);
      int back = OffHeap.rawInt(record + SessionRecords.HOP + ((direction ^ 1) << 2));
      int hop = OffHeap.rawInt(record + SessionRecords.HOP + (direction << 2));
      int decision = OffHeap.rawInt(record + SessionRecords.DECISION);
      long count = OffHeap.rawLong(record + SessionRecords.COUNT + (direction << 3));
      long newExpires = now + timeout;
      if (newExpires < expires
          || (hop | back | decision) < 0
          || !records.hops.is(
              back,
              Bytes.raw32(row + FrameRow.SEGMENT),
              learnsMacs ? Bytes.raw64(row + FrameRow.MAC) : records.hops.mac(back),
              Bytes.raw32(row + FrameRow.ENDPOINT))
          || Ipv4.ttl(batch.bytes, l3) <= 1
          || (~count & SessionRecords.PACKET_MASK) == 0) {
        break;
      }
      int length = Bytes.raw32(row + FrameRow.L3_END) - l3;
      OffHeap.putRawLong(record + SessionRecords.EXPIRES, newExpires);
      OffHeap.putRawLong(
          record + SessionRecords.COUNT + (direction << 3),
          count + ((long) length << SessionRecords.PACKET_BITS) + 1);
      Bytes.putRaw32(row + FrameRow.NEW_SOURCE, OffHeap.rawInt(other + SessionRecords.DESTINATION));
      Bytes.putRaw32(row + FrameRow.NEW_DESTINATION, OffHeap.rawInt(other));
      Bytes.putRaw32(
          row + FrameRow.NEW_PORTS,
          Integer.rotateLeft(OffHeap.rawInt(other + SessionRecords.PORTS), 16));
      Bytes.putRaw32(row + FrameRow.SESSION, number);
      Bytes.putRaw32(row + FrameRow.DIRECTION, direction);
      records.hops.put(hop, row);
      records.decisions.put(decision, row);
      outSegments[i] = records.hops.segment(hop);
      reasons[i] = ESTABLISHED;
    }
    return k;
  }
}
