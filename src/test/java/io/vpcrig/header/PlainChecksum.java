package io.vpcrig.header;

/**
 * RFC 1071 as its words say it: word by word, end-around carry at once. The oracle for Checksum.
 */
public final class PlainChecksum {
  private PlainChecksum() {}

  /** Ones' complement sum of the words of {@code data[from .. from+length)}, padded with a zero. */
  public static int sum(byte[] data, int from, int length) {
    int sum = 0;
    for (int k = 0; k < length; k += 2) {
      int high = data[from + k] & 0xff;
      int low = k + 1 < length ? data[from + k + 1] & 0xff : 0;
      sum = add(sum, high << 8 | low);
    }
    return sum;
  }

  /** Ones' complement addition of 16-bit words. */
  public static int add(int a, int b) {
    int sum = a + b;
    return sum > 0xffff ? sum - 0xffff : sum;
  }

  /** The checksum of a sum. */
  public static int finish(int sum) {
    return ~sum & 0xffff;
  }

  /** The sum of TCP's and UDP's pseudo-header. */
  public static int pseudoHeader(int source, int destination, int protocol, int length) {
    int sum = add(source >>> 16, source & 0xffff);
    sum = add(sum, destination >>> 16);
    sum = add(sum, destination & 0xffff);
    sum = add(sum, protocol);
    return add(sum, length);
  }
}
