package io.vpcrig.session;

import java.util.function.IntConsumer;

/**
 * The connections of one worker: found from both directions, bounded, ended by time.
 *
 * <p>A session has two tuples, as in Linux: the original one as its first packet arrived, and the
 * reply one as answers arrive. Where the reply tuple is not the plain inverse of the original one,
 * addresses are translated: a packet of direction d leaves as the inverse of the other direction's
 * tuple. An <i>entry</i> is {@code number << 1 | direction}, direction 0 the original.
 *
 * <p>Time is the caller's, nanoseconds of any epoch. A session is over when {@code now >= expires};
 * lookups test that themselves, so when {@link #expire} runs has no effect on what is found. Time
 * may step back by up to a second without effect; a larger step back may find sessions gone that
 * other frames' time has ended.
 *
 * <p>When the table is full, sessions that are over are ended first; then one that is not assured
 * gives way in the eight index lines from the new tuple's home (as Linux's early drop does); else
 * creation fails. A number that ended is not used again for {@value #REUSE_DISTANCE} creations, so
 * what a frame's column names can be read until the batch is done.
 *
 * <p>Thread: one worker. Memory: 80 bytes a session, touched when first used (64 of record, 8 of
 * its start, 8 of timer link), and an index of 23 to 35 bytes a session that grows by half as
 * needed.
 */
public final class SessionTable extends SessionRecords {
  /** {@link #create}: no room, and nothing that could give way. */
  public static final int FULL = -1;

  /** {@link #create}: a live session has one of the tuples. */
  public static final int TAKEN = -2;

  public static final int MAX_CAPACITY = 10_000_000;

  /** Creations between the end of a session and the next use of its number. */
  static final int REUSE_DISTANCE = 8192;

  /** Nanoseconds per tick of the wheel, as a shift: 1.07 s. */
  private static final int TICK_SHIFT = 30;

  /** A session is taken off the table by the wheel at least one whole tick after it is over. */
  private static final int SLACK_TICKS = 2;

  private static final int DROP_LINES = 8;

  private static final int EXPIRED_AT_ONCE = 64;

  private final int capacity;
  private final SessionListener listener;
  private final TagIndex index;
  private final TimerWheel wheel;
  private final FreeNumbers free;
  private boolean learnsMacs = true;
  private final int[] due = new int[EXPIRED_AT_ONCE];
  private final int[] dueTags = new int[2 * EXPIRED_AT_ONCE];
  private long touched;
  private int size;
  private long created;
  private long droppedEarly;

  /** Takes what a session counted, while it can be read. Must not change the table. */
  @FunctionalInterface
  public interface CountTaker {
    void take(SessionTable table, int number);
  }

  /**
   * @param capacity sessions at most, 1..{@link #MAX_CAPACITY}
   */
  public SessionTable(int capacity, SessionListener listener) {
    super(checked(capacity) + REUSE_DISTANCE);
    this.capacity = capacity;
    this.listener = listener;
    this.index = new TagIndex(2 * capacity);
    this.wheel = new TimerWheel(capacity + REUSE_DISTANCE);
    this.free = new FreeNumbers(capacity + REUSE_DISTANCE, REUSE_DISTANCE);
  }

  /** Whether packets go to the MAC that those of the other direction come from. */
  public boolean learnsMacs() {
    return learnsMacs;
  }

  /** Has it learn MACs or not. Before the first session. */
  public void learnMacs(boolean learns) {
    learnsMacs = learns;
  }

  private static int checked(int capacity) {
    if (capacity < 1 || capacity > MAX_CAPACITY) {
      throw new IllegalArgumentException(
          "session capacity " + capacity + ", legal 1.." + MAX_CAPACITY);
    }
    return capacity;
  }

  // --- finding ---

  /**
   * The entry of a tuple as it arrives, {@code number << 1 | direction}; NONE if there is none.
   * Ends the session if it is over: only for frames in the order they came.
   */
  public int find(int source, int destination, int ports, int protocol, long nowNs) {
    int tag = Tuples.tag(source, destination, ports, protocol);
    return find(tag, source, destination, ports, protocol, nowNs);
  }

