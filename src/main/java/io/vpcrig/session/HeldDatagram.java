package io.vpcrig.session;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.Ipv4;

/**
 * A datagram of which some fragments are held (RFC 815, RFC 5722): what is there and what is still
 * to come. Reused.
 */
final class HeldDatagram {
  /** Next in the same bucket, or next in the list of free ones. */
  HeldDatagram next;

  /** Neighbours in the order of begin. */
  HeldDatagram older;

  HeldDatagram newer;

  private int source;
  private int destination;
  private int protocol;
  private int identification;
  private int segment;

  /** Virtual time it expires. */
  private long deadlineNs;

  /** Largest end seen, the end of the datagram's data once the last fragment is in. */
  private int end;

  private boolean lastSeen;

  /** Bytes of data held. */
  private int heldBytes;

  int count;
  HeldFragment first;
  private HeldFragment newest;

  /** The fragment that ends behind all others. */
  private HeldFragment tail;

  /** Ports and TCP flags of the fragment with offset 0; 0 before it came. */
  int ports;

  int tcpFlags;

  void begin(FrameBatch batch, int i, long timeoutNs) {
    source = batch.sourceAddress[i];
    destination = batch.destinationAddress[i];
    protocol = batch.protocol[i];
    identification = Ipv4.id(batch.bytes, batch.l3[i]);
    segment = batch.segment[i];
    deadlineNs = batch.timestampNs[i] + timeoutNs;
    end = 0;
    lastSeen = false;
    heldBytes = 0;
    count = 0;
    first = null;
    newest = null;
    tail = null;
    ports = 0;
    tcpFlags = 0;
  }

  /** Its segment has another number now; NONE if it is gone. */
  void renumber(RouteChange change) {
    if (segment != FrameBatch.NONE) {
      segment = change.segment(segment);
      for (HeldFragment held = first; held != null; held = held.next) {
        held.segment = segment;
      }
    }
  }

  /** Whether frame {@code i} is a fragment of it. */
  boolean matches(FrameBatch batch, int i) {
    return source == batch.sourceAddress[i]
        && destination == batch.destinationAddress[i]
        && protocol == batch.protocol[i]
        && segment == batch.segment[i]
        && identification == Ipv4.id(batch.bytes, batch.l3[i]);
  }

  boolean isExpired(long nowNs) {
    return nowNs - deadlineNs >= 0;
  }

  /** Bucket of the datagram that frame {@code i} belongs to, before masking. */
  static int hash(FrameBatch batch, int i) {
    int hash = batch.sourceAddress[i] * 0x9e37_79b1 ^ batch.destinationAddress[i];
    hash = hash * 0x85eb_ca6b ^ Ipv4.id(batch.bytes, batch.l3[i]) << 8 ^ batch.protocol[i];
    hash = (hash ^ batch.segment[i] << 24) * 0xc2b2_ae35;
    return hash ^ hash >>> 15;
  }

  /** As {@link #hash(FrameBatch, int)}, of the fragments held. */
  int hash() {
    int hash = source * 0x9e37_79b1 ^ destination;
    hash = hash * 0x85eb_ca6b ^ identification << 8 ^ protocol;
    hash = (hash ^ segment << 24) * 0xc2b2_ae35;
    return hash ^ hash >>> 15;
  }

  /**
   * Notes where the datagram ends. False if that contradicts what came before: data behind the last
   * fragment, or two different ends.
   */
  boolean accepts(int fragmentEnd, boolean last) {
    if (last) {
      if (fragmentEnd < end || lastSeen && fragmentEnd != end) {
        return false;
      }
      lastSeen = true;
      end = fragmentEnd;
    } else if (fragmentEnd > end) {
      if (lastSeen) {
        return false;
      }
      end = fragmentEnd;
    }
    return true;
  }

  /**
   * How {@code from .. to - 1} meets the data held: {@link FragmentTable#DUPLICATE} if it lies
   * within one run, {@link FragmentTable#OVERLAP} if it overlaps otherwise, {@link
   * FragmentTable#HOLD} if it is new.
   */
  int meet(int from, int to) {
    for (HeldFragment held = first; held != null; held = held.next) {
      if (held.run == held && to > held.offset && from < held.runEnd) {
        return from >= held.offset && to <= held.runEnd
            ? FragmentTable.DUPLICATE
            : FragmentTable.OVERLAP;
      }
    }
    return FragmentTable.HOLD;
  }

  /** Whether {@code dataBytes} of new data make it complete. */
  boolean isCompletedBy(int dataBytes) {
    return lastSeen && heldBytes + dataBytes == end;
  }

  /** Takes a fragment whose offset and end are set. */
  void append(HeldFragment fragment) {
    fragment.next = null;
    if (newest == null) {
      first = fragment;
    } else {
      newest.next = fragment;
    }
    newest = fragment;
    fragment.run = fragment;
    fragment.runEnd = fragment.end;
    if (tail == null || fragment.end > tail.end) {
      if (tail != null && fragment.offset == tail.end) {
        fragment.run = tail.run;
        fragment.run.runEnd = fragment.end;
      }
      tail = fragment;
    }
    heldBytes += fragment.end - fragment.offset;
    count++;
  }
}
