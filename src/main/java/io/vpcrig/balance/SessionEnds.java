package io.vpcrig.balance;

/** When sessions are over: the session table, seen from here. */
public interface SessionEnds {
  /** From this moment on session {@code number} is over, unless more packets come. */
  long expiresNs(int number);
}
