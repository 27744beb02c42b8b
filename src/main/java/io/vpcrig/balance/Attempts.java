package io.vpcrig.balance;

import java.util.Arrays;

/**
 * First segments of connections on their way to members, oldest first, each judged when its time to
 * be answered is over. A ring that doubles up to {@value #MAX} segments; beyond, the oldest is let
 * off. Numbers count up and wrap around. One thread.
 */
final class Attempts {
  static final int MAX = 1 << 20;

  /** Number of no attempt. */
  static final int NONE = -1;

  private static final int NUMBERS = Integer.MAX_VALUE;

  /** Null: answered, or given up. */
  private MemberState[] member = new MemberState[16];

  private long[] sentNs = new long[16];
  private int first;
  private int size;

  /** Takes note of a first segment; returns the number of the attempt, not negative. */
  int add(MemberState to, long nowNs) {
    if (size == member.length) {
      makeRoom();
    }
    int number = first + size & NUMBERS;
    member[at(number)] = to;
    sentNs[at(number)] = nowNs;
    size++;
    return number;
  }

  /** Takes an attempt off; whether it was still waiting. */
  boolean settle(int number) {
    if ((number - first & NUMBERS) >= size || member[at(number)] == null) {
      return false;
    }
    member[at(number)] = null;
    return true;
  }

  /** Judges those that went unanswered for {@code silentNs}. */
  void judge(long nowNs, long silentNs) {
    while (size > 0 && nowNs - sentNs[at(first)] >= silentNs) {
      MemberState silent = member[at(first)];
      if (silent != null) {
        silent.failed(sentNs[at(first)] + silentNs);
      }
      drop();
    }
  }

  /** Lets off what waits for members that are none any more. */
  void forget(MemberState gone) {
    for (int k = 0; k < member.length; k++) {
      if (member[k] == gone) {
        member[k] = null;
      }
    }
  }

  void clear() {
    Arrays.fill(member, null);
    first = first + size & NUMBERS;
    size = 0;
  }

  private void drop() {
    member[at(first)] = null;
    first = first + 1 & NUMBERS;
    size--;
  }

  private int at(int number) {
    return number & member.length - 1;
  }

  private void makeRoom() {
    if (size == MAX) {
      drop();
      return;
    }
    MemberState[] members = new MemberState[2 * size];
    long[] times = new long[2 * size];
    for (int k = 0; k < size; k++) {
      int number = first + k & NUMBERS;
      members[number & members.length - 1] = member[at(number)];
      times[number & members.length - 1] = sentNs[at(number)];
    }
    member = members;
    sentNs = times;
  }
}
