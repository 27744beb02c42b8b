package io.vpcrig.session;

import java.time.Duration;

/**
 * How long a session is kept after its last packet, in nanoseconds. {@link #LINUX} are
 * nf_conntrack's defaults.
 *
 * <p>Linux shortens TCP time-outs further after retransmissions and after data not acknowledged;
 * that needs sequence numbers, which are not looked at here. {@link #unacknowledgedNs} is used
 * where it does not: for a connection picked up in the middle and not answered yet.
 */
public record Timeouts(
    long synSentNs,
    long synRecvNs,
    long establishedNs,
    long finWaitNs,
    long closeWaitNs,
    long lastAckNs,
    long timeWaitNs,
    long closeNs,
    long unacknowledgedNs,
    long udpNs,
    long udpStreamNs,
    long icmpNs,
    long genericNs) {

  public static final Timeouts LINUX =
      new Timeouts(
          seconds(120),
          seconds(60),
          seconds(432_000),
          seconds(120),
          seconds(60),
          seconds(30),
          seconds(120),
          seconds(10),
          seconds(300),
          seconds(30),
          seconds(120),
          seconds(30),
          seconds(600));

  public Timeouts {
    long[] all = {
      synSentNs,
      synRecvNs,
      establishedNs,
      finWaitNs,
      closeWaitNs,
      lastAckNs,
      timeWaitNs,
      closeNs,
      unacknowledgedNs,
      udpNs,
      udpStreamNs,
      icmpNs,
      genericNs
    };
    for (long ns : all) {
      if (ns < 1 || ns > seconds(31_536_000)) {
        throw new IllegalArgumentException("time-out of " + ns + " ns, legal 1 ns..365 days");
      }
    }
  }

  /** By {@link SessionState}, TCP's states only; 0 for {@link SessionState#NONE}. */
  long[] ofTcp() {
    return new long[] {
      0,
      synSentNs,
      synRecvNs,
      establishedNs,
      finWaitNs,
      closeWaitNs,
      lastAckNs,
      timeWaitNs,
      closeNs,
      synSentNs
    };
  }

  private static long seconds(long seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }
}
