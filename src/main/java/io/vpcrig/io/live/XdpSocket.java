package io.vpcrig.io.live;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Vlan;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The AF_XDP socket of one queue of an interface, with frame memory of its own:
 *
 * <pre>
 *   | room for a frame that comes, RECEIVE times | room for a frame that goes, TRANSMIT times |
 * </pre>
 *
 * Rooms for frames that come go round between the fill ring, the kernel, the receive ring and us;
 * those for frames that go between us, the transmit ring, the kernel and the completion ring. Where
 * the driver can, the card writes and reads them (zero copy), else the kernel copies.
 *
 * <p>Without effect, measured on veth: huge pages for the frame memory; 256 frames a batch and call
 * instead of 64. Thread: the port's.
 */
final class XdpSocket implements AutoCloseable {
  /** Bytes that the kernel keeps before each frame that comes (XDP_PACKET_HEADROOM). */
  private static final int HEAD = 256;

  private static final int RECEIVE = 4096;
  private static final int TRANSMIT = 2048;
  private static final int LEAST_ROOM = 2048;
  private static final int MOST_ROOM = 4096;

  private static final int XDP_UMEM_REG = 4;
  private static final int XDP_STATISTICS = 7;
  private static final int XDP_OPTIONS = 8;
  private static final int XDP_MAX_TX_SKB_BUDGET = 9;
  private static final int OPTIONS_ZEROCOPY = 1;
  private static final int USE_NEED_WAKEUP = 1 << 3;

  /** Frames that one call sends in copy mode; kernels before 6.17 know 32 only. */
  private static final int AT_ONCE = 256;

  private static final int MOST_KICKS = TRANSMIT / 32;
  private static final int SEND_BUFFER = 8 << 20;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment statistics = arena.allocate(48, 8);
  private final int socket;
  private final MemorySegment memory;
  private final Bytes frames;
  private final int room;
  private final int longest;
  private final XdpRing receive;
  private final XdpRing transmit;
  private final XdpRing fill;
  private final XdpRing completion;
  private final boolean zeroCopy;

  /** Rooms free to send from. */
  private final int[] rooms = new int[TRANSMIT];

  private int free;
  private int queued;
  private int touched;
  private long sent;
  private long unsent;

  /** The longest mtu whose frames fit into a room. */
  static int mostMtu() {
    return MOST_ROOM - HEAD - Ethernet.LENGTH - 2 * Vlan.LENGTH;
  }

  /**
   * Opens and binds it.
   *
   * @throws IOException with a sentence, if the kernel does not let us
   */
  XdpSocket(Link link, int queue) throws IOException {
    longest = link.mtu() + Ethernet.LENGTH;
    room = longest + 2 * Vlan.LENGTH + HEAD <= LEAST_ROOM ? LEAST_ROOM : MOST_ROOM;
    long bytes = (long) (RECEIVE + TRANSMIT) * room;
    socket = Linux.socket(Linux.AF_XDP, Linux.SOCK_RAW, 0);
    memory = Linux.pages(bytes);
    frames = Bytes.over(memory.asByteBuffer());
    XdpRing[] rings = new XdpRing[4];
    try {
      register(bytes);
      fill = rings[0] = new XdpRing(socket, XdpRing.Kind.FILL, RECEIVE);
      completion = rings[1] = new XdpRing(socket, XdpRing.Kind.COMPLETION, TRANSMIT);
      receive = rings[2] = new XdpRing(socket, XdpRing.Kind.RECEIVE, RECEIVE);
      transmit = rings[3] = new XdpRing(socket, XdpRing.Kind.TRANSMIT, TRANSMIT);
      bind(link, queue);
      MemorySegment options = arena.allocate(4, 4);
      Linux.getOption(socket, Linux.SOL_XDP, XDP_OPTIONS, options);
      zeroCopy = (options.get(JAVA_INT, 0) & OPTIONS_ZEROCOPY) != 0;
      Linux.option(socket, Linux.SOL_SOCKET, Linux.SO_SNDBUF, SEND_BUFFER);
    } catch (IOException e) {
      for (XdpRing ring : rings) {
        if (ring != null) {
          ring.close();
        }
      }
      Linux.close(socket);
      Linux.unmap(memory);
      arena.close();
      throw e;
    }
    sendManyAtOnce();
    for (int k = 0; k < RECEIVE; k++) {
      Bytes.putRaw64(fill.entry(k), (long) k * room);
    }
    fill.submit(RECEIVE);
    for (int k = 0; k < TRANSMIT; k++) {
      rooms[free++] = (RECEIVE + k) * room;
    }
  }

  /** struct xdp_umem_reg: address 8, length 8, room 4, headroom 4, flags 4. */
  private void register(long bytes) throws IOException {
    MemorySegment registration = arena.allocate(32, 8);
    registration.set(JAVA_LONG, 0, memory.address());
    registration.set(JAVA_LONG, 8, bytes);
    registration.set(JAVA_INT, 16, room);
    try {
      Linux.option(socket, Linux.SOL_XDP, XDP_UMEM_REG, registration);
    } catch (Linux.ErrnoException e) {
      if (e.errno == Linux.ENOBUFS || e.errno == Linux.ENOMEM) {
        throw new IOException(
            "driver afxdp needs "
                + (bytes >> 20)
                + " MiB of locked memory for each queue: raise the limit (ulimit -l) or give the"
                + " process CAP_IPC_LOCK",
            e);
      }
      throw e;
    }
  }

