package io.vpcrig.session;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.Ipv4;
import java.util.Arrays;

/**
 * Fragments of datagrams that are not complete, until they are. Rules are Linux'
 * (net/ipv4/ip_fragment.c): a fragment that lies within what came already is a duplicate and
 * ignored, one that overlaps otherwise ends its datagram (RFC 5722), as does one that leads beyond
 * 65535 bytes or contradicts the end.
 *
 * <pre>
 *   buckets[] --&gt; HeldDatagram --&gt; HeldFragment --&gt; HeldFragment      order of arrival
 *                     |                 | block          | block
 *   oldest .. newest (list)        | 512 bytes | --next--&gt; | 512 bytes |   off-heap, with a free list
 * </pre>
 *
 * Bounds: memory in blocks of 512 bytes, {@link #MAX_FRAGMENTS} per datagram. Where memory runs out
 * expired datagrams are forgotten, oldest first; if that is not enough the datagram in need is.
 * Time is the frames' own: a datagram expires {@link #TIMEOUT_NS} after its first fragment, seen
 * when another fragment of it comes, so that the outcome does not depend on other frames. (Memory
 * does; hence the bound is generous.)
 *
 * <p>Not taken over: {@code ipfrag_max_dist}, which ends a datagram after 64 other fragments of the
 * same source, and the ICMP error of an expired datagram.
 *
 * <p>Thread: one worker. Records are made when first needed and then reused.
 */
public final class FragmentTable implements AutoCloseable {
  /** Linux' {@code ipfrag_high_thresh}. */
  public static final int DEFAULT_MEMORY = 4 << 20;

  /** Linux' {@code ipfrag_time}, 30 s. */
  public static final long TIMEOUT_NS = 30_000_000_000L;

  /** Enough for 65535 bytes over a link of 296 bytes (RFC 1144's smallest). */
  public static final int MAX_FRAGMENTS = 256;

  /** Outcomes of {@link #offer}: held now. */
  public static final int HOLD = 0;

  /** The datagram is complete with this frame; {@link #release} must follow. */
  public static final int COMPLETE = 1;

  /** Ignored. */
  public static final int DUPLICATE = 2;

  /** The datagram was forgotten, since its fragments contradict each other. */
  public static final int OVERLAP = 3;

  /** The datagram was forgotten, since there is no memory for this fragment. */
  public static final int LIMIT = 4;

  /** The datagram was forgotten, since this fragment carries nothing. */
  public static final int EMPTY = 5;

  /** The datagram was forgotten, since its transport header is cut in two. */
  public static final int SHORT = 6;

  private static final int BLOCK = 512;
  private static final int MAX_DATAGRAM = 65_535;
  private static final int END = -1;

  private final Bytes memory;
  private final int[] nextBlock;
  private final HeldDatagram[] buckets;
  private int freeBlock;
  private int freeBlocks;
  private HeldFragment freeFragments;
  private HeldDatagram freeDatagrams;
  private HeldDatagram oldest;
  private HeldDatagram newest;
  private int datagrams;

  /** The datagram that {@link #offer} found complete. */
  private HeldDatagram completed;

  /**
   * @param memoryBytes for bytes of frames, 65536..2^30
   */
  public FragmentTable(int memoryBytes) {
    if (memoryBytes < 1 << 16 || memoryBytes > 1 << 30) {
      throw new IllegalArgumentException(
          "fragment memory of " + memoryBytes + " bytes, legal 65536..1073741824");
    }
    int blocks = memoryBytes / BLOCK;
    memory = Bytes.allocate(blocks * BLOCK);
    nextBlock = new int[blocks];
    for (int k = 0; k < blocks; k++) {
      nextBlock[k] = k + 1 < blocks ? k + 1 : END;
    }
    freeBlocks = blocks;
    buckets = new HeldDatagram[Math.max(64, Integer.highestOneBit(blocks) / 2)];
  }

  public FragmentTable() {
    this(DEFAULT_MEMORY);
  }

  /** Datagrams not complete, expired ones included. */
  public int datagrams() {
    return datagrams;
  }

  /** Bytes not in use. */
  public int freeBytes() {
    return freeBlocks * BLOCK;
  }

