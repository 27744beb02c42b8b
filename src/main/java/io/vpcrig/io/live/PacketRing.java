package io.vpcrig.io.live;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.LinkType;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Vlan;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Receives from an interface through a ring shared with the kernel (packet(7), TPACKET_V2).
 *
 * <pre>
 *   slot: | status 4 | length 4 | captured 4 | MAC offset 2 | network offset 2 | time 8 |
 *         | VLAN tag 2 | VLAN type 2 | 4 | sockaddr_ll 20 | ... | virtio header 10 | frame ... |
 *   virtio header: | flags 1 | kind 1 | header length 2 | segment size 2 | checksum start 2, offset 2 |
 * </pre>
 *
 * Native byte order; the kernel gives a slot by setting its status, and takes it back when we clear
 * it. A frame that is longer than a slot waits whole in the socket's queue beside (status COPY).
 *
 * <p>Why version 2 and not 3: version 3 hands over whole blocks, a lone frame only when a timer of
 * at least one tick runs out (1 to 4 ms), which every packet of a quiet connection would wait; what
 * it saves is one flag a frame. Thread: the port's, but for the counters.
 */
final class PacketRing implements AutoCloseable {
  private static final int PACKET_RX_RING = 5;
  private static final int PACKET_STATISTICS = 6;
  private static final int PACKET_COPY_THRESH = 7;
  private static final int PACKET_VERSION = 10;
  private static final int PACKET_VNET_HDR = 15;
  private static final int PACKET_IGNORE_OUTGOING = 23;
  private static final int TPACKET_V2 = 1;

  private static final int STATUS_USER = 1;
  private static final int STATUS_COPY = 1 << 1;
  private static final int STATUS_VLAN = 1 << 4;
  private static final int STATUS_VLAN_TYPE = 1 << 6;

  private static final int CAPTURED = 8;
  private static final int MAC_OFFSET = 12;
  private static final int TAG = 24;
  private static final int TAG_TYPE = 26;

  /** Bytes of a slot before the frame, at most, and of two tags. */
  private static final int SLOT_HEAD = 128;

  private static final int RING_BYTES = 16 << 20;
  private static final int BLOCK = 1 << 18;
  private static final int LONGEST = 1 << 16;
  private static final int MACS = 12;

  private static final VarHandle STATUS = JAVA_INT.varHandle();

  private final int socket;
  private final int slotBytes;
  private final int slots;
  private final MemorySegment memory;
  private final Bytes ring;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment longRoom = arena.allocate(LONGEST + Offloads.HEADER + MACS, 8);
  private final Bytes longFrame = Bytes.over(longRoom.asByteBuffer());
  private final MemorySegment statistics = arena.allocate(8, 4);
  private final Offloads offloads;
  private final AtomicLong lost = new AtomicLong();
  private int next;
  private long frames;

  PacketRing(Link link, Offloads offloads) throws IOException {
    this.offloads = offloads;
    int wanted = link.mtu() + Ethernet.LENGTH + 2 * Vlan.LENGTH + SLOT_HEAD;
    slotBytes = Math.max(2048, Integer.highestOneBit(wanted - 1) << 1);
    slots = RING_BYTES / slotBytes;
    socket = PacketSocket.open();
    try {
      Linux.option(socket, Linux.SOL_PACKET, PACKET_VERSION, TPACKET_V2);
      Linux.option(socket, Linux.SOL_PACKET, PACKET_VNET_HDR, 1);
      Linux.option(socket, Linux.SOL_PACKET, PACKET_COPY_THRESH, 1);
      Linux.option(socket, Linux.SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
      Linux.option(socket, Linux.SOL_SOCKET, Linux.SO_RCVBUF, RING_BYTES);
      Linux.option(
          socket,
          Linux.SOL_PACKET,
          PACKET_RX_RING,
          ints(BLOCK, RING_BYTES / BLOCK, slotBytes, slots));
      memory = Linux.map(socket, RING_BYTES, 0);
      ring = Bytes.over(memory.asByteBuffer());
      PromiscuousMode.join(socket, link);
      PacketSocket.bind(socket, link.index(), PacketSocket.ETH_P_ALL);
    } catch (IOException e) {
      Linux.close(socket);
      arena.close();
      throw e;
    }
  }

  private MemorySegment ints(int a, int b, int c, int d) {
    return arena.allocateFrom(JAVA_INT, a, b, c, d);
  }

  int file() {
    return socket;
  }

  /** As {@link LivePort#receive}. */
  int receive(FrameBatch batch, int port, int tag, long nowNs) throws IOException {
    int before = batch.size;
    while (offloads.drain(batch)) {
      int at = next * slotBytes;
      int status = (int) STATUS.getAcquire(memory, (long) at);
      if ((status & STATUS_USER) == 0) {
        break;
      }
      if (!take(batch, at, status, tag)) {
        break;
      }
      STATUS.setRelease(memory, (long) at, 0);
      next = next + 1 == slots ? 0 : next + 1;
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

  /** Hands on the frame of a slot; false if the batch is full. */
  private boolean take(FrameBatch batch, int at, int status, int tag) throws IOException {
    Bytes from = ring;
    int frame = at + ring.u16Le(at + MAC_OFFSET);
    int length = ring.i32Le(at + CAPTURED);
    int header = frame - Offloads.HEADER;
    if ((status & STATUS_COPY) != 0) {
      int got = Linux.receive(socket, longRoom);
      if (got < 0) {
        got = Linux.receive(socket, longRoom); // The first may have told that the link was down.
      }
      if (got < Offloads.HEADER) {
        return true; // The copy went another way: the frame is lost, and counted by the kernel.
      }
      from = longFrame;
      header = 0;
      frame = Offloads.HEADER;
      length = got - Offloads.HEADER;
    }
    if (length < Ethernet.LENGTH) {
      return true;
    }
    int stripped = 0;
    if ((status & STATUS_VLAN) != 0) {
      int type =
          (status & STATUS_VLAN_TYPE) != 0 ? ring.u16Le(at + TAG_TYPE) : Ethernet.ETHERTYPE_VLAN;
      stripped = type << 16 | ring.u16Le(at + TAG);
    }
    return offloads.add(batch, from, header, frame, length, tag, stripped);
  }

  /** Frames that the kernel dropped because the ring was full. */
  long lost() {
    return lost.get();
  }

  /** Asks the kernel for what it dropped since the last time. The port's thread. */
  void count() throws IOException {
    Linux.getOption(socket, Linux.SOL_PACKET, PACKET_STATISTICS, statistics);
    int dropped = statistics.get(JAVA_INT, 4);
    lost.lazySet(lost.get() + Integer.toUnsignedLong(dropped));
  }

  @Override
  public void close() throws IOException {
    Linux.unmap(memory);
    Linux.close(socket);
    arena.close();
  }
}
