package io.vpcrig.route;

import io.vpcrig.model.Cidr;
import java.lang.invoke.VarHandle;
import java.util.Objects;

/**
 * Longest prefix match over IPv4 for tables of Internet size, in one read for most addresses and
 * two for those near prefixes longer than 24: DIR-24-8-BASIC (Gupta, Lin, McKeown, "Routing Lookups
 * in Hardware at Memory Access Speeds", INFOCOM 1998), with entries of two bytes.
 *
 * <pre>
 *   entry, 16 bits:  0        no route
 *                    1..32767 next hop
 *                    negative the low 15 bits are the number of a block
 *
 *   first[2^24] --&gt; blocks[up to 32768][256]
 *   32 MiB          512 bytes a block
 * </pre>
 *
 * Beside the entries stand the lengths of the prefixes that own them, and the routes themselves
 * ({@link Rib}); lookups touch neither. Adding a route repaints what no longer prefix owns,
 * withdrawing one repaints what it owned with the next shorter prefix. Time is linear in the /24s
 * the prefix covers, up to 2^24 for a default route. All memory is taken at once; a full table
 * refuses and stays as it was.
 *
 * <p>Thread: one writer at a time ({@code add}, {@code withdraw}, {@code size}), any number of
 * readers beside it ({@code find}), without locks. For each address a reader gets the next hop of
 * some moment between the call and the return; a route that covers many /24s changes them one by
 * one, and never to anything but the old or the new answer.
 */
public final class PrefixTable {
  /** No route. */
  public static final int NONE = 0;

  /** Next hops are 1..32767. */
  public static final int MAX_NEXT_HOP = 32_767;

  /** Most blocks a table can have, each for a /24 that holds longer prefixes. */
  public static final int MAX_BLOCKS = 32_768;

  /** Most routes a table can have. */
  public static final int MAX_ROUTES = 1 << 28;

  /** Routes that {@link #forInternet} has room for. */
  public static final int INTERNET_ROUTES = 1 << 20;

  private static final int INTERNET_BLOCKS = 8192;
  private static final int FIRST = 1 << 24;
  private static final int BLOCK_MASK = 0x7fff;
  private static final int BLOCK_FLAG = 0x8000;

  private final Rib rib;
  private final Entries first = new Entries(FIRST);
  private final byte[] firstLengths = new byte[FIRST];
  private final Blocks blocks;

  /**
   * An empty table.
   *
   * @param maxRoutes 1..{@link #MAX_ROUTES}; costs 12 to 24 bytes each
   * @param maxBlocks 1..{@link #MAX_BLOCKS}; costs 776 bytes each
   */
  public PrefixTable(int maxRoutes, int maxBlocks) {
    checkRange("maximum of routes", maxRoutes, 1, MAX_ROUTES);
    checkRange("maximum of blocks", maxBlocks, 1, MAX_BLOCKS);
    rib = new Rib(maxRoutes);
    blocks = new Blocks(maxBlocks);
  }

  /**
   * An empty table with room for a full BGP feed, which has 900,000 routes and prefixes longer than
   * 24 in 500 of its /24s; 70 MiB.
   */
  public static PrefixTable forInternet() {
    return new PrefixTable(INTERNET_ROUTES, INTERNET_BLOCKS);
  }

  /** How many routes there are. */
  public int size() {
    return rib.size();
  }

  /** Blocks in use: /24s that hold longer prefixes. */
  public int blocksUsed() {
    return blocks.used();
  }

  /** Bytes held, for lookups and for updates; the same whatever is in the table. */
  public long memoryBytes() {
    return 4L * first.words.length + firstLengths.length + blocks.memoryBytes() + rib.memoryBytes();
  }

  /** The next hop of the longest prefix that holds {@code address}, {@link #NONE} if none does. */
  public int find(int address) {
    VarHandle.acquireFence(); // A loop that waits for a route must see it come.
    int entry = first.get(address >>> 8);
    return entry >= 0 ? entry : findInBlock(address);
  }

  /**
   * Looks up {@code count} addresses from {@code from} on; their next hops go to {@code nextHops}
   * from 0 on. The reads of a batch overlap, so the more the better: 256 at a time are faster than
   * 64, beyond it nothing is gained.
   *
   * @throws IndexOutOfBoundsException if either array is too short
   */
  public void find(int[] addresses, int from, int count, int[] nextHops) {
    find(addresses, from, count, nextHops, Preferred.FORM);
  }

  /**
   * As {@link #find(int[], int, int, int[])}, by a form of the caller's choice; to compare them.
   *
   * @param form one of {@link LookupForm#available}
   */
  public void find(int[] addresses, int from, int count, int[] nextHops, LookupForm form) {
    Objects.checkFromIndexSize(from, count, addresses.length);
    Objects.checkFromIndexSize(0, count, nextHops.length);
    VarHandle.acquireFence();
    int seen =
        switch (form) {
          case LOOP -> readFirst(first.words, addresses, from, 0, count, nextHops);
          case GATHER -> PrefixGather.readFirst(first.words, addresses, from, count, nextHops);
        };
    if (seen < 0) {
      for (int i = 0; i < count; i++) {
        if (nextHops[i] < 0) {
          nextHops[i] = findInBlock(addresses[from + i]);
        }
      }
    }
  }

  /**
   * Reads the first level's entries of the addresses at {@code from + begin} to {@code from + count
   * - 1}. All of them together, by OR, come back: negative if one names a block.
   *
   * <p>Blocks wait for a second loop, since a branch here would keep the compiler from unrolling:
   * 117 instead of 184 million lookups/s on addresses drawn from the routes. Inlined into its
   * caller the loop is compiled to code of half the speed, 65 instead of 125 million random
   * lookups/s.
   */
  // The launcher and src/jmh/jvm.args keep this method from being inlined by name.
  static int readFirst(
      int[] words, int[] addresses, int from, int begin, int count, int[] entries) {
    int seen = 0;
    for (int i = begin; i < count; i++) {
      int entry = Entries.get(words, addresses[from + i] >>> 8);
      entries[i] = entry;
      seen |= entry;
    }
    return seen;
  }

