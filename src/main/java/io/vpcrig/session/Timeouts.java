package io.vpcrig.session;

import io.vpcrig.model.Conntrack;

/**
 * How long a session is kept after its last packet, in nanoseconds, as {@link Conntrack} says it.
 *
 * <p>Linux shortens TCP time-outs further after retransmissions (nf_conntrack_tcp_max_retrans),
 * after data not acknowledged and after a window of zero; that needs sequence numbers and windows,
 * which are not looked at here. {@link #unacknowledgedNs} is used where it does not: for a
 * connection picked up in the middle and not answered yet.
 *
 * @param tcpLoose whether a TCP connection may be picked up in the middle
 */
public record Timeouts(
    boolean tcpLoose,
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
    long greNs,
    long greStreamNs,
    long genericNs) {
  /** nf_conntrack's defaults. */
  public static final Timeouts LINUX = of(Conntrack.DEFAULT);

  /** What an operator wants. */
  public static Timeouts of(Conntrack wanted) {
    return new Timeouts(
        wanted.tcpLoose(),
        wanted.tcpSynSent().toNanos(),
        wanted.tcpSynRecv().toNanos(),
        wanted.tcpEstablished().toNanos(),
        wanted.tcpFinWait().toNanos(),
        wanted.tcpCloseWait().toNanos(),
        wanted.tcpLastAck().toNanos(),
        wanted.tcpTimeWait().toNanos(),
        wanted.tcpClose().toNanos(),
        wanted.tcpUnacknowledged().toNanos(),
        wanted.udp().toNanos(),
        wanted.udpStream().toNanos(),
        wanted.icmp().toNanos(),
        wanted.gre().toNanos(),
        wanted.greStream().toNanos(),
        wanted.generic().toNanos());
  }

  /** The longest that a TCP or UDP session is kept whose first packet is not answered. */
  public long longestUnansweredNs() {
    return Math.max(Math.max(synSentNs, synRecvNs), Math.max(unacknowledgedNs, udpNs));
  }

  /** The shortest that a TCP or UDP session is kept after a packet that does not end it. */
  public long shortestNs() {
    long tcp = Math.min(Math.min(synSentNs, synRecvNs), Math.min(unacknowledgedNs, establishedNs));
    return Math.min(tcp, Math.min(udpNs, udpStreamNs));
  }

  /** By {@link SessionState}; 0 for what is no state of TCP. */
  long[] ofTcp() {
    long[] byLinux = {
      0,
      synSentNs,
      synRecvNs,
      establishedNs,
      finWaitNs,
      closeWaitNs,
      lastAckNs,
      timeWaitNs,
      closeNs,
      synSentNs,
      0,
      0
    };
    long[] all = new long[SessionState.COUNT];
    for (int state = 0; state < all.length; state++) {
      all[state] = byLinux[SessionState.linux(state)];
    }
    return all;
  }
}
