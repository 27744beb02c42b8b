package io.vpcrig.frame;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes of off-heap memory held by the process, frames and tables; a leak check compares it before
 * and after.
 */
public final class BytesLedger {
  private static final AtomicLong HELD = new AtomicLong();

  private BytesLedger() {}

  /** Called by an owner of memory when it takes some. Any thread. */
  public static void allocated(long bytes) {
    HELD.addAndGet(bytes);
  }

  /** Called by an owner of memory when it gives some back. Any thread. */
  public static void freed(long bytes) {
    HELD.addAndGet(-bytes);
  }

  /** Bytes allocated and not yet freed. Any thread. */
  public static long heldBytes() {
    return HELD.get();
  }
}