  private int find(int tag, int source, int destination, int ports, int protocol, long nowNs) {
    int entry = locate(tag, source, destination, ports, protocol);
    if (entry == NONE || nowNs < expiresNs(entry >>> 1)) {
      return entry;
    }
    end(entry >>> 1);
    return NONE;
  }

  /**
   * As {@link #find}, but leaves a session that is over where it is: for looking ahead. An earlier
   * frame of the batch may still have to find its tuple in use.
   */
  int peek(int source, int destination, int ports, int protocol, long nowNs) {
    int tag = Tuples.tag(source, destination, ports, protocol);
    return ifAlive(locate(tag, source, destination, ports, protocol), nowNs);
  }

  /** The entry of a tuple, alive or over. */
  private int locate(int tag, int source, int destination, int ports, int protocol) {
    int line = index.home(tag);
    while (true) {
      for (long m = index.match(line, tag); m != 0; m &= m - 1) {
        int entry = index.entry(line, TagIndex.slot(m));
        if (matches(entry, source, destination, ports, protocol)) {
          return entry;
        }
      }
      if (!index.isFull(line)) {
        return NONE;
      }
      line = index.next(line);
    }
  }

  /** As {@link #peek}, given what {@link SessionProbe} found out before. */
  int confirm(int hint, int source, int destination, int ports, int protocol, long nowNs) {
    if (hint >= 0 && matches(hint, source, destination, ports, protocol)) {
      return ifAlive(hint, nowNs);
    }
    return hint == TagIndex.NONE ? NONE : peek(source, destination, ports, protocol, nowNs);
  }

  private int ifAlive(int entry, long nowNs) {
    return entry != NONE && nowNs < expiresNs(entry >>> 1) ? entry : NONE;
  }

  // --- beginning and ending ---

  /**
   * Makes a session. Tuples are written as the packets of that direction arrive.
   *
   * @param expiresNs when it is over, as {@link #setExpiresNs}
   * @return its number, {@link #FULL} or {@link #TAKEN}
   */
  public int create(
      int source,
      int destination,
      int ports,
      int replySource,
      int replyDestination,
      int replyPorts,
      int protocol,
      long nowNs,
      long expiresNs) {
    int tag = Tuples.tag(source, destination, ports, protocol);
    int replyTag = Tuples.tag(replySource, replyDestination, replyPorts, protocol);
    if (find(tag, source, destination, ports, protocol, nowNs) != NONE
        || find(replyTag, replySource, replyDestination, replyPorts, protocol, nowNs) != NONE) {
      return TAKEN;
    }
    if (size == capacity) {
      expire(nowNs, Integer.MAX_VALUE);
      if (size == capacity && !dropEarly(tag, nowNs)) {
        return FULL;
      }
    }
    int number = free.take();
    beginRecord(
        number,
        source,
        destination,
        ports,
        replySource,
        replyDestination,
        replyPorts,
        protocol,
        nowNs);
    index.add(tag, number << 1);
    putExpiresNs(number, expiresNs);
    if (!repliesToItself(number)) {
      index.add(replyTag, number << 1 | 1);
    }
    wheel.start(nowNs >> TICK_SHIFT);
    wheel.add(number, dueTick(expiresNs));
    size++;
    created++;
    return number;
  }

  /** From {@code expiresNs} on the session is over. */
  public void setExpiresNs(int number, long expiresNs) {
    long old = expiresNs(number);
    putExpiresNs(number, expiresNs);
    if (expiresNs >> TICK_SHIFT < old >> TICK_SHIFT) {
      wheel.remove(number);
      wheel.add(number, dueTick(expiresNs));
    }
  }

  /** Ends a session now. */
  public void end(int number) {
    listener.closed(this, number);
    index.remove(tag(number, 0), number << 1);
    if (!repliesToItself(number)) {
      index.remove(tag(number, 1), number << 1 | 1);
    }
    wheel.remove(number);
    endRecord(number);
    free.give(number);
    size--;
  }

