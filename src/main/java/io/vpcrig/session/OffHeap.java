package io.vpcrig.session;

import io.vpcrig.frame.BytesLedger;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A region of native memory aligned to 128 bytes. It is neither zeroed nor touched, so pages that
 * are never used cost address space only; it does not count against {@code MaxDirectMemorySize}.
 * Bounds are checked unless {@code -Dagrona.disable.bounds.checks=true}. Thread: the owner's.
 */
final class OffHeap implements AutoCloseable {
  private static final int ALIGNMENT = 128;

  final UnsafeBuffer buffer;
  private long address;

  /**
   * @param length bytes, 1..2^31-1
   */
  OffHeap(int length) {
    address = UnsafeApi.allocateMemory((long) length + ALIGNMENT);
    BytesLedger.allocated(length);
    buffer = new UnsafeBuffer((address + ALIGNMENT - 1) & -ALIGNMENT, length);
  }

  void zero() {
    buffer.setMemory(0, buffer.capacity(), (byte) 0);
  }

  @Override
  public void close() {
    if (address != 0) {
      BytesLedger.freed(buffer.capacity());
      UnsafeApi.freeMemory(address);
      address = 0;
      buffer.wrap(0, 0);
    }
  }
}