  /** struct sockaddr_xdp: family 2, flags 2, interface 4, queue 4, shared 4. */
  private void bind(Link link, int queue) throws IOException {
    MemorySegment address = arena.allocate(16, 4);
    address.set(JAVA_SHORT, 0, (short) Linux.AF_XDP);
    address.set(JAVA_SHORT, 2, (short) USE_NEED_WAKEUP);
    address.set(JAVA_INT, 4, link.index());
    address.set(JAVA_INT, 8, queue);
    try {
      Linux.bind(socket, address);
    } catch (Linux.ErrnoException e) {
      if (e.errno == Linux.EBUSY) {
        throw new IOException(
            "interface "
                + link.name()
                + ": another AF_XDP socket has queue "
                + queue
                + "; stop its process or use --driver afpacket",
            e);
      }
      throw e;
    }
  }

  private void sendManyAtOnce() {
    try {
      Linux.option(socket, Linux.SOL_XDP, XDP_MAX_TX_SKB_BUDGET, AT_ONCE);
    } catch (Linux.ErrnoException e) {
      // An older kernel: it takes more calls.
    }
  }

  int file() {
    return socket;
  }

  boolean zeroCopy() {
    return zeroCopy;
  }

  /**
   * Adds frames to {@code batch} as {@link LivePort#receive} does, but for the source columns.
   *
   * @return frames added
   */
  int receive(FrameBatch batch, int tag) {
    int there = Math.min(receive.filled(), batch.capacity - batch.size);
    if (there == 0) {
      return 0;
    }
    touch(there);
    int done = 0;
    for (; done < there; done++) {
      long entry = receive.entry(done);
      int from = (int) Bytes.raw64(entry);
      int length = Bytes.raw32(entry + 8);
      if (!take(batch, from, length, tag)) {
        break;
      }
      Bytes.putRaw64(fill.entry(done), from);
    }
    if (done > 0) {
      receive.release(done);
      fill.submit(done);
      if (zeroCopy && fill.needsWakeup()) {
        Linux.kick(socket);
      }
    }
    return done;
  }

  /**
   * Reads a word of each frame, so that the cache misses overlap: another processor has written
   * them just now.
   */
  private void touch(int there) {
    int sum = 0;
    for (int k = 0; k < there; k++) {
      sum += frames.u8((int) Bytes.raw64(receive.entry(k)));
    }
    touched = sum;
  }

  /** Keeps the reads above alive. */
  int touched() {
    return touched;
  }

  private boolean take(FrameBatch batch, int from, int length, int tag) {
    int more = tag == 0 ? 0 : Vlan.LENGTH;
    int i = batch.add(length + more);
    if (i == FrameBatch.NONE) {
      return false;
    }
    int at = batch.start[i];
    OpenChecksums.copy(batch.bytes, at, frames, from, length, tag);
    OpenChecksums.complete(batch.bytes, at, length + more);
    return true;
  }

  /** As {@link LivePort#send}; the bytes are free at once. */
  void send(Bytes bytes, int start, int length) {
    if (length > longest + (Vlan.isTag(Ethernet.type(bytes, start)) ? Vlan.LENGTH : 0)) {
      unsent++;
      return;
    }
    if (free == 0) {
      flush();
      if (free == 0) {
        unsent++;
        return;
      }
    }
    int at = rooms[--free];
    frames.put(at, bytes, start, length);
    long entry = transmit.entry(queued++);
    Bytes.putRaw64(entry, at);
    Bytes.putRaw64(entry + 8, length);
  }

  /** As {@link LivePort#flush}. */
  void flush() {
    if (queued > 0) {
      transmit.submit(queued);
      sent += queued;
      queued = 0;
    }
    int waiting = transmit.waiting();
    for (int k = 0; waiting > 0 && k < MOST_KICKS; k++) {
      if (!transmit.needsWakeup()) {
        break;
      }
      int error = -Linux.kick(socket);
      reap();
      if (error == Linux.ENETDOWN && !zeroCopy) {
        withdraw();
        break;
      }
      // What the interface did not take at once goes with the next call.
      int left = transmit.waiting();
      if (zeroCopy || left == waiting && error != Linux.ENOBUFS) {
        break;
      }
      waiting = left;
    }
    reap();
  }

  /** The link is down: frames that wait would be old when it is up again. */
  private void withdraw() {
    int waiting = transmit.waiting();
    transmit.withdraw(waiting);
    for (int k = 0; k < waiting; k++) {
      rooms[free++] = (int) Bytes.raw64(transmit.entry(k));
    }
    sent -= waiting;
    unsent += waiting;
  }

  private void reap() {
    int done = completion.filled();
    for (int k = 0; k < done; k++) {
      rooms[free++] = (int) Bytes.raw64(completion.entry(k));
    }
    if (done > 0) {
      completion.release(done);
    }
  }

  long sent() {
    return sent;
  }

  long unsent() {
    return unsent;
  }

  /**
   * Frames that came and found no room, as the kernel counts. struct xdp_statistics: no room in the
   * frame memory 8, 16 others, receive ring full 8.
   */
  long lost() throws IOException {
    Linux.getOption(socket, Linux.SOL_XDP, XDP_STATISTICS, statistics);
    return statistics.get(JAVA_LONG, 0) + statistics.get(JAVA_LONG, 24);
  }

  @Override
  public void close() throws IOException {
    receive.close();
    transmit.close();
    fill.close();
    completion.close();
    Linux.close(socket);
    Linux.unmap(memory);
    arena.close();
  }
}
