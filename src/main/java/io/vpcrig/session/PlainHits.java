package io.vpcrig.session;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
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
    Bytes bytes = batch.bytes;
    long udpNs = tracker.timeouts().udpNs();
    long udpStreamNs = tracker.timeouts().udpStreamNs();
    long establishedNs = tracker.timeouts().establishedNs();
    int[] live = batch.live;
    byte[] plain = batch.plain;
    int[] sources = batch.sourceAddress;
    int[] destinations = batch.destinationAddress;
    int[] ports = batch.ports;
    long[] times = batch.timestampNs;
    int[] l3s = batch.l3;
    int[] ends = batch.l3End;
    int k = from;
    for (; k < to; k++) {
      int i = live[k];
      int hint = hints[k];
      if (hint < 0 || plain[i] == 0) {
        break;
      }
      int number = hint >>> 1;
      int direction = hint & 1;
      long record = records.line(number);
      long tuple = record + (long) direction * SessionRecords.TUPLE_LENGTH;
      long other = record + (direction ^ 1L) * SessionRecords.TUPLE_LENGTH;
      // Protocol, state, flags, nat.
      int kind = OffHeap.rawIntLe(record + SessionRecords.PROTOCOL);
      long expires = OffHeap.rawLong(record + SessionRecords.EXPIRES);
      long now = times[i];
      if ((OffHeap.rawInt(tuple) ^ sources[i]
                  | OffHeap.rawInt(tuple + SessionRecords.DESTINATION) ^ destinations[i]
                  | OffHeap.rawInt(tuple + SessionRecords.PORTS) ^ ports[i]
                  | (kind & 0xff) ^ batch.protocol[i])
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
      } else if (settled == SessionRecords.SETTLED
          && (kind >>> 8 & 0xff) == SessionState.ESTABLISHED
          && (batch.tcpFlags[i] & MOVING) == Tcp.ACK) {
        timeout = establishedNs;
      } else {
        break;
      }
      int l3 = l3s[i];
      int back = OffHeap.rawInt(record + SessionRecords.HOP + ((direction ^ 1) << 2));
      int hop = OffHeap.rawInt(record + SessionRecords.HOP + (direction << 2));
      int decision = OffHeap.rawInt(record + SessionRecords.DECISION);
      long count = OffHeap.rawLong(record + SessionRecords.COUNT + (direction << 3));
      long newExpires = now + timeout;
      if (newExpires < expires
          || (hop | back | decision) < 0
          || records.hopSegment(back) != batch.segment[i]
          || records.hopMac(back) != batch.sourceMac[i]
          || records.hopEndpoint(back) != batch.remoteEndpoint[i]
          || Ipv4.ttl(bytes, l3) <= 1
          || (~count & SessionRecords.PACKET_MASK) == 0) {
        break;
      }
      OffHeap.putRawLong(record + SessionRecords.EXPIRES, newExpires);
      OffHeap.putRawLong(
          record + SessionRecords.COUNT + (direction << 3),
          count + ((long) (ends[i] - l3) << SessionRecords.PACKET_BITS) + 1);
      batch.session[i] = number;
      batch.direction[i] = direction;
      batch.outSegment[i] = records.hopSegment(hop);
      batch.nextHopMac[i] = records.hopMac(hop);
      batch.nextHopEndpoint[i] = records.hopEndpoint(hop);
      batch.newSource[i] = OffHeap.rawInt(other + SessionRecords.DESTINATION);
      batch.newDestination[i] = OffHeap.rawInt(other);
      batch.newPorts[i] = Integer.rotateLeft(OffHeap.rawInt(other + SessionRecords.PORTS), 16);
      batch.list[i] = records.decisionList(decision);
      batch.rule[i] = records.decisionRule(decision);
      batch.generation[i] = records.decisionGeneration(decision);
      batch.reason[i] = ESTABLISHED;
    }
    return k;
  }
}
