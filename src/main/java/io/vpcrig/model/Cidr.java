package io.vpcrig.model;

/**
 * An IPv4 prefix. Host bits are kept as given, since CloudStack returns a VPC's CIDR unchanged;
 * every comparison ignores them.
 *
 * @param address network byte order, as a number
 * @param length 0..32
 */
public record Cidr(int address, int length) {
  /** Everything. */
  public static final Cidr ANY = new Cidr(0, 0);

  public Cidr {
    if (length < 0 || length > 32) {
      throw new IllegalArgumentException("prefix length " + length + ", legal 0..32");
    }
  }

  /** The mask of a prefix length. */
  public static int mask(int length) {
    return length == 0 ? 0 : -1 << (32 - length);
  }

  public int mask() {
    return mask(length);
  }

  /** First address: host bits cleared. */
  public int network() {
    return address & mask();
  }

  /** Last address; the broadcast address of a subnet. */
  public int last() {
    return address | ~mask();
  }

  public boolean contains(int other) {
    return ((address ^ other) & mask()) == 0;
  }

  /** Whether every address of {@code other} is in this prefix. */
  public boolean contains(Cidr other) {
    return other.length >= length && contains(other.address);
  }

  public boolean overlaps(Cidr other) {
    return contains(other) || other.contains(this);
  }

  @Override
  public String toString() {
    return Ipv4Text.format(address) + "/" + length;
  }
}
