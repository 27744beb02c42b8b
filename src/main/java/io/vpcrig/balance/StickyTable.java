package io.vpcrig.balance;

import java.util.Arrays;
import org.agrona.collections.Int2IntHashMap;

/**
 * Which member a client had last. Bounded: a client more, and the one not seen for longest is
 * forgotten. Memory grows with the clients seen, up to some 50 bytes for each the table may hold.
 * One thread.
 */
final class StickyTable {
  private static final int NONE = -1;

  private final int capacity;
  private final Int2IntHashMap places = new Int2IntHashMap(NONE);
  private int[] client = new int[16];
  private int[] member = new int[16];
  private long[] expiresNs = new long[16];

  // From the client not seen for longest to the one seen last; place 0 is both ends.
  private int[] older = new int[16];
  private int[] newer = new int[16];

  StickyTable(int capacity) {
    this.capacity = capacity;
  }

  int capacity() {
    return capacity;
  }

  /** Place of a client that is remembered; negative if it is not. */
  int find(int address, long nowNs) {
    int place = places.get(address);
    return place != NONE && nowNs < expiresNs[place] ? place : NONE;
  }

  /** Address of the member that the client at a place had. */
  int member(int place) {
    return member[place];
  }

  /** Remembers a client as the one seen last. */
  void put(int address, int memberAddress, long expires) {
    int place = places.get(address);
    if (place != NONE) {
      unlink(place);
    } else if (places.size() < capacity) {
      place = places.size() + 1;
      if (place == client.length) {
        grow();
      }
      places.put(address, place);
    } else {
      place = newer[0];
      unlink(place);
      places.remove(client[place]);
      places.put(address, place);
    }
    client[place] = address;
    member[place] = memberAddress;
    expiresNs[place] = expires;
    link(place);
  }

  private void link(int place) {
    int last = older[0];
    newer[last] = place;
    older[place] = last;
    newer[place] = 0;
    older[0] = place;
  }

  private void unlink(int place) {
    newer[older[place]] = newer[place];
    older[newer[place]] = older[place];
  }

  private void grow() {
    int length = Math.min(2 * client.length, capacity + 1);
    client = Arrays.copyOf(client, length);
    member = Arrays.copyOf(member, length);
    expiresNs = Arrays.copyOf(expiresNs, length);
    older = Arrays.copyOf(older, length);
    newer = Arrays.copyOf(newer, length);
  }
}
