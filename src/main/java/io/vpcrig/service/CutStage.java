package io.vpcrig.service;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.Ipv4;
import io.vpcrig.stage.Stage;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.Reason;
import java.util.function.IntUnaryOperator;

/**
 * Cuts datagrams that are too long for where they leave, and may be cut, into fragments (RFC 791
 * 3.2): the frame itself becomes the first, the others are extras of the router's own making. All
 * but the last have the most bytes that fit; fragments are cut as whole datagrams are. Options that
 * need not stand in every fragment are replaced by "no operation" in all but the first, as Linux
 * does.
 *
 * <p>Place in the way: between rewriting and encapsulation. A datagram for whose fragments there is
 * no room is dropped. Otherwise than Linux, which puts a datagram together before it cuts it anew,
 * fragments keep the bounds they came with. Thread: one worker.
 */
public final class CutStage implements Stage {
  private static final int OFFSET_UNIT = 8;
  private static final int OPTION_END = 0;
  private static final int OPTION_NOP = 1;
  private static final int OPTION_COPIED = 0x80;

  private final IntUnaryOperator mtu;

  /**
   * @param mtu longest IP datagram of a segment, bytes, 68 or more
   */
  public CutStage(IntUnaryOperator mtu) {
    this.mtu = mtu;
  }

  @Override
  public void process(FrameBatch batch, StageContext context) {
    int count = batch.liveCount;
    for (int k = 0; k < count; k++) {
      int i = batch.live[k];
      int most = mtu.applyAsInt(batch.outSegment[i]);
      if (batch.l3End[i] - batch.l3[i] > most
          && batch.family[i] == 4
          && (Ipv4.fragment(batch.bytes, batch.l3[i]) & Ipv4.DONT_FRAGMENT) == 0
          && !cut(batch, i, most)) {
        context.drop(batch, i, Reason.NO_ROOM);
      }
    }
  }

  /** Cuts frame {@code i}; false if there is no room, and nothing is changed. */
  private static boolean cut(FrameBatch batch, int i, int most) {
    Bytes bytes = batch.bytes;
    int l3 = batch.l3[i];
    int header = Ipv4.headerLength(bytes, l3);
    int data = batch.l3End[i] - l3 - header;
    int present = Math.min(batch.l3End[i], batch.start[i] + batch.length[i]) - l3 - header;
    int step = (most - header) / OFFSET_UNIT * OFFSET_UNIT;
    int word = Ipv4.fragment(bytes, l3);
    int firstLive = batch.liveCount;
    int firstExtra = batch.extras;
    for (int from = step; from < data; from += step) {
      int length = Math.min(step, data - from);
      int there = Math.clamp(present - from, 0, length);
      int extra = batch.addExtra(i, header + there);
      if (extra == FrameBatch.NONE) {
        batch.liveCount = firstLive;
        batch.truncateExtras(firstExtra);
        return false;
      }
      int at = batch.start[extra];
      bytes.move(l3, at, header);
      bytes.move(l3 + header + from, at + header, there);
      dropOptions(bytes, at, header);
      describe(batch, i, extra, header + length);
      int more = from + length < data ? Ipv4.MORE_FRAGMENTS : word & Ipv4.MORE_FRAGMENTS;
      int offset = (word & Ipv4.FRAGMENT_OFFSET_MASK) + from / OFFSET_UNIT;
      mark(bytes, at, header + length, more | offset);
      batch.fragment[extra] = more | offset;
      batch.addLive(extra);
    }
    mark(bytes, l3, header + step, Ipv4.MORE_FRAGMENTS | word & Ipv4.FRAGMENT_OFFSET_MASK);
    batch.l3End[i] = l3 + header + step;
    return true;
  }

  private static void mark(Bytes bytes, int l3, int length, int word) {
    Ipv4.setTotalLength(bytes, l3, length);
    Ipv4.setFragment(bytes, l3, word);
    Ipv4.updateChecksum(bytes, l3);
  }

  /** Options that stand in the first fragment only. */
  private static void dropOptions(Bytes bytes, int l3, int header) {
    int end = l3 + header;
    int at = l3 + Ipv4.MIN_LENGTH;
    while (at < end && bytes.u8(at) != OPTION_END) {
      int type = bytes.u8(at);
      int length = type == OPTION_NOP ? 1 : at + 1 < end ? bytes.u8(at + 1) : 0;
      if (length == 0 || at + length > end) {
        return;
      }
      if ((type & OPTION_COPIED) == 0) {
        bytes.fill(at, length, OPTION_NOP);
      }
      at += length;
    }
  }

  private static void describe(FrameBatch batch, int i, int extra, int datagram) {
    int at = batch.start[extra];
    batch.missing[extra] = datagram - batch.length[extra];
    batch.l2[extra] = FrameBatch.NONE;
    batch.sourceMac[extra] = 0;
    batch.remoteEndpoint[extra] = 0;
    batch.l3[extra] = at;
    batch.l4[extra] = FrameBatch.NONE;
    batch.l3End[extra] = at + datagram;
    batch.family[extra] = 4;
    batch.sourceAddress[extra] = batch.newSource[i];
    batch.destinationAddress[extra] = batch.newDestination[i];
    batch.protocol[extra] = batch.protocol[i];
    batch.ports[extra] = 0;
    batch.tcpFlags[extra] = 0;
    batch.newSource[extra] = batch.newSource[i];
    batch.newDestination[extra] = batch.newDestination[i];
    batch.newPorts[extra] = 0;
    batch.outSegment[extra] = batch.outSegment[i];
    batch.nextHopMac[extra] = batch.nextHopMac[i];
    batch.nextHopEndpoint[extra] = batch.nextHopEndpoint[i];
    batch.generation[extra] = batch.generation[i];
    batch.reason[extra] = Reason.ORIGINATED.number();
  }
}
