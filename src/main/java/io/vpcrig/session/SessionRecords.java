package io.vpcrig.session;

import io.vpcrig.frame.FrameBatch;

/**
 * Memory of sessions, 128 bytes each, by number. Native byte order. The first line is all that a
 * hit reads to know the way on; the second holds counters and what only the end or a report needs.
 *
 * <pre>
 *     0 source 0 |   4 destination 0 |  8 ports 0 |  12 source 1 | 16 destination 1 | 20 ports 1
 *    24 protocol | 25 state | 26 flags | 27 nat | 28 generation | 32 expires, ns (8)
 *    40 hop 0 (8): out segment in the high 16 bits, MAC in the low 48 | 48 hop 1 (8)
 *    56 list | 60 rule
 *    64 endpoint 0 | 68 endpoint 1 | 72 packets 0 (8) | 80 packets 1 (8) | 88 bytes 0 (8) | 96 bytes 1 (8)
 *   104 egress list | 108 egress rule | 112 ingress list | 116 ingress rule | 120 started, ns (8)
 * </pre>
 *
 * Tuple 0 is the original direction as it arrives, tuple 1 the replies as they arrive.
 */
abstract sealed class SessionRecords implements AutoCloseable permits SessionTable {
  private static final int LENGTH_SHIFT = 7;

  /** No session; no segment, list or rule. */
  public static final int NONE = FrameBatch.NONE;

  private static final int IN_USE = 1;
  private static final int SEEN_REPLY = 2;
  private static final int ASSURED = 4;

  private static final int TUPLE_LENGTH = 12;
  private static final int DESTINATION = 4;
  private static final int PORTS = 8;
  private static final int PROTOCOL = 24;
  private static final int STATE = 25;
  private static final int FLAGS = 26;
  private static final int NAT = 27;
  private static final int GENERATION = 28;
  private static final int EXPIRES = 32;
  private static final int HOP = 40;
  private static final int LIST = 56;
  private static final int RULE = 60;
  private static final int ENDPOINT = 64;
  private static final int PACKETS = 72;
  private static final int BYTES = 88;
  private static final int EGRESS_LIST = 104;
  private static final int EGRESS_RULE = 108;
  private static final int INGRESS_LIST = 112;
  private static final int INGRESS_RULE = 116;
  private static final int STARTED = 120;

  private static final int MAC_BITS = 48;
  private static final long MAC_MASK = (1L << MAC_BITS) - 1;
  private static final int NO_SEGMENT = 0xffff;

  private final OffHeap memory;

  /**
   * @param count records, 1..2^24-1
   */
  SessionRecords(int count) {
    memory = new OffHeap(count << LENGTH_SHIFT);
  }

  /** Writes a whole record: in use, everything else zero or NONE. */
  final void beginRecord(
      int number,
      int source,
      int destination,
      int ports,
      int replySource,
      int replyDestination,
      int replyPorts,
      int protocol,
      long nowNs) {
    int at = number << LENGTH_SHIFT;
    putInt(at, source);
    putInt(at + DESTINATION, destination);
    putInt(at + PORTS, ports);
    putInt(at + TUPLE_LENGTH, replySource);
    putInt(at + TUPLE_LENGTH + DESTINATION, replyDestination);
    putInt(at + TUPLE_LENGTH + PORTS, replyPorts);
    putInt(at + PROTOCOL, 0);
    putByte(at + PROTOCOL, protocol);
    putByte(at + FLAGS, IN_USE);
    putInt(at + GENERATION, 0);
    putLong(at + EXPIRES, nowNs);
    putLong(at + HOP, (long) NO_SEGMENT << MAC_BITS);
    putLong(at + HOP + 8, (long) NO_SEGMENT << MAC_BITS);
    putPair(at + LIST, NONE, NONE);
    for (int offset = ENDPOINT; offset < EGRESS_LIST; offset += 8) {
      putLong(at + offset, 0);
    }
    putPair(at + EGRESS_LIST, NONE, NONE);
    putPair(at + INGRESS_LIST, NONE, NONE);
    putLong(at + STARTED, nowNs);
  }

