package io.vpcrig.session;

/**
 * Finds entries by 32-bit tag: lines of eight slots, one cache line each, compared all at once
 * without a branch per slot.
 *
 * <pre>
 *   line, 64 bytes: | tag 0 | tag 1 | ... | tag 7 | entry 0 | entry 1 | ... | entry 7 |
 * </pre>
 *
 * A tag of 0 is an empty slot. An entry's home is the line at tag / 2^32 of the way through the
 * memory, by one multiplication, so that there may be any number of lines; a full line overflows
 * into the next. Invariant: all lines from an entry's home up to the line before its own are full,
 * so a search ends at the first line with an empty slot. Since home follows from the tag alone,
 * growing and deleting never read a record, and since it keeps the order of tags, growing walks
 * through both memories in order.
 *
 * <p>Grows by half at five and a half entries a line on average, so an entry takes 11.6 to 17.5
 * bytes. Doubling would take up to 23.
 */
final class TagIndex implements AutoCloseable {
  static final int NONE = -1;

  private static final int LINE_SHIFT = 6;
  private static final int ENTRIES = 32;
  private static final int SLOTS = 8;

  /** Twice the entries per line, on average, at which it grows. */
  private static final int MEAN_PER_TWO_LINES = 11;

  private static final int MIN_LINES = 8;
  private static final int FIRST_LINES = 1024;
  private static final long UNSIGNED = 0xffff_ffffL;
  private static final long NOT_SIGNS = 0x7fff_ffff_7fff_ffffL;
  private static final long SIGNS = ~NOT_SIGNS;

  private OffHeap memory;
  private int lines;
  private int size;

  /**
   * @param capacity entries at most; only tells how small to begin
   */
  TagIndex(int capacity) {
    int needed = Math.max(MIN_LINES, 2 * capacity / MEAN_PER_TWO_LINES);
    allocate(Math.min(needed, FIRST_LINES));
  }

  int size() {
    return size;
  }

  int lines() {
    return lines;
  }

  /** Bytes held. */
  long memoryBytes() {
    return (long) lines << LINE_SHIFT;
  }

  /** Offset of the home line of a tag. */
  int home(int tag) {
    return home(tag, lines);
  }

  private static int home(int tag, int lines) {
    return (int) ((tag & UNSIGNED) * lines >>> 32) << LINE_SHIFT;
  }

  /** Offset of the line after the line at {@code line}. */
  int next(int line) {
    int next = line + (1 << LINE_SHIFT);
    return next == lines << LINE_SHIFT ? 0 : next;
  }

  /** Brings the home lines of {@code tags} into the cache; the value has no meaning. */
  long touch(int[] tags, int count) {
    OffHeap buffer = memory;
    int among = lines;
    long seen = 0;
    for (int k = 0; k < count; k++) {
      seen += buffer.getLong(home(tags[k], among));
    }
    return seen;
  }

  /** For each tag the first entry that has it; NONE if there is none. */
  void match(int[] tags, int[] hints, int count) {
    OffHeap buffer = memory;
    int among = lines;
    for (int k = 0; k < count; k++) {
      int tag = tags[k];
      int line = home(tag, among);
      long match = match(buffer, line, tag);
      if (match != 0) {
        hints[k] = buffer.getInt(line + ENTRIES + (slot(match) << 2));
      } else {
        hints[k] = match(buffer, line, 0) == 0 ? first(next(line), tag) : NONE;
      }
    }
  }

  /** The first entry of a tag from a line on; NONE if there is none. */
  private int first(int from, int tag) {
    int line = from;
    while (true) {
      long match = match(line, tag);
      if (match != 0) {
        return entry(line, slot(match));
      }
      if (!isFull(line)) {
        return NONE;
      }
      line = next(line);
    }
  }

  /** The slots of the line at {@code line} that hold {@code tag}, for {@link #slot} and x & x-1. */
  long match(int line, int tag) {
    return match(memory, line, tag);
  }

