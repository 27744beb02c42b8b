package io.vpcrig.symbolic;

/** The five fields of a header, as unsigned numbers. */
public enum Field {
  SOURCE(32),
  DESTINATION(32),
  SOURCE_PORT(16),
  DESTINATION_PORT(16),
  PROTOCOL(8);

  /** Number of fields. */
  static final int COUNT = values().length;

  private final int bits;

  Field(int bits) {
    this.bits = bits;
  }

  int bits() {
    return bits;
  }

  /** Largest value. */
  public long last() {
    return (1L << bits) - 1;
  }
}