  /** Whether {@code entry}, number and direction, is in use and has this tuple. */
  final boolean matches(int entry, int source, int destination, int ports, int protocol) {
    int at = entry >>> 1 << LENGTH_SHIFT;
    int tuple = at + (entry & 1) * TUPLE_LENGTH;
    return (getInt(tuple) ^ source
                | getInt(tuple + DESTINATION) ^ destination
                | getInt(tuple + PORTS) ^ ports
                | getByte(at + PROTOCOL) ^ protocol)
            == 0
        && (getByte(at + FLAGS) & IN_USE) != 0;
  }

  /** Brings both lines of the records of entries from 0 on into the cache; no meaning. */
  final long touch(int[] entries, int count) {
    OffHeap records = memory;
    long seen = 0;
    for (int k = 0; k < count; k++) {
      int at = Math.max(entries[k], 0) >>> 1 << LENGTH_SHIFT;
      seen += records.getLong(at) + records.getLong(at + ENDPOINT);
    }
    return seen;
  }

  final int tag(int number, int direction) {
    int at = number << LENGTH_SHIFT;
    int tuple = at + direction * TUPLE_LENGTH;
    return Tuples.tag(
        getInt(tuple), getInt(tuple + DESTINATION), getInt(tuple + PORTS), getByte(at + PROTOCOL));
  }

  /** Source address of packets of this direction as they arrive. */
  public final int source(int number, int direction) {
    return getInt((number << LENGTH_SHIFT) + direction * TUPLE_LENGTH);
  }

  public final int destination(int number, int direction) {
    return getInt((number << LENGTH_SHIFT) + direction * TUPLE_LENGTH + DESTINATION);
  }

  public final int ports(int number, int direction) {
    return getInt((number << LENGTH_SHIFT) + direction * TUPLE_LENGTH + PORTS);
  }

  /** Source address that packets of this direction leave with. */
  public final int newSource(int number, int direction) {
    return destination(number, direction ^ 1);
  }

  public final int newDestination(int number, int direction) {
    return source(number, direction ^ 1);
  }

  public final int newPorts(int number, int direction) {
    return Tuples.invertPorts(ports(number, direction ^ 1), protocol(number));
  }

  public final int protocol(int number) {
    return getByte((number << LENGTH_SHIFT) + PROTOCOL);
  }

  /** {@link SessionState}. */
  public final int state(int number) {
    return getByte((number << LENGTH_SHIFT) + STATE);
  }

  public final void setState(int number, int state) {
    putByte((number << LENGTH_SHIFT) + STATE, state);
  }

  /** Whether the number is that of a session not yet ended. */
  public final boolean isInUse(int number) {
    return (flags(number) & IN_USE) != 0;
  }

  final void endRecord(int number) {
    setFlags(number, flags(number) & ~IN_USE);
  }

  /** Whether a packet of the reply direction was seen. */
  public final boolean hasSeenReply(int number) {
    return (flags(number) & SEEN_REPLY) != 0;
  }

  public final void setSeenReply(int number) {
    setFlags(number, flags(number) | SEEN_REPLY);
  }

  /** Whether it is kept when the table is full. */
  public final boolean isAssured(int number) {
    return (flags(number) & ASSURED) != 0;
  }

  public final void setAssured(int number) {
    setFlags(number, flags(number) | ASSURED);
  }

  /** Kind of address translation, 0..255, in the engine's numbers. */
  public final int nat(int number) {
    return getByte((number << LENGTH_SHIFT) + NAT);
  }

  public final void setNat(int number, int nat) {
    putByte((number << LENGTH_SHIFT) + NAT, nat);
  }

  /** Generation of the snapshot that decided. */
  public final int generation(int number) {
    return getInt((number << LENGTH_SHIFT) + GENERATION);
  }

  public final void setGeneration(int number, int generation) {
    putInt((number << LENGTH_SHIFT) + GENERATION, generation);
  }

  /** From this moment on the session is over. */
  public final long expiresNs(int number) {
    return getLong((number << LENGTH_SHIFT) + EXPIRES);
  }

  final void putExpiresNs(int number, long expiresNs) {
    putLong((number << LENGTH_SHIFT) + EXPIRES, expiresNs);
  }