  /**
   * Segments have other numbers now. Datagrams that came by one that is gone will never be
   * complete.
   *
   * @param change the new number of each
   */
  public void renumber(RouteChange change) {
    Arrays.fill(buckets, null);
    for (HeldDatagram datagram = oldest; datagram != null; datagram = datagram.newer) {
      datagram.renumber(change);
      link(datagram);
    }
  }

  /**
   * Takes note of frame {@code i}, an IPv4 fragment with valid headers. Only after {@link #HOLD}
   * the frame's bytes and columns are kept here.
   */
  public int offer(FrameBatch batch, int i) {
    int l3 = batch.l3[i];
    int headerLength = Ipv4.headerLength(batch.bytes, l3);
    int from = Ipv4.fragmentOffset(batch.fragment[i]);
    int to = from + batch.l3End[i] - l3 - headerLength;
    boolean last = (batch.fragment[i] & Ipv4.MORE_FRAGMENTS) == 0;
    if (!last) {
      // Data of all but the last fragment counts in units of 8 bytes (RFC 791 3.2).
      to &= ~7;
    }
    HeldDatagram datagram = find(batch, i);
    if (datagram == null) {
      datagram = begin(batch, i);
    }
    int outcome = judge(datagram, batch, i, headerLength, from, to, last);
    if (outcome == HOLD && !hold(datagram, batch, i, from, to)) {
      outcome = LIMIT;
    }
    if (outcome == COMPLETE) {
      completed = datagram;
    } else if (outcome != HOLD && outcome != DUPLICATE) {
      forget(datagram);
    }
    return outcome;
  }

  private static int judge(
      HeldDatagram datagram,
      FrameBatch batch,
      int i,
      int headerLength,
      int from,
      int to,
      boolean last) {
    if (headerLength + to > MAX_DATAGRAM || !datagram.accepts(to, last)) {
      return OVERLAP;
    }
    if (to <= from) {
      return EMPTY;
    }
    int outcome = datagram.meet(from, to);
    if (outcome != HOLD) {
      return outcome;
    }
    if (from == 0) {
      if (batch.l4[i] == FrameBatch.NONE && hasTransportHeader(batch.protocol[i])) {
        return SHORT;
      }
      datagram.ports = batch.ports[i];
      datagram.tcpFlags = batch.tcpFlags[i];
    }
    return datagram.isCompletedBy(to - from) ? COMPLETE : HOLD;
  }

  /**
   * After {@link #COMPLETE}: makes extras of the fragments held, in order of arrival, caused by
   * frame {@code i}, and gives them and {@code i} the ports and TCP flags of the first fragment.
   * Writes the indices of all of them to {@code order} from {@code at} on, the one with offset 0
   * first, then by arrival. The datagram is forgotten.
   *
   * @return number of indices written; less than all if the batch had no room, {@code i} not among
   *     them
   */
  public int release(FrameBatch batch, int i, int[] order, int at) {
    HeldDatagram datagram = completed;
    completed = null;
    int written = at;
    for (HeldFragment held = datagram.first; held != null; held = held.next) {
      int extra = batch.addExtra(i, held.length);
      if (extra == FrameBatch.NONE) {
        forget(datagram);
        return written - at;
      }
      read(held, batch.bytes, batch.start[extra]);
      held.restore(batch, extra);
      batch.ports[extra] = datagram.ports;
      batch.tcpFlags[extra] = datagram.tcpFlags;
      written = place(order, at, written, extra, held.offset == 0);
    }
    batch.ports[i] = datagram.ports;
    batch.tcpFlags[i] = datagram.tcpFlags;
    written = place(order, at, written, i, Ipv4.fragmentOffset(batch.fragment[i]) == 0);
    forget(datagram);
    return written - at;
  }

  /** How many frames {@link #release} will write. */
  int completedFrames() {
    return completed.count + 1;
  }

  @Override
  public void close() {
    memory.close();
  }

  private static int place(int[] order, int at, int end, int index, boolean inFront) {
    if (inFront) {
      System.arraycopy(order, at, order, at + 1, end - at);
      order[at] = index;
    } else {
      order[end] = index;
    }
    return end + 1;
  }

  private static boolean hasTransportHeader(int protocol) {
    return protocol == Ipv4.TCP || protocol == Ipv4.UDP || protocol == Ipv4.ICMP;
  }

