package io.vpcrig.live;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntPredicate;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * Who has which MAC, as ARP told (RFC 826), with Linux's states (RFC 4861 7.3 for IPv4 as well): a
 * frame to a neighbour not known yet waits until it is, an entry not confirmed for long is asked
 * for again while it is still used.
 *
 * <pre>
 *   INCOMPLETE -answer-> REACHABLE -{@link #REACHABLE_NS}-> stale, used -> asked 3 times, 1 s apart -> gone
 * </pre>
 *
 * <p>Bounded: {@link #MOST} neighbours, {@link #MOST_WAITING} frames for each. Thread: one.
 * Allocates for new neighbours and waiting frames only.
 */
final class Neighbours {
  /** Most neighbours at once (Linux: gc_thresh3 is 1,024 for each table). */
  static final int MOST = 1 << 16;

  /** Most frames that wait for one neighbour; the oldest goes first (Linux: about 100). */
  static final int MOST_WAITING = 101;

  /** How long an answer counts (Linux: base_reachable_time, 15 to 45 s by chance). */
  static final long REACHABLE_NS = 30_000_000_000L;

  static final long RETRY_NS = 1_000_000_000L;
  static final int TRIES = 3;

  /** MAC of a neighbour that is not known. */
  static final long UNKNOWN = -1;

  private final Long2ObjectHashMap<Entry> entries = new Long2ObjectHashMap<>();
  private final Asker asker;
  private long lostFrames;

  /** Sends a question for an address, and frames that waited for its answer. */
  interface Asker {
    /**
     * Asks.
     *
     * @param mac of the one who had the address, {@link #UNKNOWN} to ask all
     */
    void ask(int segment, int address, long mac);

    /** Sends a frame that waited. */
    void release(int segment, byte[] frame, long mac);
  }

  private static final class Entry {
    private int segment;
    private final int address;
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
    private long mac = UNKNOWN;
    private long confirmedNs;
    private boolean doubted;
    private long askedNs;
    private int tries;

    Entry(int segment, int address) {
      this.segment = segment;
      this.address = address;
    }
  }

  Neighbours(Asker asker) {
    this.asker = asker;
  }

  private static long key(int segment, int address) {
    return (long) segment << 32 | address & 0xffff_ffffL;
  }

  /** MAC of a neighbour; {@link #UNKNOWN} if it is not known, then it is being asked for. */
  long mac(int segment, int address, long nowNs) {
    Entry entry = entries.get(key(segment, address));
    if (entry == null) {
      return UNKNOWN;
    }
    if (entry.mac != UNKNOWN && nowNs - entry.confirmedNs > REACHABLE_NS) {
      askAgain(entry, nowNs);
    }
    return entry.mac;
  }

  /** Keeps a frame until the neighbour is known. */
  void await(int segment, int address, byte[] frame, long nowNs) {
    Entry entry = entries.get(key(segment, address));
    if (entry == null) {
      if (entries.size() == MOST) {
        lostFrames++;
        return;
      }
      entry = new Entry(segment, address);
      entries.put(key(segment, address), entry);
    }
    if (entry.waiting.size() == MOST_WAITING) {
      entry.waiting.removeFirst();
      lostFrames++;
    }
    entry.waiting.add(frame);
    askAgain(entry, nowNs);
  }

  /** Takes note of what an ARP message says. Unasked news count only of whom we know already. */
  void learn(int segment, int address, long mac, boolean toUs, long nowNs) {
    Entry entry = entries.get(key(segment, address));
    if (entry == null) {
      if (!toUs || entries.size() == MOST) {
        return;
      }
      entry = new Entry(segment, address);
      entries.put(key(segment, address), entry);
    }
    entry.mac = mac;
    entry.confirmedNs = nowNs;
    entry.doubted = false;
    entry.tries = 0;
    while (!entry.waiting.isEmpty()) {
      asker.release(segment, entry.waiting.removeFirst(), mac);
    }
  }

  /** Asks again for whom frames wait, and gives up on who does not answer. About once a second. */
  void tick(long nowNs) {
    for (Iterator<Entry> all = entries.values().iterator(); all.hasNext(); ) {
      Entry entry = all.next();
      boolean due = entry.tries > 0 && nowNs - entry.askedNs >= RETRY_NS;
      if (due && entry.tries >= TRIES) {
        lostFrames += entry.waiting.size();
        all.remove();
      } else if (due) {
        askAgain(entry, nowNs);
      }
    }
  }

  /**
   * Asks everybody of some segments anew who has their addresses: others may be there now. Until
   * they answer frames go where they went.
   */
  void doubt(IntPredicate segments, long nowNs) {
    for (Entry entry : new ArrayList<>(entries.values())) {
      if (segments.test(entry.segment)) {
        entry.doubted = true;
        entry.tries = 0;
        askAgain(entry, nowNs);
      }
    }
  }

  private void askAgain(Entry entry, long nowNs) {
    if (entry.tries > 0 && nowNs - entry.askedNs < RETRY_NS) {
      return;
    }
    entry.askedNs = nowNs;
    entry.tries++;
    asker.ask(entry.segment, entry.address, entry.doubted ? UNKNOWN : entry.mac);
  }

  /** Keeps everybody where segments have other numbers, but for those of segments that are gone. */
  void renumber(SegmentMoves moves) {
    List<Entry> known = new ArrayList<>(entries.values());
    entries.clear();
    for (Entry entry : known) {
      entry.segment = moves.of(entry.segment);
      if (entry.segment == SegmentMoves.GONE) {
        lostFrames += entry.waiting.size();
      } else {
        entries.put(key(entry.segment, entry.address), entry);
      }
    }
  }

  /** Forgets everybody. */
  void clear() {
    for (Entry entry : entries.values()) {
      lostFrames += entry.waiting.size();
    }
    entries.clear();
  }

  int size() {
    return entries.size();
  }

  /** Frames given up while they waited. */
  long lostFrames() {
    return lostFrames;
  }
}
