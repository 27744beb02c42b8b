package io.vpcrig.frame;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Up to {@link #capacity} frames and what is known of them, one array per fact (struct of arrays),
 * so that each stage walks just the columns it needs.
 *
 * <p>Frames {@code 0 .. size-1} were read from a source. Frames {@code capacity ..
 * capacity+extras-1} are extras: frames that the router made or released while it worked on this
 * batch; each names the frame that caused it in {@link #parent}. The way of a frame's bytes:
 *
 * <pre>
 *   arena: | headroom 80 | frame 0 ... | headroom | frame 1 ... |        | extra ... |
 *                        ^ start[0], length[0]    ^ start[1]              ^ start[capacity]
 * </pre>
 *
 * Offsets ({@link #start}, {@link #l3}, {@link #l4}) are absolute in {@link #bytes}. A column holds
 * a defined value only after its writer ran; "absent" is an explicit value, never a stale one.
 *
 * <p>IPv6 comes later: {@link #family} is there now; its addresses will be two columns of two longs
 * a frame beside {@link #sourceAddress} and {@link #destinationAddress} (which stay IPv4's), and
 * everything keyed by ports and protocol stays as it is.
 *
 * <p>Thread: one owner at a time; handing over a batch hands over everything in it.
 */
public final class FrameBatch implements AutoCloseable {
  /** Bytes kept free before each frame: the most that encapsulation can push (68) and some. */
  public static final int HEADROOM = 80;

  /** Longest frame a batch takes, the largest snapshot length libpcap writes. */
  public static final int MAX_FRAME_LENGTH = 262_144;

  /** Value of offset and index columns when there is nothing to point at. */
  public static final int NONE = -1;

  private static final int LINE = 64;

  private static final int ETHERNET = 14;
  private static final int TAGGED_LINK = 18;
  private static final int IPV4 = 20;
  private static final int IPV4_FRAGMENT = 6;

  public final Bytes bytes;
  public final int capacity;

  private final int mostExtras;

  /** Frames read from the source. */
  public int size;

  /**
   * Whether {@link #plain}, the rows of plain frames and their {@link #segment} and {@link
   * #fragment} stand there already, but for the test of the transport checksum: who handed the
   * frames to this batch has found them.
   */
  public boolean found;

  /** Whether the stages are measured on this batch; see {@code engine.StageTimes}. */
  public boolean timed;

  /** Frames made by the router, from {@link #capacity} on. */
  public int extras;

  /**
   * Indices of frames not decided yet; the first {@link #liveCount} count. In the order of the way:
   * ascending, but that fragments released stand where the frame that completed them stood.
   */
  public final int[] live;

  public int liveCount;

  // --- written by the source, read by all -----------------------------------------------------
  /** 1-based number of the frame in its input; an extra has its parent's. */
  public final long[] number;

  /** Nanoseconds since the epoch, from the capture or the clock. */
  public final long[] timestampNs;

  /** First byte of the frame as it stands; only encap moves it. */
  public final int[] start;

  /** Bytes present from {@link #start} on. */
  public final int[] length;

  /** Bytes there were when the frame came: what {@link #length} was before encap. */
  public final int[] captured;

  /** Bytes the capture cut off the end (wire length less captured length), 0 if whole. */
  public final int[] missing;

  /** {@link LinkType} of the bytes at {@link #start}. */
  public final int[] link;

  /** Interface of the capture that the frame came by, 0 where there is one. */
  public final int[] inputInterface;

  // --- written by tunnel.decap, read by the later stages ----------------------------------------
  /** Index of the segment the frame came by, in the snapshot's table of segments. */
  public final int[] segment;

  /** Ethernet header (inner, if the frame came through a tunnel); NONE for raw IP. */
  public final int[] l2;

  /** Source MAC of that Ethernet header, 48 bits; 0 if there is none. */
  public final long[] sourceMac;

  /** IPv4 source of the VXLAN tunnel the frame came through; 0 if none. */
  public final int[] remoteEndpoint;

  /** IPv4 header, or the ARP body. */
  public final int[] l3;

  /** Transport header; NONE in fragments but the first, and for a transport header cut short. */
  public final int[] l4;

  /** One past the last byte of the IP datagram, by its total length; padding lies behind. */
  public final int[] l3End;

  /** 4, 6, or 0 for ARP and everything that is not IP. */
  public final byte[] family;

  public final int[] sourceAddress;
  public final int[] destinationAddress;

  /**
   * TCP and UDP: source port in the high 16 bits, destination port in the low. ICMP: identifier (0
   * if the type has none) in the high, type and code in the low. 0 for other protocols and where
   * {@link #l4} is NONE.
   */
  public final int[] ports;

  /** IPv4 protocol number, 0..255, unsigned in an int. */
  public final int[] protocol;

  /** TCP flags octet (RFC 9293 3.1), 0 for other protocols. */
  public final int[] tcpFlags;

  /** Flags and fragment offset, the 16 bits at offset 6 of the IPv4 header. */
  public final int[] fragment;

  /**
   * 1 for a whole, right TCP or UDP datagram without IPv4 options, not fragmented, that does not
   * stay in its segment: what nearly all frames are and the tight loops are made for. What is known
   * of such a frame stands in its {@link #row} until somebody asks for the columns with {@link
   * #spread}; only {@link #segment} is there at once, and {@link #fragment} is 0. 0 says nothing.
   */
  public final byte[] plain;

  // --- written by session.lookup or the first-packet path, read by rewrite and encap
  // ----------------
  /** Index of the session, NONE if the frame has none. */
  public final int[] session;

  /** 0 in the session's original direction, 1 for replies. */
  public final int[] direction;

  /** Index of the segment the frame leaves by; NONE if it does not leave. */
  public final int[] outSegment;

  /** Destination MAC on the way out, 48 bits. */
  public final long[] nextHopMac;

  /** IPv4 address of the far tunnel endpoint on the way out; 0 if not VXLAN or not known. */
  public final int[] nextHopEndpoint;

  /** Source address the frame leaves with. */
  public final int[] newSource;

  /** Destination address the frame leaves with. */
  public final int[] newDestination;

  /** As {@link #ports}, as the frame leaves. */
  public final int[] newPorts;

  // --- the outcome: written by whoever decides, read by the sink and the reports ---
  /** {@link Verdict}. */
  public final byte[] verdict;

  /** Number of the drop reason or of the reason for passing; 0 while pending. */
  public final int[] reason;

  /** Index of the deciding rule in the snapshot's rule table; NONE for defaults and non-rules. */
  public final int[] rule;

  /** Index of the deciding list in the snapshot's table of lists; NONE if no list was asked. */
  public final int[] list;

  /** Number of the quirk that decided under shipped semantics; 0 if none. */
  public final int[] quirk;

  /** Generation of the snapshot that decided. */
  public final int[] generation;

  /** Trace of the frame, 0 if it is not traced. Written by the engine before the first stage. */
  public final int[] trace;

  /** Extras only: index of the frame that caused it. */
  public final int[] parent;

  /**
   * What the tight loops know of {@link #plain} frames; see {@link #row}. Columns cost a bounds
   * check and two reads for each of them: measured, the whole way took twice as long with them.
   */
  private final Bytes rows;

  private final int readLimit;
  private int cursor;
  private int extraCursor;
  private boolean anyDecided;

  /**
   * @param capacity frames read per batch, 1..4096
   * @param arenaBytes memory for frames read and for extras; half is kept for extras. At least four
   *     times {@link #MAX_FRAME_LENGTH}
   */
  public FrameBatch(int capacity, int arenaBytes) {
    if (capacity < 1 || capacity > 4096) {
      throw new IllegalArgumentException("batch capacity " + capacity + ", legal 1..4096");
    }
    if (arenaBytes < 4 * MAX_FRAME_LENGTH) {
      throw new IllegalArgumentException(
          "arena of " + arenaBytes + " bytes, legal from " + 4 * MAX_FRAME_LENGTH);
    }
    this.capacity = capacity;
    this.mostExtras = 2 * capacity;
    this.bytes = Bytes.allocate(arenaBytes);
    this.readLimit = arenaBytes / 2;
    this.rows = Bytes.allocate(capacity * FrameRow.LENGTH);
    int n = capacity + mostExtras;
    live = new int[n];
    number = new long[n];
    timestampNs = new long[n];
    start = new int[n];
    length = new int[n];
    captured = new int[n];
    missing = new int[n];
    link = new int[n];
    inputInterface = new int[n];
    segment = new int[n];
    l2 = new int[n];
    sourceMac = new long[n];
    remoteEndpoint = new int[n];
    l3 = new int[n];
    l4 = new int[n];
    l3End = new int[n];
    family = new byte[n];
    sourceAddress = new int[n];
    destinationAddress = new int[n];
    ports = new int[n];
    protocol = new int[n];
    tcpFlags = new int[n];
    fragment = new int[n];
    plain = new byte[n];
    session = new int[n];
    direction = new int[n];
    outSegment = new int[n];
    nextHopMac = new long[n];
    nextHopEndpoint = new int[n];
    newSource = new int[n];
    newDestination = new int[n];
    newPorts = new int[n];
    verdict = new byte[n];
    reason = new int[n];
    rule = new int[n];
    list = new int[n];
    quirk = new int[n];
    generation = new int[n];
    trace = new int[n];
    parent = new int[n];
    forget(0, n);
  }

  /** A batch with room for {@code capacity} frames and the default arena of 4 MiB. */
  public FrameBatch(int capacity) {
    this(capacity, 16 * MAX_FRAME_LENGTH);
  }

  /** Forgets all frames. The memory is not cleared. */
  public void clear() {
    forget(0, size);
    forget(capacity, capacity + extras);
    size = 0;
    found = false;
    extras = 0;
    liveCount = 0;
    cursor = 0;
    extraCursor = 0;
    anyDecided = false;
  }

  /**
   * Makes room for a frame of {@code frameLength} bytes and returns its index, with {@link #start}
   * and {@link #length} set, the outcome columns pending; NONE if the batch is full. The caller
   * copies the bytes and fills the other source columns.
   *
   * @param frameLength 0..{@link #MAX_FRAME_LENGTH}; the caller has checked it
   */
  public int add(int frameLength) {
    if (size == capacity) {
      return NONE;
    }
    int at = cursor + HEADROOM;
    if (at + frameLength > readLimit) {
      return NONE;
    }
    cursor = next(cursor, at + frameLength);
    int i = size++;
    place(i, at, frameLength);
    return i;
  }

  /**
   * Adds a frame as another batch has it, with its source columns; returns as {@link #add}. There
   * is always room in an empty batch of the same size for all that the other has read.
   */
  public int addCopy(FrameBatch other, int i) {
    int at = add(other.length[i]);
    if (at != NONE) {
      bytes.put(start[at], other.bytes, other.start[i], other.length[i]);
      number[at] = other.number[i];
      timestampNs[at] = other.timestampNs[i];
      missing[at] = other.missing[i];
      link[at] = other.link[i];
      inputInterface[at] = other.inputInterface[i];
    }
    return at;
  }

  /**
   * Lets frame {@code from}, just read, stand at {@code to}, not behind it: how a source leaves
   * frames out. {@link #truncate} ends it.
   */
  public void pull(int to, int from) {
    number[to] = number[from];
    timestampNs[to] = timestampNs[from];
    start[to] = start[from];
    length[to] = length[from];
    missing[to] = missing[from];
    link[to] = link[from];
    inputInterface[to] = inputInterface[from];
  }

  /** Forgets the frames from {@code newSize} on, just read, and takes back their room. */
  public void truncate(int newSize) {
    size = newSize;
    int last = newSize - 1;
    cursor = newSize == 0 ? 0 : next(start[last] - HEADROOM, start[last] + length[last]);
  }

  /**
   * Makes room for a frame of the router's own and returns its index ({@code >= capacity}); NONE if
   * there is no room left. Number, timestamp and interface are the parent's; link type is Ethernet.
   * An extra is either an answer of the router (its bytes begin with the IPv4 or ARP header, {@link
   * #l2} is NONE, encap puts the rest before it) or a fragment that was held until its datagram was
   * complete (then it is one of the frames read, under its own number).
   */
  public int addExtra(int parentIndex, int frameLength) {
    int from = Math.max(extraCursor, readLimit);
    int at = from + HEADROOM;
    if (extras == mostExtras || at + frameLength > bytes.capacity()) {
      return NONE;
    }
    extraCursor = next(from, at + frameLength);
    int i = capacity + extras++;
    place(i, at, frameLength);
    parent[i] = parentIndex;
    number[i] = number[parentIndex];
    timestampNs[i] = timestampNs[parentIndex];
    inputInterface[i] = inputInterface[parentIndex];
    missing[i] = 0;
    link[i] = LinkType.ETHERNET;
    segment[i] = segment[parentIndex];
    trace[i] = 0;
    return i;
  }

  /** Forgets the extras made last, from number {@code kept} on, as if they had not been made. */
  public void truncateExtras(int kept) {
    forget(capacity + kept, capacity + extras);
    extras = kept;
    int last = capacity + kept - 1;
    extraCursor = kept == 0 ? 0 : next(start[last] - HEADROOM, start[last] + captured[last]);
  }

  /**
   * Takes frames read since {@code from} out again, of which {@code keep} says no, before the way
   * begins; the others move up, their order and bytes stay.
   */
  public void retain(int from, IntPredicate keep) {
    int kept = from;
    for (int i = from; i < size; i++) {
      if (keep.test(i)) {
        pull(kept++, i);
      }
    }
    truncate(kept);
  }

  /** Makes all frames read live again: the start of the way. */
  public void startAll() {
    for (int i = 0; i < size; i++) {
      live[i] = i;
    }
    liveCount = size;
  }

  /**
   * Place of a frame's row, laid out as {@link FrameRow} says, for {@link Bytes}'s raw accessors.
   */
  public long row(int i) {
    return rows.window(i * FrameRow.LENGTH, FrameRow.LENGTH);
  }

  /**
   * Gives frame {@code i}, which is the same as frame {@code k} of {@code other}, what decap found
   * of that if it is {@link #plain}.
   */
  public void takeFound(int i, FrameBatch other, int k) {
    plain[i] = other.plain[k];
    if (plain[i] == 0) {
      return;
    }
    long from = other.row(k);
    long to = row(i);
    int moved = start[i] - other.start[k];
    Bytes.putRaw64(to, Bytes.raw64(from));
    Bytes.putRaw64(to + 8, Bytes.raw64(from + 8));
    Bytes.putRaw32(to + FrameRow.L3, Bytes.raw32(from + FrameRow.L3) + moved);
    Bytes.putRaw32(to + FrameRow.L3_END, Bytes.raw32(from + FrameRow.L3_END) + moved);
    Bytes.putRaw64(to + 24, Bytes.raw64(from + 24));
    Bytes.putRaw64(to + FrameRow.MAC, Bytes.raw64(from + FrameRow.MAC));
    segment[i] = other.segment[k];
    fragment[i] = 0;
  }

  /**
   * Fills the columns of frame {@code i} from its row if it is {@link #plain}; it is not from then
   * on.
   */
  public void spread(int i) {
    if (plain[i] == 0) {
      return;
    }
    plain[i] = 0;
    long row = row(i);
    int ip = Bytes.raw32(row + FrameRow.L3);
    int endpoint = Bytes.raw32(row + FrameRow.ENDPOINT);
    int protocolAndFlags = Bytes.raw32(row + FrameRow.PROTOCOL_FLAGS);
    l2[i] = ip - (endpoint == 0 ? TAGGED_LINK : ETHERNET);
    sourceMac[i] = Bytes.raw64(row + FrameRow.MAC);
    remoteEndpoint[i] = endpoint;
    l3[i] = ip;
    l4[i] = ip + IPV4;
    l3End[i] = Bytes.raw32(row + FrameRow.L3_END);
    family[i] = 4;
    sourceAddress[i] = Bytes.raw32(row + FrameRow.SOURCE);
    destinationAddress[i] = Bytes.raw32(row + FrameRow.DESTINATION);
    ports[i] = Bytes.raw32(row + FrameRow.PORTS);
    protocol[i] = protocolAndFlags & 0xff;
    tcpFlags[i] = protocolAndFlags >>> 8;
    fragment[i] = bytes.u16(ip + IPV4_FRAGMENT);
    if (outSegment[i] != NONE) {
      newSource[i] = Bytes.raw32(row + FrameRow.NEW_SOURCE);
      newDestination[i] = Bytes.raw32(row + FrameRow.NEW_DESTINATION);
      newPorts[i] = Bytes.raw32(row + FrameRow.NEW_PORTS);
      nextHopEndpoint[i] = Bytes.raw32(row + FrameRow.NEXT_ENDPOINT);
      nextHopMac[i] = Bytes.raw64(row + FrameRow.NEXT_MAC);
      session[i] = Bytes.raw32(row + FrameRow.SESSION);
      direction[i] = Bytes.raw32(row + FrameRow.DIRECTION);
      list[i] = Bytes.raw32(row + FrameRow.LIST);
      rule[i] = Bytes.raw32(row + FrameRow.RULE);
      generation[i] = Bytes.raw32(row + FrameRow.GENERATION);
    }
  }

  /** {@link #spread} of all frames read. */
  public void spreadAll() {
    for (int i = 0; i < size; i++) {
      spread(i);
    }
  }

  /** Puts {@code i} at the end of the live list. */
  public void addLive(int i) {
    live[liveCount++] = i;
  }

  /**
   * Gives frame {@code i} its verdict; it leaves the live list at the next {@link #keepPending}.
   */
  public void decide(int i, byte newVerdict, int newReason) {
    verdict[i] = newVerdict;
    reason[i] = newReason;
    anyDecided = true;
  }

  /** Takes decided frames off the live list, keeping the order. */
  public void keepPending() {
    if (!anyDecided) {
      return;
    }
    anyDecided = false;
    int kept = 0;
    for (int k = 0; k < liveCount; k++) {
      int i = live[k];
      live[kept] = i;
      kept += verdict[i] == Verdict.PENDING ? 1 : 0;
    }
    liveCount = kept;
  }

  /**
   * Fills every column that has no value before its writer ran with {@code value}; tests poison a
   * batch with it before they run a stage.
   */
  public void poison(int value) {
    for (long[] column : new long[][] {sourceMac, nextHopMac}) {
      Arrays.fill(column, value);
    }
    for (int[] column :
        new int[][] {
          segment,
          l2,
          remoteEndpoint,
          l3,
          l4,
          l3End,
          sourceAddress,
          destinationAddress,
          ports,
          protocol,
          tcpFlags,
          fragment,
          nextHopEndpoint,
          generation,
          newSource,
          newDestination,
          newPorts
        }) {
      Arrays.fill(column, value);
    }
    Arrays.fill(family, (byte) value);
  }

  @Override
  public void close() {
    bytes.close();
    rows.close();
  }

  private void place(int i, int at, int frameLength) {
    start[i] = at;
    length[i] = frameLength;
    captured[i] = frameLength;
  }

  /**
   * Gives the columns that are read before anybody must have written them the value that says so.
   */
  private void forget(int from, int to) {
    Arrays.fill(plain, from, to, (byte) 0);
    Arrays.fill(verdict, from, to, Verdict.PENDING);
    Arrays.fill(reason, from, to, 0);
    Arrays.fill(rule, from, to, NONE);
    Arrays.fill(list, from, to, NONE);
    Arrays.fill(quirk, from, to, 0);
    Arrays.fill(session, from, to, NONE);
    Arrays.fill(direction, from, to, 0);
    Arrays.fill(outSegment, from, to, NONE);
    Arrays.fill(trace, from, to, 0);
  }

  /** An odd number of cache lines after {@code from}, at or behind {@code end}. */
  private static int next(int from, int end) {
    int lines = (end - from + LINE - 1) / LINE;
    return from + (lines | 1) * LINE;
  }
}
