package io.vpcrig.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * How far one step of the pipeline has come: the number of rounds it has finished. One thread
 * writes, by release; others read, by acquire. The fields around the value keep it on a cache line
 * of its own.
 */
public final class Sequence extends SequenceValue {
  // Never read: they only take up room behind the value.
  long p9, p10, p11, p12, p13, p14, p15;

  private static final VarHandle VALUE;

  static {
    try {
      VALUE = MethodHandles.lookup().findVarHandle(SequenceValue.class, "value", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Rounds finished; everything written in them is visible to the caller. */
  public long getAcquire() {
    return (long) VALUE.getAcquire(this);
  }

  /** Makes {@code rounds} rounds, and everything written in them, visible to readers. */
  public void setRelease(long rounds) {
    VALUE.setRelease(this, rounds);
  }
}

/** The value itself, behind padding. */
class SequenceValue extends SequencePadding {
  long value;
}

/** Room before the value. */
class SequencePadding {
  long p1, p2, p3, p4, p5, p6, p7;
}
