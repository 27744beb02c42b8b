package io.vpcrig.io.live;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import java.io.IOException;

/**
 * An interface by packet(7) sockets: a ring shared with the kernel to receive, sendmmsg(2) to send.
 * Works with every Ethernet interface. The interface is promiscuous while it is open, since a
 * router's MACs need not be the interface's.
 */
public final class AfPacketPort implements LivePort {
  private static final long COUNT_EVERY = 1 << 12;

  private final Link link;
  private final Offloads offloads;
  private final PacketRing ring;
  private final PacketSender sender;
  private long rounds;

  /**
   * Opens an interface.
   *
   * @throws IOException with a sentence, if there is none, it is down, or the process may not
   */
  public static AfPacketPort open(String name) throws IOException {
    return new AfPacketPort(Link.up(name));
  }

  AfPacketPort(Link link) throws IOException {
    this.link = link;
    offloads = new Offloads();
    try {
      ring = new PacketRing(link, offloads);
    } catch (IOException e) {
      offloads.close();
      throw e;
    }
    try {
      sender = new PacketSender(link.index());
    } catch (IOException e) {
      ring.close();
      offloads.close();
      throw e;
    }
  }

  @Override
  public String name() {
    return link.name();
  }

  @Override
  public String driver() {
    return "afpacket";
  }

  @Override
  public long mac() {
    return link.mac();
  }

  @Override
  public int mtu() {
    return link.mtu();
  }

  @Override
  public int[] files() {
    return new int[] {ring.file()};
  }

  @Override
  public int receive(FrameBatch batch, int port, int tag, long nowNs) throws IOException {
    if ((++rounds & COUNT_EVERY - 1) == 0) {
      ring.count();
    }
    return ring.receive(batch, port, tag, nowNs);
  }

  @Override
  public void send(Bytes bytes, int start, int length) {
    sender.send(bytes, start, length);
  }

  @Override
  public void flush() {
    sender.flush();
  }

  @Override
  public PortCounters counters() {
    return new PortCounters(
        offloads.received(),
        ring.lost(),
        offloads.cut(),
        offloads.refused(),
        sender.sent(),
        sender.unsent());
  }

  @Override
  public void close() throws IOException {
    sender.close();
    ring.close();
    offloads.close();
  }
}