  public final long startedNs(int number) {
    return getLong((number << LENGTH_SHIFT) + STARTED);
  }

  /** Segment that packets of this direction leave by, 0..65534, or NONE. */
  public final int outSegment(int number, int direction) {
    int segment = (int) (hop(number, direction) >>> MAC_BITS);
    return segment == NO_SEGMENT ? NONE : segment;
  }

  public final long nextHopMac(int number, int direction) {
    return hop(number, direction) & MAC_MASK;
  }

  /**
   * IPv4 address of the VXLAN endpoint that packets of this direction go to; 0 if none is known.
   */
  public final int nextHopEndpoint(int number, int direction) {
    return getInt((number << LENGTH_SHIFT) + ENDPOINT + (direction << 2));
  }

  /** The way on for one direction; segment 0..65534 or NONE. */
  public final void setHop(int number, int direction, int segment, long mac, int endpoint) {
    int at = number << LENGTH_SHIFT;
    putLong(
        at + HOP + (direction << 3), (long) (segment & NO_SEGMENT) << MAC_BITS | mac & MAC_MASK);
    putInt(at + ENDPOINT + (direction << 2), endpoint);
  }

  /** Counts a packet of {@code bytes} bytes (IP total length). */
  public final void count(int number, int direction, int bytes) {
    int at = (number << LENGTH_SHIFT) + (direction << 3);
    putLong(at + PACKETS, getLong(at + PACKETS) + 1);
    putLong(at + BYTES, getLong(at + BYTES) + bytes);
  }

  public final long packets(int number, int direction) {
    return getLong((number << LENGTH_SHIFT) + (direction << 3) + PACKETS);
  }

  public final long bytes(int number, int direction) {
    return getLong((number << LENGTH_SHIFT) + (direction << 3) + BYTES);
  }

  /** The list that decided, as in {@link FrameBatch#list}. */
  public final int list(int number) {
    return getInt((number << LENGTH_SHIFT) + LIST);
  }

  /** The rule that decided, as in {@link FrameBatch#rule}. */
  public final int rule(int number) {
    return getInt((number << LENGTH_SHIFT) + RULE);
  }

  public final int egressList(int number) {
    return getInt((number << LENGTH_SHIFT) + EGRESS_LIST);
  }

  public final int egressRule(int number) {
    return getInt((number << LENGTH_SHIFT) + EGRESS_RULE);
  }

  public final int ingressList(int number) {
    return getInt((number << LENGTH_SHIFT) + INGRESS_LIST);
  }

  public final int ingressRule(int number) {
    return getInt((number << LENGTH_SHIFT) + INGRESS_RULE);
  }

  public final void setVerdict(int number, int list, int rule) {
    putPair((number << LENGTH_SHIFT) + LIST, list, rule);
  }

  public final void setEgress(int number, int list, int rule) {
    putPair((number << LENGTH_SHIFT) + EGRESS_LIST, list, rule);
  }

  public final void setIngress(int number, int list, int rule) {
    putPair((number << LENGTH_SHIFT) + INGRESS_LIST, list, rule);
  }

  private int flags(int number) {
    return getByte((number << LENGTH_SHIFT) + FLAGS);
  }

  private void setFlags(int number, int flags) {
    putByte((number << LENGTH_SHIFT) + FLAGS, flags);
  }

  private long hop(int number, int direction) {
    return getLong((number << LENGTH_SHIFT) + HOP + (direction << 3));
  }

  private int getByte(int at) {
    return memory.getByte(at) & 0xff;
  }

  private int getInt(int at) {
    return memory.getInt(at);
  }

  private long getLong(int at) {
    return memory.getLong(at);
  }

  private void putByte(int at, int value) {
    memory.putByte(at, (byte) value);
  }

  private void putInt(int at, int value) {
    memory.putInt(at, value);
  }

  private void putLong(int at, long value) {
    memory.putLong(at, value);
  }

  private void putPair(int at, int first, int second) {
    putInt(at, first);
    putInt(at + 4, second);
  }

  /** Frees the memory. */
  @Override
  public void close() {
    memory.close();
  }
}
