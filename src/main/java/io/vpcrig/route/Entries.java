package io.vpcrig.route;

import org.agrona.UnsafeApi;

/**
 * Entries of two bytes, two to an int. An int array, because that is what the Vector API gathers
 * from; read and written by halves, so that one writer and any number of readers need no lock: an
 * aligned half is never torn and the other half never lost. Indices are the caller's care: they are
 * not checked.
 */
final class Entries {
  private static final long BASE = UnsafeApi.arrayBaseOffset(int[].class);

  final int[] words;

  /**
   * @param count even
   */
  Entries(int count) {
    words = new int[count / 2];
  }

  /** The entry; its highest bit is the sign. */
  static int get(int[] words, int index) {
    return UnsafeApi.getShort(words, BASE + 2L * index);
  }

  int get(int index) {
    return get(words, index);
  }

  void set(int index, int entry) {
    UnsafeApi.putShort(words, BASE + 2L * index, (short) entry);
  }
}
