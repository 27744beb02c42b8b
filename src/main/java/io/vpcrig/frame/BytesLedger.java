package io.vpcrig.frame;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes of frame memory held by the process; a leak check compares it before and after. */
public final class BytesLedger {
  private static final AtomicLong HELD = new AtomicLong();

  private BytesLedger() {}

  static void allocated(long bytes) {
    HELD.addAndGet(bytes);
  }

  static void freed(long bytes) {
    HELD.addAndGet(-bytes);
  }

  /** Bytes allocated and not yet freed. Any thread. */
  public static long heldBytes() {
    return HELD.get();
  }
}
