package io.vpcrig.model;

import java.time.Duration;

/**
 * How connections are tracked: nf_conntrack's sysctls (Documentation/networking/
 * nf_conntrack-sysctl.rst), under their names without {@code nf_conntrack_}.
 *
 * @param max most connections of one worker at once, 1..{@value #MAX}
 * @param tcpLoose whether a connection may be picked up in the middle
 */
public record Conntrack(
    int max,
    boolean tcpLoose,
    Duration tcpSynSent,
    Duration tcpSynRecv,
    Duration tcpEstablished,
    Duration tcpFinWait,
    Duration tcpCloseWait,
    Duration tcpLastAck,
    Duration tcpTimeWait,
    Duration tcpClose,
    Duration tcpUnacknowledged,
    Duration udp,
    Duration udpStream,
    Duration icmp,
    Duration gre,
    Duration greStream,
    Duration generic) {
  /** Most connections a worker can hold. */
  public static final int MAX = 10_000_000;

  /** The longest time-out. */
  public static final Duration LONGEST = Duration.ofDays(365);

  /** Linux's, but for {@code max}, which Linux makes of the memory there is. */
  public static final Conntrack DEFAULT =
      new Conntrack(
          1 << 20,
          true,
          Duration.ofSeconds(120),
          Duration.ofSeconds(60),
          Duration.ofDays(5),
          Duration.ofSeconds(120),
          Duration.ofSeconds(60),
          Duration.ofSeconds(30),
          Duration.ofSeconds(120),
          Duration.ofSeconds(10),
          Duration.ofSeconds(300),
          Duration.ofSeconds(30),
          Duration.ofSeconds(120),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(180),
          Duration.ofSeconds(600));

  public Conntrack {
    if (max < 1 || max > MAX) {
      throw new IllegalArgumentException(max + " connections, legal 1.." + MAX);
    }
    Duration[] all = {
      tcpSynSent,
      tcpSynRecv,
      tcpEstablished,
      tcpFinWait,
      tcpCloseWait,
      tcpLastAck,
      tcpTimeWait,
      tcpClose,
      tcpUnacknowledged,
      udp,
      udpStream,
      icmp,
      gre,
      greStream,
      generic
    };
    for (Duration timeout : all) {
      if (timeout.compareTo(Duration.ofSeconds(1)) < 0 || timeout.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException(timeout + ", legal 1 s to 365 days");
      }
    }
  }
}
