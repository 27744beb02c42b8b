package io.vpcrig.telemetry;

/** What {@link Thread} has no method for. */
public final class Threads {
  private Threads() {}

  /**
   * Waits until a thread has ended, also if the caller is interrupted meanwhile, which it learns
   * afterwards.
   */
  public static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
