package io.vpcrig.session;

import io.vpcrig.header.Ipv4;
import java.nio.ByteBuffer;

/**
 * A session as bytes, for another router's table: all that a packet's fate depends on. Left out is
 * what that router finds itself (next hops) or counts for itself (packets, deciding rules).
 *
 * <pre>
 *    0 | source 4 | destination 4 | ports 4 | of replies: source 4 | destination 4 | ports 4 |
 *   24 | protocol 1 | state 1 | flags 1 | nat 1 | home of replies 4, or -1 |
 *   32 | ns until it is over 8 | ns since its first packet 8 |
 * </pre>
 *
 * Big-endian. Times are spans, since two routers' clocks have nothing in common. Flags: 1 answered,
 * 2 kept when the table is full. Stateless; the table's worker calls. Does not allocate.
 */
public final class SessionImage {
  public static final int LENGTH = 48;

  /** Of a tuple alone, which names a session: source, destination, ports, protocol. */
  public static final int NAME_LENGTH = 13;

  /** {@link #restore}: live sessions have a tuple of it, and may not be replaced. */
  public static final int TAKEN = SessionTable.TAKEN;

  /** {@link #restore}: no room. */
  public static final int FULL = SessionTable.FULL;

  /** {@link #restore}: these bytes are no session. */
  public static final int ILLEGAL = -3;

  private static final int ANSWERED = 1;
  private static final int ASSURED = 2;

  private SessionImage() {}

  /** Writes a session, {@link #LENGTH} bytes. */
  public static void write(SessionTable table, int number, long nowNs, ByteBuffer to) {
    for (int direction = 0; direction < 2; direction++) {
      to.putInt(table.source(number, direction));
      to.putInt(table.destination(number, direction));
      to.putInt(table.ports(number, direction));
    }
    to.put((byte) table.protocol(number)).put((byte) table.state(number));
    to.put((byte) flags(table, number)).put((byte) table.nat(number));
    to.putInt(table.home(number, 1));
    to.putLong(table.expiresNs(number) - nowNs).putLong(nowNs - table.startedNs(number));
  }

  /** What {@link #write} says of the flags, 0..3. */
  public static int flags(SessionTable table, int number) {
    return (table.hasSeenReply(number) ? ANSWERED : 0) | (table.isAssured(number) ? ASSURED : 0);
  }

  /** Writes the tuple that names a session, {@link #NAME_LENGTH} bytes. */
  public static void writeName(SessionTable table, int number, ByteBuffer to) {
    to.putInt(table.source(number, 0)).putInt(table.destination(number, 0));
    to.putInt(table.ports(number, 0)).put((byte) table.protocol(number));
  }

  /** Ends the session that the next {@link #NAME_LENGTH} bytes name, if it is there. */
  public static void end(SessionTable table, ByteBuffer from, long nowNs) {
    int source = from.getInt();
    int destination = from.getInt();
    int ports = from.getInt();
    int entry = table.find(source, destination, ports, from.get() & 0xff, nowNs);
    if (entry != SessionTable.NONE && (entry & 1) == 0) {
      table.end(entry >>> 1);
    }
  }

  /**
   * Makes or changes the session that the next {@link #LENGTH} bytes say.
   *
   * @param segments how many there are: a home beyond them counts as none
   * @param generation of the snapshot at hand
   * @param replace whether live sessions that have a tuple of it give way
   * @return its number, or {@link #TAKEN}, {@link #FULL}, {@link #ILLEGAL}
   */
  public static int restore(
      SessionTable table,
      ByteBuffer from,
      long nowNs,
      int segments,
      int generation,
      boolean replace) {
    int source = from.getInt();
    int destination = from.getInt();
    int ports = from.getInt();
    int replySource = from.getInt();
    int replyDestination = from.getInt();
    int replyPorts = from.getInt();
    int protocol = from.get() & 0xff;
    int state = from.get() & 0xff;
    int flags = from.get();
    int nat = from.get() & 0xff;
    int home = from.getInt();
    long leftNs = from.getLong();
    long ageNs = from.getLong();
    if (leftNs <= 0 || ageNs < 0 || !isStateOf(protocol, state)) {
      return ILLEGAL;
    }
    long expiresNs = nowNs + leftNs < nowNs ? Long.MAX_VALUE : nowNs + leftNs;
    int entry = table.find(source, destination, ports, protocol, nowNs);
    int reply = table.find(replySource, replyDestination, replyPorts, protocol, nowNs);
    int number = entry >>> 1;
    if (!replace && (entry != SessionTable.NONE || reply != SessionTable.NONE)) {
      return TAKEN;
    }
    // What was answered once stays so: else it is another connection of the same tuple.
    boolean same =
        isSame(table, entry, replySource, replyDestination, replyPorts)
            && (flags(table, number) & ~flags) == 0;
    if (same) {
      table.setExpiresNs(number, expiresNs);
    } else {
      end(table, entry);
      if (reply >>> 1 != entry >>> 1) {
        end(table, reply);
      }
      number =
          table.create(
              source,
              destination,
              ports,
              replySource,
              replyDestination,
              replyPorts,
              protocol,
              nowNs,
              expiresNs);
      if (number < 0) {
        return number;
      }
      table.setStartedNs(number, nowNs - ageNs);
      table.setWay(number, 0, SessionTable.NONE, SessionTable.NONE, 0, 0, 0);
      int known = home < 0 || home >= segments ? SessionTable.NONE : home;
      table.setWay(number, 1, SessionTable.NONE, known, 0, 0, 0);
      table.setDecision(
          number,
          generation,
          SessionTable.NONE,
          SessionTable.NONE,
          SessionTable.NONE,
          SessionTable.NONE,
          SessionTable.NONE,
          SessionTable.NONE);
    }
    table.setState(number, state);
    table.setNat(number, nat);
    if ((flags & ANSWERED) != 0) {
      table.setSeenReply(number);
    }
    if ((flags & ASSURED) != 0) {
      table.setAssured(number);
    }
    return number;
  }

  private static boolean isStateOf(int protocol, int state) {
    boolean plain = state == SessionState.UNREPLIED || state == SessionState.REPLIED;
    return protocol == Ipv4.TCP
        ? !plain && state != SessionState.NONE && state < SessionState.COUNT
        : plain;
  }

  private static boolean isSame(
      SessionTable table, int entry, int replySource, int replyDestination, int replyPorts) {
    return entry != SessionTable.NONE
        && (entry & 1) == 0
        && table.source(entry >>> 1, 1) == replySource
        && table.destination(entry >>> 1, 1) == replyDestination
        && table.ports(entry >>> 1, 1) == replyPorts;
  }

  private static void end(SessionTable table, int entry) {
    if (entry != SessionTable.NONE) {
      table.end(entry >>> 1);
    }
  }
}
