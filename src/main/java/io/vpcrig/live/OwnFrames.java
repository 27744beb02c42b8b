package io.vpcrig.live;

import io.vpcrig.frame.Bytes;
import io.vpcrig.header.Ethernet;
import io.vpcrig.tunnel.Headers;
import io.vpcrig.tunnel.SegmentTable;

/**
 * Frames that the router begins itself: a payload is written where {@link #payload} says, and
 * {@link #send} puts before it what its segment needs: Ethernet, tags, or the tunnel. Thread: one.
 */
final class OwnFrames {
  /** Takes whole frames that leave by a segment. */
  @FunctionalInterface
  interface Way {
    /**
     * Sends one.
     *
     * @param isResolved whether its MAC is a neighbour's own, even if it looks derived
     */
    void send(int segment, Bytes bytes, int start, int length, boolean isResolved);
  }

  private final Outbox out;
  private final Way way;
  private final Headers headers = new Headers();
  private SegmentTable table;

  OwnFrames(Outbox out, Way way) {
    this.out = out;
    this.way = way;
  }

  /** Goes by a table from now on. */
  void use(SegmentTable next) {
    table = next;
    headers.use(next);
  }

  SegmentTable table() {
    return table;
  }

  /** The memory that {@link #payload} gives places in. */
  Bytes bytes() {
    return out.room();
  }

  /** A place for a payload, which stays the caller's until it is flushed. */
  int payload(int length) {
    return out.reserve(Headers.LINE + length) + Headers.LINE;
  }

  /**
   * Sends a payload from the router's MAC there.
   *
   * @param segment it leaves by
   * @param mac whom to, 48 bits; one derived from an address is resolved
   * @param type EtherType
   * @param at where {@link #payload} said
   */
  void send(int segment, long mac, int type, int at, int length) {
    send(segment, table.routerMac(segment), mac, false, type, at, length);
  }

  /** As {@link #send}, to a neighbour's own MAC, which nobody is asked for. */
  void sendTo(int segment, long mac, int type, int at, int length) {
    send(segment, table.routerMac(segment), mac, true, type, at, length);
  }

  /** As {@link #sendTo} or not, from a MAC of the caller's choice. */
  void send(int segment, long from, long mac, boolean isResolved, int type, int at, int length) {
    Bytes bytes = out.room();
    int pushed =
        headers.write(bytes.window(at - Headers.LINE, Headers.LINE), segment, mac, 0, length, 0);
    int ethernet = table.encapsulation(segment) == SegmentTable.VXLAN ? Ethernet.LENGTH : pushed;
    bytes.putMac(at - ethernet + Ethernet.SOURCE, from);
    bytes.putU16(at - 2, type);
    way.send(segment, bytes, at - pushed, pushed + length, isResolved);
  }

  void close() {
    headers.close();
  }
}
