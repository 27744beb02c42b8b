package io.vpcrig.live.sync;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Records from one router to the other and back, in order and without gaps, over datagrams that may
 * get lost.
 *
 * <pre>
 *    0 | "VS" 2 | version 1 | kind 1 | flags 2 | records 2 | sender 8 | receiver 8 |
 *   24 | sequence 8 | acknowledged 8 | fingerprint 4 | 0 4 | records ... |
 * </pre>
 *
 * Big-endian. A data datagram has the next sequence number; a greeting, sent every {@link
 * #GREET_NS} and in answer to data, has the one that data will have next. Both acknowledge all of
 * the other side's data below a number. Who misses data asks for it again from the first that is
 * missing on, and skips what comes meanwhile (go-back-n: a wire for this loses next to nothing).
 * The last {@link #KEPT} datagrams are kept for that; if what is asked for is older, the gap stays,
 * and a datagram with the skip flag tells so: the other side then wants everything anew. The
 * sender's number is drawn when it starts, so that a new start is no gap.
 *
 * <p>Thread: one. Does not allocate after construction.
 */
public final class SyncStream {
  static final int HEADER = 48;
  static final int KEPT = 1024;
  static final long GREET_NS = 100_000_000L;

  /** The other router is taken for gone when nothing came for this long. */
  static final long SILENT_NS = 1_000_000_000L;

  /** Data in flight at most, when there is more than changes to send. */
  static final int WINDOW = 256;

  private static final short MAGIC = 0x5653;
  private static final byte VERSION = 1;
  private static final byte DATA = 1;
  private static final byte GREETING = 2;
  private static final int KIND = 3;
  private static final int FLAGS = 4;
  private static final int COUNT = 6;
  private static final int SENDER = 8;
  private static final int RECEIVER = 16;
  private static final int SEQUENCE = 24;
  private static final int ACKNOWLEDGED = 32;
  private static final int FINGERPRINT = 40;

  private static final int WORKS = 1;
  private static final int WANTS_ALL = 2;
  private static final int MISSES = 4;
  private static final int SKIP = 8;

  /** Datagrams sent again at one request. */
  private static final int AGAIN_AT_ONCE = 64;

  /** Requests for the same gap are this far apart. */
  private static final long ASK_NS = 5_000_000L;

  /** What the stream's user does. */
  public interface User {
    /** Whether this router works. */
    boolean works();

    /** Whether it wants everything the other router has. */
    boolean wantsAll();

    /** Of what records refer to by number. */
    int fingerprint();

    /** The other router wants everything. */
    void all();

    /** What the other router sent before is void: it started anew, or data is gone for good. */
    void gap();

    /** The other router is back after a silence: it was told nothing meanwhile. */
    void back();

    /** Whether the other router works, as it says, when that changes. */
    void peerWorks(boolean works);

    /**
     * Takes records.
     *
     * @param from as many as {@code count} says, if they are what they should be
     * @param sameNumbers whether both fingerprints are the same
     */
    void take(ByteBuffer from, int count, boolean sameNumbers);
  }

  private final Datagrams wire;
  private final User user;
  private final long id;
  private final byte[] kept = new byte[KEPT * Datagrams.LONGEST];
  private final int[] lengths = new int[KEPT];
  private final byte[] received = new byte[Datagrams.LONGEST];
  private final ByteBuffer in = ByteBuffer.wrap(received);
  private final ByteBuffer greeting = ByteBuffer.allocate(HEADER);
  private final ByteBuffer out = ByteBuffer.wrap(kept);
  private long peer;
  private boolean peerWorks;
  private boolean alive;
  private long heardNs;
  private long greetedNs = Long.MIN_VALUE;
  private long askedNs = Long.MIN_VALUE;
  private long askedFor = -1;
  private long next;
  private long acknowledged;
  private long expected;
  private boolean skip;
  private boolean owesAnswer;

  /** The other side's data is known to go on below this. */
  private long announced;

  private int records;
  private long sentAgain;
  private long gaps;
  private long refused;

  /**
   * @param id of this start, not 0; no other start of either router should have it
   */
  public SyncStream(Datagrams wire, User user, long id) {
    this.wire = wire;
    this.user = user;
    this.id = id;
    begin();
  }

  // --- sending ---

  /** Where a record of {@code length} bytes is to be written, at once. */
  ByteBuffer record(int length) {
    if (out.position() + length > end()) {
      flush();
    }
    records++;
    return out;
  }

  private int slot() {
    return (int) (next % KEPT) * Datagrams.LONGEST;
  }

  private int end() {
    return slot() + Datagrams.LONGEST;
  }

  private void begin() {
    out.clear().position(slot() + HEADER);
    records = 0;
  }

  /** Sends the records written so far. */
  void flush() {
    if (records == 0) {
      return;
    }
    int slot = slot();
    int length = out.position() - slot;
    lengths[(int) (next % KEPT)] = length;
    header(out, slot, DATA, skip ? SKIP : 0, next);
    skip = false;
    next++;
    wire.send(kept, slot, length);
    begin();
  }

  private void header(ByteBuffer to, int at, byte kind, int flags, long sequence) {
    int all = flags | (user.works() ? WORKS : 0) | (user.wantsAll() ? WANTS_ALL : 0);
    to.putShort(at, MAGIC).put(at + 2, VERSION).put(at + KIND, kind);
    to.putShort(at + FLAGS, (short) all);
    to.putShort(at + COUNT, (short) (kind == DATA ? records : 0));
    to.putLong(at + SENDER, id).putLong(at + RECEIVER, peer);
    to.putLong(at + SEQUENCE, sequence).putLong(at + ACKNOWLEDGED, expected);
    to.putInt(at + FINGERPRINT, user.fingerprint()).putInt(at + FINGERPRINT + 4, 0);
  }

  /** Whether more than changes may be sent. */
  boolean hasRoom() {
    return next - acknowledged < WINDOW;
  }

  /** Whether everything sent has arrived. */
  boolean isDelivered() {
    return records == 0 && acknowledged == next;
  }

  /** Whether the other router is there to be told anything. */
  boolean isHeard() {
    return alive;
  }

  /** Greets soon. */
  void greet() {
    owesAnswer = true;
  }

  // --- receiving ---

  /** Takes what came, and greets when it is time. */
  void poll(long nowNs) throws IOException {
    for (int length = wire.receive(received); length >= 0; length = wire.receive(received)) {
      if (isOurs(length)) {
        hear(length, nowNs);
      } else {
        refused++;
      }
    }
    if (alive && nowNs - heardNs > SILENT_NS) {
      alive = false;
      peerWorks = false;
    }
    boolean misses = expected < announced;
    if (misses && (askedFor != expected || nowNs - askedNs >= ASK_NS)) {
      askedFor = expected;
      askedNs = nowNs;
      send(MISSES, nowNs);
    } else if (owesAnswer || nowNs - GREET_NS >= greetedNs) {
      send(misses ? MISSES : 0, nowNs);
    }
  }

  /** When {@link #poll} has something to do even if nothing comes. */
  long deadlineNs() {
    return expected < announced ? askedNs + ASK_NS : greetedNs + GREET_NS;
  }

  private void send(int flags, long nowNs) {
    owesAnswer = false;
    greetedNs = nowNs;
    header(greeting, 0, GREETING, flags, next);
    wire.send(greeting.array(), 0, HEADER);
  }

  private boolean isOurs(int length) {
    return length >= HEADER
        && in.getShort(0) == MAGIC
        && in.get(2) == VERSION
        && (in.get(KIND) == DATA || in.get(KIND) == GREETING)
        && in.getLong(SENDER) != id
        && in.getLong(SENDER) != 0;
  }

  private void hear(int length, long nowNs) {
    int flags = in.getShort(FLAGS);
    long sequence = in.getLong(SEQUENCE);
    if (in.getLong(SENDER) != peer) {
      peer = in.getLong(SENDER);
      expected = sequence;
      announced = sequence;
      acknowledged = next;
      owesAnswer = true;
      peerWorks = false;
      user.gap();
    }
    boolean back = !alive;
    alive = true;
    heardNs = nowNs;
    if (back) {
      acknowledged = next;
      user.back();
    }
    if (peerWorks != ((flags & WORKS) != 0)) {
      peerWorks = !peerWorks;
      user.peerWorks(peerWorks);
    }
    if (in.getLong(RECEIVER) == id) {
      hearAnswer(flags, in.getLong(ACKNOWLEDGED));
    }
    if (in.get(KIND) == DATA) {
      hearData(flags, sequence, length);
    } else {
      announced = sequence;
    }
  }

  private void hearAnswer(int flags, long upTo) {
    if (upTo <= next && upTo > acknowledged) {
      acknowledged = upTo;
    }
    if ((flags & MISSES) != 0 && upTo < next) {
      sendAgain(upTo);
    }
    if ((flags & WANTS_ALL) != 0) {
      user.all();
    }
  }

  private void sendAgain(long from) {
    if (from < 0 || next - from > KEPT - 1) {
      skip = true;
      record(1).put(SyncRecord.NOTHING);
      flush();
      return;
    }
    for (long k = from; k < Math.min(next, from + AGAIN_AT_ONCE); k++) {
      int slot = (int) (k % KEPT);
      wire.send(kept, slot * Datagrams.LONGEST, lengths[slot]);
      sentAgain++;
    }
  }

  private void hearData(int flags, long sequence, int length) {
    announced = Math.max(announced, sequence + 1);
    if (sequence > expected && (flags & SKIP) == 0) {
      return;
    }
    owesAnswer = true;
    if (sequence < expected) {
      return;
    }
    if (sequence > expected) {
      gaps++;
      user.gap();
    }
    expected = sequence + 1;
    in.clear().limit(length).position(HEADER);
    user.take(in, in.getShort(COUNT) & 0xffff, in.getInt(FINGERPRINT) == user.fingerprint());
    in.clear();
  }

  // --- counts ---

  /** Datagrams with records sent. */
  public long sent() {
    return next;
  }

  /** Datagrams sent again. */
  public long sentAgain() {
    return sentAgain;
  }

  /** Times that data of the other router was gone for good. */
  public long gaps() {
    return gaps;
  }

  /** Datagrams that were none of the protocol. */
  public long refused() {
    return refused;
  }
}
