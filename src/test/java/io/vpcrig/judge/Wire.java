package io.vpcrig.judge;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.vpcrig.testing.Netns;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/**
 * All far ends of the router's wires as raw sockets: one that sends to any wire, one that hears
 * all. Frames are sent many at a time and in order; a veth hands each to the router's stack, which
 * has forwarded it before the next is sent, so the router sees them in this order too.
 *
 * <pre>
 *   struct mmsghdr: | name 8 | name length 4 +4 | iovec 8 | iovecs 8 | control 8 | length 8 | flags 4 +4 | sent 4 +4 |
 *   struct sockaddr_ll: | family 2 | protocol 2 | interface 4 | hardware 2 | type 1 | length 1 | address 8 |
 * </pre>
 */
final class Wire implements AutoCloseable {
  /** Frames sent or heard by one system call. */
  static final int AT_ONCE = 256;

  private static final int ROOM = 2048;
  private static final int MESSAGE = 64;
  private static final int SENT = 56;
  private static final int NAME = 24;
  private static final int VECTOR = 16;
  private static final int ETHERNET = 14;
  private static final int ETH_P_IP = 0x0800;
  private static final int BUFFER = 64 << 20;
  private static final long PATIENCE_NS = 5_000_000_000L;

  private static final ValueLayout.OfShort BIG_SHORT =
      JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt BIG_INT =
      JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final Arena arena = Arena.ofShared();
  private final Ring sending = new Ring();
  private final Ring hearing = new Ring();
  private final int sender;
  private final int ear;
  private final int[] indices = new int[Namespaces.WIRES + 1];
  private final byte[] marker;
  private int queued;

  private record Sockets(int sender, int ear, int[] indices) {}

  Wire(Namespaces namespaces) throws IOException {
    Sockets sockets = Netns.inside(namespaces.hosts, this::open);
    sender = sockets.sender;
    ear = sockets.ear;
    System.arraycopy(sockets.indices, 0, indices, 0, indices.length);
    marker =
        Datagrams.other(Addressing.MARKER_SOURCE, Addressing.MARKER_DESTINATION, 253, 8, 64, 0);
  }

  private Sockets open() throws IOException {
    int from = Libc.socket(Libc.AF_PACKET, Libc.SOCK_RAW, 0);
    int to = Libc.socket(Libc.AF_PACKET, Libc.SOCK_RAW, 0);
    Libc.option(from, Libc.SOL_SOCKET, Libc.SO_SNDBUFFORCE, BUFFER);
    Libc.option(to, Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, BUFFER);
    MemorySegment everywhere = arena.allocate(20);
    everywhere.set(JAVA_SHORT_UNALIGNED, 0, (short) Libc.AF_PACKET);
    everywhere.set(BIG_SHORT, 2, (short) ETH_P_IP);
    Libc.bind(to, everywhere);
    int[] found = new int[Namespaces.WIRES + 1];
    for (int k = 0; k < found.length; k++) {
      found[k] = Libc.interfaceIndex("h" + k);
    }
    return new Sockets(from, to, found);
  }

  /** Puts a datagram in line for the router's end of a wire. */
  void send(int wire, byte[] datagram) throws IOException {
    MemorySegment room = sending.room(queued);
    long router = Namespaces.mac(wire);
    room.set(BIG_SHORT, 0, (short) (router >>> 32));
    room.set(BIG_INT, 2, (int) router);
    room.set(BIG_SHORT, 6, (short) 0x0200);
    room.set(BIG_INT, 8, 0x0200 + wire);
    room.set(BIG_SHORT, 12, (short) ETH_P_IP);
    MemorySegment.copy(datagram, 0, room, JAVA_BYTE, ETHERNET, datagram.length);
    MemorySegment name = sending.name(queued);
    name.set(JAVA_SHORT_UNALIGNED, 0, (short) Libc.AF_PACKET);
    name.set(BIG_SHORT, 2, (short) ETH_P_IP);
    name.set(JAVA_INT_UNALIGNED, 4, indices[wire]);
    sending.prepare(queued, 20, ETHERNET + datagram.length);
    if (++queued == AT_ONCE) {
      flush();
    }
  }

  private void flush() throws IOException {
    int done = 0;
    while (done < queued) {
      done += Libc.sendMany(sender, sending.message(done), queued - done);
    }
    queued = 0;
  }

  /**
   * Sends all in line and a marker behind them, and hears what leaves the router until the marker
   * does.
   */
  void exchange(List<Seen> heard) throws IOException {
    send(Namespaces.WIRES, marker);
    flush();
    long began = System.nanoTime();
    while (true) {
      for (int k = 0; k < AT_ONCE; k++) {
        hearing.prepare(k, 20, ROOM);
      }
      int count = Libc.receiveMany(ear, hearing.message(0), AT_ONCE);
      for (int k = 0; k < count; k++) {
        int wire = wire(hearing.name(k).get(JAVA_INT_UNALIGNED, 4));
        int length = hearing.message(k).get(JAVA_INT_UNALIGNED, SENT) - ETHERNET;
        if (wire == Namespaces.WIRES) {
          return;
        }
        byte[] datagram = new byte[length];
        MemorySegment.copy(hearing.room(k), JAVA_BYTE, ETHERNET, datagram, 0, length);
        heard.add(new Seen(wire, Datagrams.withoutPadding(datagram)));
      }
      if (count < 0 && System.nanoTime() - began > PATIENCE_NS) {
        throw new IOException("the marker did not come back");
      }
    }
  }

  private int wire(int index) {
    for (int k = 0; k < indices.length; k++) {
      if (indices[k] == index) {
        return k;
      }
    }
    throw new IllegalStateException("a frame of interface " + index);
  }

  @Override
  public void close() throws IOException {
    Libc.close(sender);
    Libc.close(ear);
    arena.close();
  }

  /** Memory for the messages of one system call. */
  private final class Ring {
    private final MemorySegment messages = arena.allocate((long) AT_ONCE * MESSAGE, 8);
    private final MemorySegment names = arena.allocate((long) AT_ONCE * NAME, 8);
    private final MemorySegment vectors = arena.allocate((long) AT_ONCE * VECTOR, 8);
    private final MemorySegment rooms = arena.allocate((long) AT_ONCE * ROOM, 8);

    MemorySegment message(int k) {
      return messages.asSlice((long) k * MESSAGE);
    }

    MemorySegment name(int k) {
      return names.asSlice((long) k * NAME, NAME);
    }

    MemorySegment room(int k) {
      return rooms.asSlice((long) k * ROOM, ROOM);
    }

    void prepare(int k, int nameLength, int length) {
      long at = (long) k * MESSAGE;
      messages.set(JAVA_LONG_UNALIGNED, at, names.address() + (long) k * NAME);
      messages.set(JAVA_INT_UNALIGNED, at + 8, nameLength);
      messages.set(JAVA_LONG_UNALIGNED, at + 16, vectors.address() + (long) k * VECTOR);
      messages.set(JAVA_LONG_UNALIGNED, at + 24, 1);
      vectors.set(JAVA_LONG_UNALIGNED, (long) k * VECTOR, rooms.address() + (long) k * ROOM);
      vectors.set(JAVA_LONG_UNALIGNED, (long) k * VECTOR + 8, length);
    }
  }
}