  /** The datagram of frame {@code i} if there is one and it is in time. */
  private HeldDatagram find(FrameBatch batch, int i) {
    HeldDatagram datagram = buckets[HeldDatagram.hash(batch, i) & buckets.length - 1];
    while (datagram != null && !datagram.matches(batch, i)) {
      datagram = datagram.next;
    }
    if (datagram != null && datagram.isExpired(batch.timestampNs[i])) {
      forget(datagram);
      return null;
    }
    return datagram;
  }

  private HeldDatagram begin(FrameBatch batch, int i) {
    HeldDatagram datagram = freeDatagrams;
    if (datagram == null) {
      datagram = new HeldDatagram();
    } else {
      freeDatagrams = datagram.next;
    }
    datagram.begin(batch, i, TIMEOUT_NS);
    link(datagram);
    datagram.older = newest;
    datagram.newer = null;
    if (newest == null) {
      oldest = datagram;
    } else {
      newest.newer = datagram;
    }
    newest = datagram;
    datagrams++;
    return datagram;
  }

  private void link(HeldDatagram datagram) {
    int bucket = datagram.hash() & buckets.length - 1;
    datagram.next = buckets[bucket];
    buckets[bucket] = datagram;
  }

  /** Takes a datagram out of all lists and frees everything it holds. */
  private void forget(HeldDatagram datagram) {
    for (HeldFragment held = datagram.first; held != null; ) {
      HeldFragment next = held.next;
      freeBytes(held);
      held.run = null;
      held.next = freeFragments;
      freeFragments = held;
      held = next;
    }
    int bucket = datagram.hash() & buckets.length - 1;
    if (buckets[bucket] == datagram) {
      buckets[bucket] = datagram.next;
    } else {
      HeldDatagram before = buckets[bucket];
      while (before.next != datagram) {
        before = before.next;
      }
      before.next = datagram.next;
    }
    if (datagram.older == null) {
      oldest = datagram.newer;
    } else {
      datagram.older.newer = datagram.newer;
    }
    if (datagram.newer == null) {
      newest = datagram.older;
    } else {
      datagram.newer.older = datagram.older;
    }
    datagram.first = null;
    datagram.older = null;
    datagram.newer = null;
    datagram.next = freeDatagrams;
    freeDatagrams = datagram;
    datagrams--;
  }

  private boolean hold(HeldDatagram datagram, FrameBatch batch, int i, int from, int to) {
    int blocks = blocksOf(batch.length[i]);
    while (freeBlocks < blocks && oldest != datagram && oldest.isExpired(batch.timestampNs[i])) {
      forget(oldest);
    }
    if (freeBlocks < blocks || datagram.count >= MAX_FRAGMENTS - 1) {
      return false;
    }
    HeldFragment held = freeFragments;
    if (held == null) {
      held = new HeldFragment();
    } else {
      freeFragments = held.next;
    }
    held.save(batch, i);
    held.offset = from;
    held.end = to;
    write(held, batch.bytes, batch.start[i], blocks);
    datagram.append(held);
    return true;
  }

  /** At least one, so that records are bounded by blocks. */
  private static int blocksOf(int length) {
    return Math.max(1, (length + BLOCK - 1) / BLOCK);
  }

  private void write(HeldFragment held, Bytes source, int start, int blocks) {
    held.block = freeBlock;
    int block = END;
    for (int k = 0; k < blocks; k++) {
      block = freeBlock;
      freeBlock = nextBlock[block];
      int done = k * BLOCK;
      memory.put(block * BLOCK, source, start + done, Math.min(BLOCK, held.length - done));
    }
    nextBlock[block] = END;
    freeBlocks -= blocks;
  }

  private void read(HeldFragment held, Bytes target, int start) {
    int block = held.block;
    for (int done = 0; done < held.length; done += BLOCK) {
      target.put(start + done, memory, block * BLOCK, Math.min(BLOCK, held.length - done));
      block = nextBlock[block];
    }
  }

  private void freeBytes(HeldFragment held) {
    int last = held.block;
    while (nextBlock[last] != END) {
      last = nextBlock[last];
    }
    nextBlock[last] = freeBlock;
    freeBlock = held.block;
    freeBlocks += blocksOf(held.length);
  }
}
