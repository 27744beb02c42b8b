package io.vpcrig.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Where the control side puts a snapshot and the data path finds it. The snapshot is complete
 * before it is stored (release), so whoever loads it (acquire) sees all of it. The reader of a
 * round loads it once, so no packet meets two policies and there is no moment without rules.
 */
public final class SnapshotCell {
  private static final VarHandle CURRENT;

  static {
    try {
      CURRENT = MethodHandles.lookup().findVarHandle(SnapshotCell.class, "current", Snapshot.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  // Accessed through CURRENT after construction.
  @SuppressWarnings("UnusedVariable")
  private Snapshot current;

  public SnapshotCell(Snapshot first) {
    current = first;
  }

  /** Any thread. */
  public Snapshot getAcquire() {
    return (Snapshot) CURRENT.getAcquire(this);
  }

  /** The control thread. Generations never shrink. */
  public void publish(Snapshot next) {
    if (next.generation() < getAcquire().generation()) {
      throw new IllegalArgumentException(
          "generation " + next.generation() + " is older than " + getAcquire().generation());
    }
    CURRENT.setRelease(this, next);
  }
}
