package io.vpcrig.bench;

/**
 * One number for a sequence of answers, to compare programs by: h = 7, then for each answer h = 31
 * h + the answer as 32 bits without sign, all modulo 2^64.
 */
public final class Checksum {
  private Checksum() {}

  /** Of the answers in order. */
  public static long of(int[] answers) {
    long h = 7;
    for (int answer : answers) {
      h = h * 31 + Integer.toUnsignedLong(answer);
    }
    return h;
  }

  /** 16 hexadecimal digits. */
  public static String text(long checksum) {
    return String.format("%016x", checksum);
  }
}
