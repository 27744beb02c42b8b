package io.vpcrig.engine;

import java.util.Arrays;

/**
 * Packets and bytes per rule, by the rule's number, which it keeps for good. Counts outlive the
 * rule. Thread: one worker; another one that reads sees what was counted a moment ago.
 */
public final class RuleCounters {
  private long[] packets;
  private long[] bytes;

  public RuleCounters(int rules) {
    packets = new long[rules];
    bytes = new long[rules];
  }

  /** Counts for {@code rule}; a negative index (a default, no list) is not counted. */
  public void add(int rule, long morePackets, long moreBytes) {
    if (rule >= 0) {
      packets[rule] += morePackets;
      bytes[rule] += moreBytes;
    }
  }

  /** Makes room for the rules of a larger snapshot, and for some more to come. */
  public void ensure(int rules) {
    if (rules > packets.length) {
      int room = packets.length == 0 ? rules : rules + (rules >> 2);
      packets = Arrays.copyOf(packets, room);
      bytes = Arrays.copyOf(bytes, room);
    }
  }

  /** Packets of a rule; 0 if there is no room for it yet. */
  public long packets(int rule) {
    long[] counts = packets;
    return rule < counts.length ? counts[rule] : 0;
  }

  /** Bytes of a rule; 0 if there is no room for it yet. */
  public long bytes(int rule) {
    long[] counts = bytes;
    return rule < counts.length ? counts[rule] : 0;
  }

  /** Adds everything counted in {@code other}. */
  public void addAll(RuleCounters other) {
    ensure(other.packets.length);
    for (int rule = 0; rule < other.packets.length; rule++) {
      packets[rule] += other.packets[rule];
      bytes[rule] += other.bytes[rule];
    }
  }
}
