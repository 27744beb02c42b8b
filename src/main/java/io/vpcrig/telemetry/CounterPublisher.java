package io.vpcrig.telemetry;

import java.util.concurrent.locks.LockSupport;

/**
 * Keeps a {@link CounterFile} up to date from a thread of its own, ten times a second, so that the
 * data path pays nothing for being watched. Owners' counters are read as they lie: each value is
 * one that its owner had a moment ago.
 */
public final class CounterPublisher implements AutoCloseable {
  private static final long PERIOD_NS = 100_000_000;

  private final CounterFile file;
  private final Runnable before;
  private final Thread thread;
  private volatile boolean stopped;

  /**
   * Starts the thread.
   *
   * @param before run on it before each {@link CounterFile#publish}
   */
  public CounterPublisher(CounterFile file, Runnable before) {
    this.file = file;
    this.before = before;
    thread = Thread.ofPlatform().name("vpcrig-counters").daemon().start(this::run);
  }

  private void run() {
    while (!stopped) {
      before.run();
      file.publish();
      LockSupport.parkNanos(PERIOD_NS);
    }
  }

  /** Ends the thread, then publishes once more, on the caller's thread, and marks the end. */
  @Override
  public void close() {
    stopped = true;
    LockSupport.unpark(thread);
    Threads.join(thread);
    before.run();
    file.end();
  }
}