  /** Looks up an address whose first entry named a block; it may name another by now, or none. */
  private int findInBlock(int address) {
    int slot = address >>> 8;
    int entry = first.get(slot);
    while (entry < 0) {
      int block = entry & BLOCK_MASK;
      int loan = blocks.loan(block);
      int now = first.get(slot);
      if (now == entry) {
        VarHandle.acquireFence(); // What the block was filled with is seen.
        int found = blocks.entry(block, address & 0xff);
        if (blocks.isStill(block, loan)) {
          return found;
        }
      }
      entry = now;
    }
    return entry;
  }

  /**
   * Adds a route, or gives an existing one another next hop.
   *
   * @param address bits beyond {@code length} are ignored
   * @param length 0..32
   * @param nextHop 1..{@link #MAX_NEXT_HOP}
   * @return the next hop the prefix had before, {@link #NONE} if it is new
   * @throws IllegalArgumentException if a number is out of its range
   * @throws IllegalStateException if the table is full; it is then as before
   */
  public int add(int address, int length, int nextHop) {
    checkRange("prefix length", length, 0, 32);
    checkRange("next hop", nextHop, 1, MAX_NEXT_HOP);
    int prefix = address & Cidr.mask(length);
    int before = rib.get(prefix, length);
    if (before == NONE) {
      checkRoom(prefix, length);
    }
    rib.put(prefix, length, nextHop);
    if (length > 24 && before == NONE) {
      blocks.countLong(ownBlock(prefix >>> 8), 1);
    }
    repaint(prefix, length, 0, nextHop, length);
    return before;
  }

  /**
   * Takes a route away; its addresses go to the next shorter prefix that covers them.
   *
   * @param address bits beyond {@code length} are ignored
   * @param length 0..32
   * @return the next hop it had, {@link #NONE} if there was no such route
   * @throws IllegalArgumentException if the length is out of its range
   */
  public int withdraw(int address, int length) {
    checkRange("prefix length", length, 0, 32);
    int prefix = address & Cidr.mask(length);
    int before = rib.get(prefix, length);
    if (before == NONE) {
      return NONE;
    }
    rib.remove(prefix, length);
    int covering = rib.coveringLength(prefix, length);
    int nextHop = covering < 0 ? NONE : rib.get(prefix & Cidr.mask(covering), covering);
    repaint(prefix, length, length, nextHop, Math.max(covering, 0));
    if (length > 24) {
      leaveBlock(prefix >>> 8);
    }
    return before;
  }

  private void checkRoom(int prefix, int length) {
    if (rib.isFull()) {
      throw full(prefix, length, rib.size() + " routes");
    }
    if (length > 24 && first.get(prefix >>> 8) >= 0 && blocks.used() == blocks.count()) {
      throw full(prefix, length, blocks.count() + " /24s with prefixes longer than 24");
    }
  }

  private static IllegalStateException full(int prefix, int length, String maximum) {
    return new IllegalStateException(
        "no room for " + new Cidr(prefix, length) + ": the table has its maximum of " + maximum);
  }

  /** The block of a /24, lent if it has none yet. */
  private int ownBlock(int slot) {
    int entry = first.get(slot);
    if (entry < 0) {
      return entry & BLOCK_MASK;
    }
    int block = blocks.lend(entry, firstLengths[slot]);
    VarHandle.releaseFence(); // Who sees the block's number sees what it is filled with.
    first.set(slot, BLOCK_FLAG | block);
    return block;
  }

  /** Gives a block back once its /24 holds no longer prefix: all its entries are then the same. */
  private void leaveBlock(int slot) {
    int block = first.get(slot) & BLOCK_MASK;
    if (blocks.countLong(block, -1) == 0) {
      firstLengths[slot] = (byte) blocks.length(block, 0);
      first.set(slot, blocks.entry(block, 0));
      blocks.giveBack(block);
    }
  }

  /**
   * Sets the entries of a prefix that are owned by prefixes of {@code shortest..length}.
   *
   * @param owner length of the prefix that owns them from now on
   */
  private void repaint(int prefix, int length, int shortest, int entry, int owner) {
    int slot = prefix >>> 8;
    if (length > 24) {
      int block = first.get(slot) & BLOCK_MASK;
      int last = prefix & 0xff;
      repaintBlock(block, last, last + (1 << 32 - length), length, shortest, entry, owner);
      return;
    }
    for (int end = slot + (1 << 24 - length); slot < end; slot++) {
      int now = first.get(slot);
      if (now < 0) {
        repaintBlock(now & BLOCK_MASK, 0, Blocks.SIZE, length, shortest, entry, owner);
      } else if (firstLengths[slot] >= shortest && firstLengths[slot] <= length) {
        first.set(slot, entry);
        firstLengths[slot] = (byte) owner;
      }
    }
  }

  private void repaintBlock(
      int block, int from, int to, int length, int shortest, int entry, int owner) {
    for (int last = from; last < to; last++) {
      int now = blocks.length(block, last);
      if (now >= shortest && now <= length) {
        blocks.set(block, last, entry, owner);
      }
    }
  }

  private static void checkRange(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(what + " " + value + ", legal " + least + ".." + most);
    }
  }

  /** Apart, so that the Vector API is loaded by the first batch and not by building a table. */
  private static final class Preferred {
    static final LookupForm FORM = LookupForm.preferred();
  }
}