  private static long match(OffHeap buffer, int line, int tag) {
    long twice = tag & 0xffff_ffffL | (long) tag << 32;
    return zeros(buffer.getLongLe(line) ^ twice) >>> 31
        | zeros(buffer.getLongLe(line + 8) ^ twice) >>> 30
        | zeros(buffer.getLongLe(line + 16) ^ twice) >>> 29
        | zeros(buffer.getLongLe(line + 24) ^ twice) >>> 28;
  }

  boolean isFull(int line) {
    return match(line, 0) == 0;
  }

  /** The first slot of a {@link #match} that is not 0. */
  static int slot(long match) {
    int bit = Long.numberOfTrailingZeros(match);
    return (bit & 31) << 1 | bit >>> 5;
  }

  int entry(int line, int slot) {
    return memory.getInt(line + ENTRIES + (slot << 2));
  }

  int tag(int line, int slot) {
    return memory.getIntLe(line + (slot << 2));
  }

  void add(int tag, int entry) {
    if (2L * size >= (long) lines * MEAN_PER_TWO_LINES) {
      grow();
    }
    insert(tag, entry);
    size++;
  }

  /** Takes out an entry that is there. */
  void remove(int tag, int entry) {
    int line = home(tag);
    while (true) {
      for (long m = match(line, tag); m != 0; m &= m - 1) {
        int slot = slot(m);
        if (entry(line, slot) == entry) {
          size--;
          removeAt(line, slot);
          return;
        }
      }
      if (!isFull(line)) {
        throw new IllegalStateException("entry " + entry + " is not in the index");
      }
      line = next(line);
    }
  }

  /** Empties a slot and pulls entries back that had overflowed past it. */
  private void removeAt(int line, int slot) {
    boolean full = isFull(line);
    put(line, slot, 0, 0);
    int hole = line;
    int holeSlot = slot;
    int from = line;
    while (full) {
      from = next(from);
      if (from == line) {
        return;
      }
      full = isFull(from);
      int moved = slotOfHomeUpTo(hole, from);
      if (moved != NONE) {
        put(hole, holeSlot, tag(from, moved), entry(from, moved));
        put(from, moved, 0, 0);
        hole = from;
        holeSlot = moved;
      }
    }
  }

  /** A slot of the line {@code from} whose home is {@code hole} or before it. */
  private int slotOfHomeUpTo(int hole, int from) {
    int distance = distance(hole, from);
    for (int slot = 0; slot < SLOTS; slot++) {
      int tag = tag(from, slot);
      if (tag != 0 && distance(home(tag), from) >= distance) {
        return slot;
      }
    }
    return NONE;
  }

  /** Bytes from one line on to another, around the end. */
  private int distance(int line, int later) {
    return later >= line ? later - line : later - line + (lines << LINE_SHIFT);
  }

  private void insert(int tag, int entry) {
    int line = home(tag);
    long empty = match(line, 0);
    while (empty == 0) {
      line = next(line);
      empty = match(line, 0);
    }
    put(line, slot(empty), tag, entry);
  }

  private void grow() {
    OffHeap old = memory;
    int oldBytes = lines << LINE_SHIFT;
    allocate(lines + (lines >> 1));
    for (int at = 0; at < oldBytes; at += 1 << LINE_SHIFT) {
      for (int slot = 0; slot < SLOTS; slot++) {
        int tag = old.getIntLe(at + (slot << 2));
        if (tag != 0) {
          insert(tag, old.getInt(at + ENTRIES + (slot << 2)));
        }
      }
    }
    old.close();
  }

  private void allocate(int newLines) {
    lines = newLines;
    memory = new OffHeap(newLines << LINE_SHIFT);
    memory.zero();
  }

  private void put(int line, int slot, int tag, int entry) {
    memory.putIntLe(line + (slot << 2), tag);
    memory.putInt(line + ENTRIES + (slot << 2), entry);
  }

  /** The sign bit of each half that is 0, exact. */
  private static long zeros(long x) {
    return ~((x & NOT_SIGNS) + NOT_SIGNS | x) & SIGNS;
  }

  @Override
  public void close() {
    memory.close();
  }
}
