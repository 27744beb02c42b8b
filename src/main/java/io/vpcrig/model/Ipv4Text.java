package io.vpcrig.model;

/** IPv4 and MAC addresses as people write them. */
public final class Ipv4Text {
  private Ipv4Text() {}

  /** Dotted decimal. */
  public static String format(int address) {
    return (address >>> 24)
        + "."
        + (address >>> 16 & 0xff)
        + "."
        + (address >>> 8 & 0xff)
        + "."
        + (address & 0xff);
  }

  /**
   * Reads dotted decimal with exactly four parts of 0..255 and no leading zeros.
   *
   * @throws IllegalArgumentException with a sentence for the operator
   */
  public static int parse(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      throw bad(text);
    }
    int address = 0;
    for (String part : parts) {
      if (part.isEmpty()
          || part.length() > 3
          || part.length() > 1 && part.charAt(0) == '0'
          || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
        throw bad(text);
      }
      int value = Integer.parseInt(part);
      if (value > 255) {
        throw bad(text);
      }
      address = address << 8 | value;
    }
    return address;
  }

  /** Reads {@code address/length}, or an address alone as a /32. */
  public static Cidr parseCidr(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return new Cidr(parse(text), 32);
    }
    String length = text.substring(slash + 1);
    if (!length.matches("[0-9]{1,2}") || Integer.parseInt(length) > 32) {
      throw new IllegalArgumentException(
          "'" + text + "' has prefix length '" + length + "', legal 0..32");
    }
    return new Cidr(parse(text.substring(0, slash)), Integer.parseInt(length));
  }

  /** {@code 02:00:0a:0a:01:0a}. */
  public static String formatMac(long mac) {
    StringBuilder text = new StringBuilder(17);
    for (int shift = 40; shift >= 0; shift -= 8) {
      text.append(Character.forDigit((int) (mac >>> shift + 4 & 15), 16))
          .append(Character.forDigit((int) (mac >>> shift & 15), 16))
          .append(shift == 0 ? "" : ":");
    }
    return text.toString();
  }

  /** Reads six hexadecimal pairs joined by colons. */
  public static long parseMac(String text) {
    if (!text.matches("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}")) {
      throw new IllegalArgumentException(
          "'" + text + "' is no MAC address; write six hexadecimal pairs joined by colons");
    }
    return Long.parseLong(text.replace(":", ""), 16);
  }

  private static IllegalArgumentException bad(String text) {
    return new IllegalArgumentException(
        "'" + text + "' is no IPv4 address; write four numbers 0..255 joined by dots");
  }
}
