package io.vpcrig.session;

import io.vpcrig.frame.FrameBatch;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * Memory of sessions by number: one cache line each with everything that a hit reads or writes.
 * Native byte order.
 *
 * <pre>
 *    0 source 0 |   4 destination 0 |  8 ports 0 |  12 source 1 | 16 destination 1 | 20 ports 1
 *   24 protocol | 25 state | 26 flags | 27 nat | 28 decision
 *   32 expires, ns (8) | 40 next hop 0 | 44 next hop 1
 *   48 count 0 (8): bytes in the high 40 bits, packets in the low 24 | 56 count 1 (8)
 * </pre>
 *
 * Tuple 0 is the original direction as it arrives, tuple 1 the replies as they arrive. Decisions
 * and next hops are numbers of {@link Decisions} and {@link NextHops}. A count whose 24 bits are
 * full is carried over to {@link #carried}; by then its 40 bits are not, since an IPv4 packet has
 * less than 2^16 bytes. Beside the lines, eight bytes a session hold when it started: needed in the
 * first two seconds of a UDP stream, so that they are no part of the line.
 */
abstract sealed class SessionRecords implements AutoCloseable permits SessionTable {
  private static final int LENGTH_SHIFT = 6;

  /** No session; no segment, list or rule. */
  public static final int NONE = FrameBatch.NONE;

  private static final int IN_USE = 1;
  private static final int SEEN_REPLY = 2;
  private static final int ASSURED = 4;

  /** Of the four bytes from {@link #PROTOCOL} on: the flags. */
  static final int SETTLED_MASK = (IN_USE | SEEN_REPLY | ASSURED) << 16;

  /** The flags of a session that was answered and is kept when the table is full. */
  static final int SETTLED = SETTLED_MASK;

  /** The flags of a session of which packets of one direction only were seen. */
  static final int UNANSWERED = IN_USE << 16;

  static final int TUPLE_LENGTH = 12;
  static final int DESTINATION = 4;
  static final int PORTS = 8;
  static final int PROTOCOL = 24;
  private static final int STATE = 25;
  private static final int FLAGS = 26;
  private static final int NAT = 27;
  static final int DECISION = 28;
  static final int EXPIRES = 32;
  static final int HOP = 40;
  static final int COUNT = 48;

  static final int PACKET_BITS = 24;
  static final long PACKET_MASK = (1L << PACKET_BITS) - 1;

  private final OffHeap memory;
  private final OffHeap started;

  /** Where sessions' packets go on to. */
  final NextHops hops = new NextHops();

  /** What decided about sessions. */
  final Decisions decisions = new Decisions();

  /** Packets and bytes of full counts, by entry. */
  private final Int2ObjectHashMap<long[]> carried = new Int2ObjectHashMap<>();

  /**
   * @param count records, 1..2^24-1
   */
  SessionRecords(int count) {
    memory = new OffHeap(count << LENGTH_SHIFT);
    started = new OffHeap(count << 3);
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
    putInt(at + DECISION, NONE);
    putLong(at + EXPIRES, nowNs);
    putInt(at + HOP, NONE);
    putInt(at + HOP + 4, NONE);
    putLong(at + COUNT, 0);
    putLong(at + COUNT + 8, 0);
    started.putLong(number << 3, nowNs);
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

  /** Brings the records of {@code entries} from 0 on into the cache; the value has no meaning. */
  final long touch(int[] entries, int count) {
    OffHeap records = memory;
    long seen = 0;
    for (int k = 0; k < count; k++) {
      seen += records.getLong(Math.max(entries[k], 0) >>> 1 << LENGTH_SHIFT);
    }
    return seen;
  }

  /**
   * As {@link #touch}, of the next hops of records that are in the cache already. Few hops stay
   * there by themselves: then nothing is read.
   */
  final long touchHops(int[] entries, int count) {
    if (hops.areFew()) {
      return 0;
    }
    long seen = 0;
    for (int k = 0; k < count; k++) {
      long both = bothHops(entries[k]);
      seen += hops.touch((int) both) + hops.touch((int) (both >>> 32));
    }
    return seen;
  }

  /** Both next hops of an entry's record, or of record 0. */
  private long bothHops(int entry) {
    return memory.getLong((Math.max(entry, 0) >>> 1 << LENGTH_SHIFT) + HOP);
  }

  /** Where the record lies, for {@link OffHeap}'s raw accessors. */
  final long line(int number) {
    return memory.window(number << LENGTH_SHIFT, 1 << LENGTH_SHIFT);
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

  /** Gives up what the record shares; its tuples and counts can still be read. */
  final void endRecord(int number) {
    setFlags(number, flags(number) & ~IN_USE);
    int decision = decision(number);
    if (decision != NONE) {
      decisions.release(decision);
      putInt((number << LENGTH_SHIFT) + DECISION, NONE);
    }
    endWay(number, 0);
    endWay(number, 1);
    dropCarried(number);
  }

  private void endWay(int number, int direction) {
    int hop = hop(number, direction);
    if (hop != NONE) {
      hops.release(hop);
      putInt((number << LENGTH_SHIFT) + HOP + (direction << 2), NONE);
    }
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

  /** From this moment on the session is over. */
  public final long expiresNs(int number) {
    return getLong((number << LENGTH_SHIFT) + EXPIRES);
  }

  final void putExpiresNs(int number, long expiresNs) {
    putLong((number << LENGTH_SHIFT) + EXPIRES, expiresNs);
  }

  public final long startedNs(int number) {
    return started.getLong(number << 3);
  }

  final void setStartedNs(int number, long startedNs) {
    started.putLong(number << 3, startedNs);
  }

  /** The public network that packets of this direction have to leave by; NONE if any will do. */
  final int home(int number, int direction) {
    int hop = hop(number, direction);
    return hop == NONE ? NONE : hops.home(hop);
  }

  /** Segment that packets of this direction leave by; NONE if there is none, or none found yet. */
  public final int outSegment(int number, int direction) {
    int hop = hop(number, direction);
    return hop == NONE ? NONE : hops.segment(hop);
  }

  /** 48 bits; 0 without a next hop. */
  public final long nextHopMac(int number, int direction) {
    int hop = hop(number, direction);
    return hop == NONE ? 0 : hops.mac(hop);
  }

  /**
   * IPv4 address of the VXLAN endpoint that packets of this direction go to; 0 if none is known.
   */
  public final int nextHopEndpoint(int number, int direction) {
    int hop = hop(number, direction);
    return hop == NONE ? 0 : hops.endpoint(hop);
  }

  /** The way on for one direction, found by {@code home} and {@code neighbour}. */
  public final void setWay(
      int number, int direction, int segment, int home, int neighbour, long mac, int endpoint) {
    int hop = hops.acquire(segment, home, neighbour, mac, endpoint);
    endWay(number, direction);
    putInt((number << LENGTH_SHIFT) + HOP + (direction << 2), hop);
  }

  /** The next hop of one direction, whatever it was found by. */
  public final void setHop(int number, int direction, int segment, long mac, int endpoint) {
    int hop = hop(number, direction);
    int home = hop == NONE ? NONE : hops.home(hop);
    int neighbour = hop == NONE ? 0 : hops.neighbour(hop);
    setWay(number, direction, segment, home, neighbour, mac, endpoint);
  }

  /**
   * Segments or routes changed: the ways of every session are outdated until {@link #findWays}.
   * Work for each next hop, not for each session.
   */
  public final void reroute(RouteChange change) {
    hops.outdate(change);
  }

  /** Whether a way of a session is outdated, or there was none when last asked. */
  final boolean lacksWay(int number) {
    return outSegment(number, 0) == NONE || outSegment(number, 1) == NONE;
  }

  /**
   * Finds both ways of a session anew. What was learned of a next hop stays if it is still the same
   * one in the same segment.
   */
  final void findWays(int number, Ways ways) {
    findWay(number, 0, ways);
    findWay(number, 1, ways);
  }

  private void findWay(int number, int direction, Ways ways) {
    int hop = hop(number, direction);
    int home = hop == NONE ? NONE : hops.home(hop);
    if (!ways.find(newDestination(number, direction), home)) {
      endWay(number, direction);
      return;
    }
    boolean same = hop != NONE && hops.isSame(hop, ways);
    setWay(
        number,
        direction,
        ways.segment(),
        home,
        ways.neighbour(),
        same ? hops.mac(hop) : ways.mac(),
        same ? hops.endpoint(hop) : 0);
  }

  /** Number of the next hop; NONE if there is none. What it says follows. */
  final int hop(int number, int direction) {
    return getInt((number << LENGTH_SHIFT) + HOP + (direction << 2));
  }

  /** Counts a packet of {@code bytes} bytes (IP total length). */
  public final void count(int number, int direction, int bytes) {
    int at = (number << LENGTH_SHIFT) + COUNT + (direction << 3);
    long count = getLong(at);
    if ((count & PACKET_MASK) == PACKET_MASK) {
      carry(number << 1 | direction, count);
      count = 0;
    }
    putLong(at, count + ((long) bytes << PACKET_BITS) + 1);
  }

  private void carry(int entry, long count) {
    long[] sum = carried.computeIfAbsent(entry, absent -> new long[2]);
    sum[0] += count & PACKET_MASK;
    sum[1] += count >>> PACKET_BITS;
  }

  /** Packets of this direction since the session began, or its counts were last taken. */
  public final long packets(int number, int direction) {
    long[] before = carried.isEmpty() ? null : carried.get(number << 1 | direction);
    return (before == null ? 0 : before[0]) + (counted(number, direction) & PACKET_MASK);
  }

  public final long bytes(int number, int direction) {
    long[] before = carried.isEmpty() ? null : carried.get(number << 1 | direction);
    return (before == null ? 0 : before[1]) + (counted(number, direction) >>> PACKET_BITS);
  }

  final void clearCounts(int number) {
    int at = (number << LENGTH_SHIFT) + COUNT;
    putLong(at, 0);
    putLong(at + 8, 0);
    dropCarried(number);
  }

  private void dropCarried(int number) {
    if (!carried.isEmpty()) {
      carried.remove(number << 1);
      carried.remove(number << 1 | 1);
    }
  }

  private long counted(int number, int direction) {
    return getLong((number << LENGTH_SHIFT) + COUNT + (direction << 3));
  }

  /**
   * Notes what decided: the generation of the snapshot; the list and rule that a report names; and
   * those that judged on the way, each NONE if there was none.
   */
  public final void setDecision(
      int number,
      int generation,
      int list,
      int rule,
      int egressList,
      int egressRule,
      int ingressList,
      int ingressRule) {
    int made =
        decisions.acquire(generation, list, rule, egressList, egressRule, ingressList, ingressRule);
    int before = decision(number);
    if (before != NONE) {
      decisions.release(before);
    }
    putInt((number << LENGTH_SHIFT) + DECISION, made);
  }

  /** Number of the decision; NONE if none was noted. What it says follows. */
  final int decision(int number) {
    return getInt((number << LENGTH_SHIFT) + DECISION);
  }

  /** Generation of the snapshot that decided; 0 if none was noted. */
  public final int generation(int number) {
    int decision = decision(number);
    return decision == NONE ? 0 : decisions.value(decision, Decisions.GENERATION);
  }

  /** The list that decided, as in {@link FrameBatch#list}. */
  public final int list(int number) {
    return decided(number, Decisions.LIST);
  }

  /** The rule that decided, as in {@link FrameBatch#rule}. */
  public final int rule(int number) {
    return decided(number, Decisions.RULE);
  }

  public final int egressList(int number) {
    return decided(number, Decisions.EGRESS_LIST);
  }

  public final int egressRule(int number) {
    return decided(number, Decisions.EGRESS_RULE);
  }

  public final int ingressList(int number) {
    return decided(number, Decisions.INGRESS_LIST);
  }

  public final int ingressRule(int number) {
    return decided(number, Decisions.INGRESS_RULE);
  }

  private int decided(int number, int column) {
    int decision = decision(number);
    return decision == NONE ? NONE : decisions.value(decision, column);
  }

  /** Bytes held beside the records. */
  final long sharedBytes() {
    return hops.memoryBytes() + decisions.memoryBytes();
  }

  private int flags(int number) {
    return getByte((number << LENGTH_SHIFT) + FLAGS);
  }

  private void setFlags(int number, int flags) {
    putByte((number << LENGTH_SHIFT) + FLAGS, flags);
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

  /** Frees the memory. */
  @Override
  public void close() {
    memory.close();
    started.close();
    hops.close();
    decisions.close();
  }
}