  /**
   * Takes sessions off that are over, looking at no more than {@code limit} sessions: some at a
   * time, so that the reads of their index lines overlap.
   */
  public void expire(long nowNs, int limit) {
    long nowTick = nowNs >> TICK_SHIFT;
    for (int looked = 0; looked < limit; ) {
      int most = Math.min(due.length, limit - looked);
      int polled = 0;
      int over = 0;
      while (polled < most) {
        int number = wheel.poll(nowTick);
        if (number == TimerWheel.NONE) {
          break;
        }
        polled++;
        long dueTick = dueTick(expiresNs(number));
        if (dueTick > nowTick) {
          wheel.add(number, dueTick);
        } else {
          dueTags[2 * over] = tag(number, 0);
          dueTags[2 * over + 1] = tag(number, 1);
          due[over++] = number;
        }
      }
      touched += index.touch(dueTags, 2 * over);
      for (int k = 0; k < over; k++) {
        end(due[k]);
      }
      looked += polled;
      if (polled < most) {
        return;
      }
    }
  }

  /** Ends all sessions. */
  public void drain() {
    for (int number = 0; number < free.everTaken(); number++) {
      if (isInUse(number)) {
        end(number);
      }
    }
  }

  /**
   * Takes the counts of sessions off them: those of {@code most} numbers from {@code from} on.
   *
   * @param taker told of each session that has counted anything
   * @return the number to go on with; 0 after the last
   */
  public int takeCounts(int from, int most, CountTaker taker) {
    int end = Math.min(from + most, free.everTaken());
    for (int number = from; number < end; number++) {
      if (isInUse(number) && packets(number, 0) + packets(number, 1) > 0) {
        taker.take(this, number);
        clearCounts(number);
      }
    }
    return end == free.everTaken() ? 0 : end;
  }

  /**
   * Calls {@code action} with the number of each session, ascending; it must not change the table.
   */
  public void forEach(IntConsumer action) {
    for (int number = 0; number < free.everTaken(); number++) {
      if (isInUse(number)) {
        action.accept(number);
      }
    }
  }

  private boolean dropEarly(int tag, long nowNs) {
    int line = index.home(tag);
    for (int k = 0; k < DROP_LINES; k++) {
      for (int slot = 0; slot < 8; slot++) {
        if (index.tag(line, slot) != 0) {
          int number = index.entry(line, slot) >>> 1;
          boolean over = nowNs >= expiresNs(number);
          if (over || !isAssured(number)) {
            droppedEarly += over ? 0 : 1;
            end(number);
            return true;
          }
        }
      }
      line = index.next(line);
    }
    return false;
  }

  private static long dueTick(long ns) {
    return (ns >> TICK_SHIFT) + SLACK_TICKS;
  }

  /**
   * Whether both tuples are equal (a host talking to itself): then only the original is indexed.
   */
  private boolean repliesToItself(int number) {
    return source(number, 0) == source(number, 1)
        && destination(number, 0) == destination(number, 1)
        && ports(number, 0) == ports(number, 1);
  }

  // --- the table ---

  public int capacity() {
    return capacity;
  }

  /** Numbers of sessions are below this. */
  public int numbers() {
    return capacity + REUSE_DISTANCE;
  }

  /** Numbers at and above this were never used so far. */
  public int everUsed() {
    return free.everTaken();
  }

  /** Sessions held, with those that are over and not yet taken off. */
  public int size() {
    return size;
  }

  /** Sessions ever created. */
  public long created() {
    return created;
  }

  /** Live sessions that gave way because the table was full. */
  public long droppedEarly() {
    return droppedEarly;
  }

  /**
   * Bytes of memory in use: of everything that grows with the sessions, as far as it was ever
   * touched.
   */
  public long memoryBytes() {
    return 80L * free.everTaken() + index.memoryBytes() + free.memoryBytes() + sharedBytes();
  }

  /** Keeps reads alive that only warm the cache. */
  long touched() {
    return touched;
  }

  TagIndex index() {
    return index;
  }

  /** Frees the memory. Sessions are not told; see {@link #drain}. */
  @Override
  public void close() {
    super.close();
    index.close();
    wheel.close();
  }
}
