package io.vpcrig.frame;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Asks Linux to back memory with pages of 2 MiB (madvise(2), MADV_HUGEPAGE). Tables of many MiB
 * that are read at random otherwise miss the TLB at nearly every read: measured at a million
 * sessions, see package session. Advice only: where the kernel or the system has none, nothing
 * happens. Any thread.
 */
public final class HugePages {
  /** Bytes in such a page. */
  public static final int SIZE = 2 << 20;

  private static final int MADV_HUGEPAGE = 14;
  private static final MethodHandle MADVISE = madvise();

  private HugePages() {}

  /**
   * Advises for the whole pages inside a region that the caller owns.
   *
   * @param address first byte
   * @param length bytes
   */
  public static void advise(long address, long length) {
    long from = (address + SIZE - 1) & -SIZE;
    long bytes = ((address + length) & -SIZE) - from;
    if (MADVISE == null || bytes <= 0) {
      return;
    }
    try {
      int refused = (int) MADVISE.invokeExact(MemorySegment.ofAddress(from), bytes, MADV_HUGEPAGE);
      assert refused <= 0;
    } catch (Throwable e) {
      throw new IllegalStateException("madvise could not be called", e);
    }
  }

  @SuppressWarnings("restricted")
  private static MethodHandle madvise() {
    Linker linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find("madvise")
        .map(
            symbol ->
                linker.downcallHandle(
                    symbol,
                    FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT)))
        .orElse(null);
  }
}
