package io.vpcrig.telemetry;

import java.time.Instant;
import java.util.Optional;

/**
 * Whose counters a {@link CounterFile} holds.
 *
 * @param pid of the process
 * @param processStartMs when the process was started, ms since 1970; with the PID it names the
 *     process for good. 0 where the system does not tell
 * @param begunMs when this run began, ms since 1970
 * @param verb what runs, such as {@code replay}
 * @param vpc name of the VPC
 */
public record Run(long pid, long processStartMs, long begunMs, String verb, String vpc) {
  /** What became of a run. */
  public enum State {
    /** Its process lives. */
    RUNNING,
    /** It came to its end and said so. */
    ENDED,
    /** Its process is gone without a word: killed, or crashed. */
    DEAD
  }

  /** The JDK counts from the machine's boot, whose time is set right now and then. */
  private static final long START_SLACK_MS = 2_000;

  /** A run of this process that begins now. */
  public static Run here(String verb, String vpc) {
    ProcessHandle self = ProcessHandle.current();
    return new Run(self.pid(), startMs(self), System.currentTimeMillis(), verb, vpc);
  }

  /** Whether its process, and no later one of the same PID, is alive. */
  public boolean isAlive() {
    Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
    return process.isPresent()
        && (processStartMs == 0
            || Math.abs(startMs(process.get()) - processStartMs) <= START_SLACK_MS);
  }

  private static long startMs(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }
}
