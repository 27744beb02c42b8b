package io.vpcrig.session;

import io.vpcrig.frame.FrameBatch;

/**
 * The columns of a fragment that waits for the rest of its datagram; its bytes are in blocks of the
 * {@link FragmentTable}. Offsets are relative to the first byte of the frame. Reused.
 */
final class HeldFragment {
  /** Next in order of arrival, or next in the list of free ones. */
  HeldFragment next;

  /** First block of the bytes. */
  int block;

  /** Data of the datagram it holds: {@code offset .. end - 1}. */
  int offset;

  int end;

  /** First fragment of the run it belongs to: fragments that came one behind the other. */
  HeldFragment run;

  /** Of the first in a run: where the run ends. */
  int runEnd;

  int length;

  /** The one it came by, by its number now. */
  int segment;

  private long number;
  private long timestampNs;
  private int missing;
  private int link;
  private int inputInterface;
  private int l2;
  private long sourceMac;
  private int remoteEndpoint;
  private int l3;
  private int l4;
  private int l3End;
  private int sourceAddress;
  private int destinationAddress;
  private int ports;
  private int protocol;
  private int tcpFlags;
  private int fragment;
  private int trace;

  /** Takes the columns of frame {@code i}. */
  void save(FrameBatch batch, int i) {
    int start = batch.start[i];
    length = batch.length[i];
    number = batch.number[i];
    timestampNs = batch.timestampNs[i];
    missing = batch.missing[i];
    link = batch.link[i];
    inputInterface = batch.inputInterface[i];
    segment = batch.segment[i];
    l2 = relative(batch.l2[i], start);
    sourceMac = batch.sourceMac[i];
    remoteEndpoint = batch.remoteEndpoint[i];
    l3 = batch.l3[i] - start;
    l4 = relative(batch.l4[i], start);
    l3End = batch.l3End[i] - start;
    sourceAddress = batch.sourceAddress[i];
    destinationAddress = batch.destinationAddress[i];
    ports = batch.ports[i];
    protocol = batch.protocol[i];
    tcpFlags = batch.tcpFlags[i];
    fragment = batch.fragment[i];
    trace = batch.trace[i];
  }

  /**
   * Gives the columns back, to extra {@code i} whose bytes are in place. It is decided by the
   * generation of the frame that caused it.
   */
  void restore(FrameBatch batch, int i) {
    int start = batch.start[i];
    batch.number[i] = number;
    batch.timestampNs[i] = timestampNs;
    batch.missing[i] = missing;
    batch.link[i] = link;
    batch.inputInterface[i] = inputInterface;
    batch.segment[i] = segment;
    batch.l2[i] = absolute(l2, start);
    batch.sourceMac[i] = sourceMac;
    batch.remoteEndpoint[i] = remoteEndpoint;
    batch.l3[i] = l3 + start;
    batch.l4[i] = absolute(l4, start);
    batch.l3End[i] = l3End + start;
    batch.family[i] = 4;
    batch.sourceAddress[i] = sourceAddress;
    batch.destinationAddress[i] = destinationAddress;
    batch.ports[i] = ports;
    batch.protocol[i] = protocol;
    batch.tcpFlags[i] = tcpFlags;
    batch.fragment[i] = fragment;
    batch.trace[i] = trace;
    batch.generation[i] = batch.generation[batch.parent[i]];
  }

  private static int relative(int offset, int start) {
    return offset == FrameBatch.NONE ? FrameBatch.NONE : offset - start;
  }

  private static int absolute(int offset, int start) {
    return offset == FrameBatch.NONE ? FrameBatch.NONE : offset + start;
  }
}
