package io.vpcrig.acl.live;

import java.util.LinkedHashSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

/**
 * Compiles edited lists whole again behind their owner's back: one at a time, the first a moment
 * after its first edit, so that a burst is compiled once, and then no more than half of the time: a
 * short overlay is worth more to look-ups than a quiet background.
 *
 * <p>Thread: the owner's for {@link #edited}; compiles on the background thread without the owner's
 * lock, and takes that to begin and to land.
 */
public final class Recompiler {
  private static final long QUIET_NS = 5_000_000;
  private static final int REST = 1;

  /** Where compiling is done. */
  @FunctionalInterface
  public interface Background {
    /** Runs {@code task} on another thread, not before {@code afterNs} have passed. */
    void run(long afterNs, Runnable task);
  }

  private final Background background;
  private final Lock owner;
  private final Runnable landed;
  private final LinkedHashSet<LiveRules> waiting = new LinkedHashSet<>();
  private boolean isScheduled;

  /**
   * @param owner held by whoever edits the lists
   * @param landed called with the lock held when a list has a new form
   */
  public Recompiler(Background background, Lock owner, Runnable landed) {
    this.background = background;
    this.owner = owner;
    this.landed = landed;
  }

  /** Compiles on threads of {@code executor}. */
  public static Background on(Executor executor) {
    return (afterNs, task) ->
        CompletableFuture.delayedExecutor(afterNs, TimeUnit.NANOSECONDS, executor).execute(task);
  }

  /** A list was edited. With the owner's lock held. */
  public void edited(LiveRules rules) {
    waiting.add(rules);
    schedule(QUIET_NS);
  }

  private void schedule(long afterNs) {
    if (!isScheduled && !waiting.isEmpty()) {
      isScheduled = true;
      background.run(afterNs, this::next);
    }
  }

  private void next() {
    LiveRules rules;
    LiveRules.Recompilation recompilation;
    owner.lock();
    try {
      if (waiting.isEmpty()) {
        isScheduled = false;
        return;
      }
      rules = waiting.removeFirst();
      recompilation = rules.recompile();
    } finally {
      owner.unlock();
    }
    long start = System.nanoTime();
    boolean done = false;
    try {
      recompilation.run();
      done = true;
    } finally {
      long tookNs = System.nanoTime() - start;
      owner.lock();
      try {
        // Where compiling failed the overlay stays in force, until the next edit tries again.
        isScheduled = false;
        if (done) {
          rules.land(recompilation);
          landed.run();
          if (rules.current().isOverlaid()) {
            waiting.add(rules);
          }
        }
        schedule(Math.max(QUIET_NS, REST * tookNs));
      } finally {
        owner.unlock();
      }
    }
  }
}
