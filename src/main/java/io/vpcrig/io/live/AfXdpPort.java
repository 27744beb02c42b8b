package io.vpcrig.io.live;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.LinkType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An interface by AF_XDP sockets, one for each queue: frames come and go by memory shared with the
 * kernel, past its protocols. All frames of the interface are ours while it is open: the host gets
 * none of them, nor does tcpdump.
 *
 * <p>The kernel tells nothing of a frame but its bytes. VLAN tags that it keeps beside them are put
 * back by {@link XdpProgram}, checksums that a sender left open by {@link OpenChecksums}; TCP
 * segments longer than the wire's do not come, since a veth refuses them to its peer once the
 * program is there, and cards do not join segments then.
 */
public final class AfXdpPort implements LivePort {
  private static final long COUNT_EVERY = 1 << 12;

  private final Link link;
  private final PromiscuousMode promiscuous;
  private final XdpProgram program;
  private final List<XdpSocket> sockets = new ArrayList<>();
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong unsent = new AtomicLong();
  private long frames;
  private long rounds;
  private int turn;

  /**
   * Opens an interface.
   *
   * @throws IOException with a sentence, if there is none, it is down, its frames are too long, its
   *     XDP hook is taken, or the process may not
   */
  public static AfXdpPort open(String name) throws IOException {
    return new AfXdpPort(Link.up(name));
  }

  AfXdpPort(Link link) throws IOException {
    this.link = link;
    if (link.mtu() > XdpSocket.mostMtu()) {
      throw new IOException(
          "interface "
              + link.name()
              + ": mtu "
              + link.mtu()
              + " is more than driver afxdp takes, legal up to "
              + XdpSocket.mostMtu());
    }
    int queues = link.receiveQueues();
    promiscuous = new PromiscuousMode(link);
    XdpProgram loaded = null;
    try {
      loaded = new XdpProgram(link, queues);
      for (int queue = 0; queue < queues; queue++) {
        sockets.add(new XdpSocket(link, queue));
        loaded.serve(queue, sockets.get(queue).file());
      }
    } catch (IOException e) {
      for (XdpSocket socket : sockets) {
        socket.close();
      }
      if (loaded != null) {
        loaded.close();
      }
      promiscuous.close();
      throw e;
    }
    program = loaded;
  }

  @Override
  public String name() {
    return link.name();
  }

  @Override
  public String driver() {
    return "afxdp";
  }

  /** How the interface does it, for people. */
  @Override
  public String details() {
    String copies = sockets.getFirst().zeroCopy() ? "zero copy" : "copy mode";
    String where = program.driverMode() ? "in its driver" : "in the kernel's general hook";
    String queues = sockets.size() == 1 ? "1 queue" : sockets.size() + " queues";
    return copies + ", XDP " + where + ", " + queues;
  }

  /** Whether VLAN tags that the driver takes off are put back; else they may be lost. */
  boolean tagsBack() {
    return program.tagsBack();
  }

  /** Whether the interface's driver has XDP of its own. */
  boolean driverMode() {
    return program.driverMode();
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
    return sockets.stream().mapToInt(XdpSocket::file).toArray();
  }

  @Override
  public int receive(FrameBatch batch, int port, int tag, long nowNs) throws IOException {
    if ((++rounds & COUNT_EVERY - 1) == 0) {
      count();
    }
    int before = batch.size;
    // Whoever comes first fills the batch: so each queue comes first in turn.
    for (int k = 0; k < sockets.size(); k++) {
      turn = turn + 1 >= sockets.size() ? 0 : turn + 1;
      sockets.get(turn).receive(batch, tag);
    }
    for (int i = before; i < batch.size; i++) {
      batch.number[i] = ++frames;
      batch.timestampNs[i] = nowNs;
      batch.missing[i] = 0;
      batch.link[i] = LinkType.ETHERNET;
      batch.inputInterface[i] = port;
    }
    int count = batch.size - before;
    if (count > 0) {
      received.lazySet(received.get() + count);
    }
    return count;
  }

  @Override
  public void send(Bytes bytes, int start, int length) {
    sockets.getFirst().send(bytes, start, length);
  }

  @Override
  public void flush() {
    XdpSocket socket = sockets.getFirst();
    socket.flush();
    sent.lazySet(socket.sent());
    unsent.lazySet(socket.unsent());
  }

  private void count() throws IOException {
    long all = 0;
    for (XdpSocket socket : sockets) {
      all += socket.lost();
    }
    lost.lazySet(all);
  }

  @Override
  public PortCounters counters() {
    return new PortCounters(received.get(), lost.get(), 0, 0, sent.get(), unsent.get());
  }

  @Override
  public void close() throws IOException {
    program.close();
    for (XdpSocket socket : sockets) {
      socket.close();
    }
    promiscuous.close();
  }
}
