package io.vpcrig.io;

import io.vpcrig.frame.DamagedInputException;

/**
 * Words for inputs that are not what they claim to be: file, byte offset, what is found, what is
 * legal.
 */
final class Damage {
  private Damage() {}

  /** A value that can't be. */
  static DamagedInputException found(String name, long offset, String found, String legal) {
    return new DamagedInputException(
        name + ": byte " + offset + ": " + found + "; legal: " + legal);
  }

  /** The input ends inside something. */
  static DamagedInputException cut(String name, long offset, String inside, long have, long need) {
    return new DamagedInputException(
        name
            + ": byte "
            + offset
            + ": cut off inside "
            + inside
            + ": "
            + have
            + " of "
            + need
            + " bytes are there");
  }

  static String hex(int value) {
    return String.format("0x%08x", value);
  }

  /** An unsigned 32-bit length in decimal. */
  static String unsigned(int value) {
    return Integer.toUnsignedString(value);
  }
}
