package io.vpcrig.engine;

/** What a session translates, as bits; and, negative, why source translation found no way. */
final class NatKinds {
  static final int SOURCE = 1;
  static final int DESTINATION = 2;

  static final int NO_ADDRESS = -1;
  static final int EXHAUSTED = -2;

  private NatKinds() {}
}
