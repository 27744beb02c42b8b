package io.vpcrig.io.live;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.LinkType;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Vlan;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapNetworkInterface.PromiscuousMode;
import org.pcap4j.core.RawPacketListener;
import org.pcap4j.packet.namednumber.DataLinkType;

/**
 * An interface by libpcap, through pcap4j: works wherever libpcap does, slower than the others,
 * since every frame is copied to the Java heap and sent by a call of its own.
 *
 * <p>libpcap puts back VLAN tags, and tells neither of open checksums ({@link OpenChecksums}
 * completes them) nor how long the segments of a frame longer than the wire's should be: it is cut
 * to {@value #TUNNEL_ROOM} bytes less than the mtu, so that a piece fits into a tunnel too. Its
 * file can't be waited for through pcap4j, and its own waiting need not end, so that frames are
 * asked for. Allocates two objects a frame.
 */
public final class PcapPort implements LivePort {
  private static final long COUNT_EVERY = 1 << 12;
  private static final int SNAPLEN = 1 << 16;
  private static final int BUFFER = 64 << 20;
  private static final int AT_ONCE = 64;
  private static final int TUNNEL_ROOM = 100;
  private static final int MACS = 12;
  private static final int KIND_AT = 1;
  private static final int SEGMENT_SIZE_AT = 4;
  private static final int KIND_TCPV4 = 1;
  private static final int KIND_UNKNOWN = 0x7f;

  private final Link link;
  private final PcapHandle handle;
  private final Offloads offloads = new Offloads();
  private final ArrayDeque<byte[]> waiting = new ArrayDeque<>(AT_ONCE);
  private final RawPacketListener keeper = waiting::add;

  /** A virtio header of ours, and a frame behind it. */
  private final Bytes room = Bytes.allocate(Offloads.HEADER + SNAPLEN);

  private final byte[] outgoing = new byte[SNAPLEN];
  private final AtomicLong lost = new AtomicLong();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong unsent = new AtomicLong();
  private long frames;
  private long rounds;

  /**
   * Opens an interface.
   *
   * @throws IOException with a sentence, if there is none, it is down, there is no libpcap, or the
   *     process may not
   */
  public static PcapPort open(String name) throws IOException {
    return new PcapPort(Link.up(name));
  }

  PcapPort(Link link) throws IOException {
    this.link = link;
    PcapHandle opened = null;
    try {
      opened =
          new PcapHandle.Builder(link.name())
              .snaplen(SNAPLEN)
              .bufferSize(BUFFER)
              .promiscuousMode(PromiscuousMode.PROMISCUOUS)
              .immediateMode(true)
              .timeoutMillis(1)
              .build();
      opened.setDirection(PcapHandle.PcapDirection.IN);
      opened.setBlockingMode(PcapHandle.BlockingMode.NONBLOCKING);
      if (!opened.getDlt().equals(DataLinkType.EN10MB)) {
        throw new PcapNativeException("its frames are no Ethernet but " + opened.getDlt().name());
      }
    } catch (PcapNativeException | NotOpenException e) {
      if (opened != null) {
        opened.close();
      }
      free();
      throw new IOException(
          "interface " + link.name() + ": libpcap says: " + String.valueOf(e.getMessage()).strip(),
          e);
    } catch (LinkageError e) {
      free();
      throw new IOException("driver pcap needs the library libpcap, and there is none here", e);
    }
    handle = opened;
  }

  private void free() {
    offloads.close();
    room.close();
  }

  @Override
  public String name() {
    return link.name();
  }

  @Override
  public String driver() {
    return "pcap";
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
    return new int[0];
  }

  @Override
  public int receive(FrameBatch batch, int port, int tag, long nowNs) throws IOException {
    if ((++rounds & COUNT_EVERY - 1) == 0) {
      count();
    }
    int before = batch.size;
    while (offloads.drain(batch)) {
      if (waiting.isEmpty() && !fetch()) {
        break;
      }
      int first = batch.size;
      if (!add(batch, waiting.peek(), tag)) {
        break;
      }
      waiting.remove();
      for (int i = first; i < batch.size; i++) {
        OpenChecksums.complete(batch.bytes, batch.start[i], batch.length[i]);
      }
    }
    for (int i = before; i < batch.size; i++) {
      batch.number[i] = ++frames;
      batch.timestampNs[i] = nowNs;
      batch.missing[i] = 0;
      batch.link[i] = LinkType.ETHERNET;
      batch.inputInterface[i] = port;
    }
    return batch.size - before;
  }

  /** Takes what libpcap has; false if that is nothing. */
  private boolean fetch() throws IOException {
    try {
      handle.dispatch(AT_ONCE, keeper);
      return !waiting.isEmpty();
    } catch (PcapNativeException e) {
      if (Link.of(link.name()).up()) {
        throw new IOException("interface " + link.name() + ": " + e.getMessage(), e);
      }
      return false; // The link is down; it may come up again.
    } catch (InterruptedException | NotOpenException e) {
      throw new IOException("interface " + link.name() + ": libpcap was stopped", e);
    }
  }

  /** As {@link Offloads#add}, of a frame as libpcap has it, its tag in it. */
  private boolean add(FrameBatch batch, byte[] frame, int tag) {
    int length = frame.length;
    if (length < Ethernet.LENGTH || length > SNAPLEN) {
      return true;
    }
    int at = Offloads.HEADER;
    room.fill(0, Offloads.HEADER, 0);
    room.put(at, frame, 0, length);
    int stripped = 0;
    int most = link.mtu() + Ethernet.LENGTH;
    if (length > most && Vlan.isTag(Ethernet.type(room, at)) && length > most + Vlan.LENGTH) {
      stripped = room.i32(at + MACS);
      length -= Vlan.LENGTH;
      room.put(at + MACS, frame, MACS + Vlan.LENGTH, length - MACS);
    }
    if (length > most && !Vlan.isTag(Ethernet.type(room, at))) {
      boolean tcp =
          Ethernet.type(room, at) == Ethernet.ETHERTYPE_IPV4
              && Ipv4.protocol(room, at + Ethernet.LENGTH) == Ipv4.TCP;
      room.putU8(KIND_AT, tcp ? KIND_TCPV4 : KIND_UNKNOWN);
      room.putU16Le(SEGMENT_SIZE_AT, Math.max(TUNNEL_ROOM, link.mtu() - 2 * TUNNEL_ROOM));
    }
    return offloads.add(batch, room, 0, at, length, tag, stripped);
  }

  @Override
  public void send(Bytes bytes, int start, int length) {
    bytes.get(start, outgoing, 0, length);
    try {
      handle.sendPacket(outgoing, length);
      sent.lazySet(sent.get() + 1);
    } catch (PcapNativeException | NotOpenException e) {
      unsent.lazySet(unsent.get() + 1);
    }
  }

  /** Frames are sent at once. */
  @Override
  public void flush() {}

  private void count() {
    try {
      lost.lazySet(handle.getStats().getNumPacketsDropped());
    } catch (PcapNativeException | NotOpenException e) {
      // What is lost is not known then; it is counted the next time.
    }
  }

  @Override
  public PortCounters counters() {
    return new PortCounters(
        offloads.received(),
        lost.get(),
        offloads.cut(),
        offloads.refused(),
        sent.get(),
        unsent.get());
  }

  @Override
  public void close() {
    handle.close();
    free();
  }
}
