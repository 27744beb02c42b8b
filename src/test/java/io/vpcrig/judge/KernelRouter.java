package io.vpcrig.judge;

import io.vpcrig.model.Vpc;
import io.vpcrig.testing.Netns;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The Linux kernel as the virtual router of one VPC after the other. */
final class KernelRouter implements AutoCloseable {
  /**
   * What makes the kernel do what vpcrig documents, each with its reason:
   *
   * <ul>
   *   <li>ip_forward, rp_filter, send_redirects: as on the real router (cloudstack.md 5.3).
   *   <li>nf_conntrack_tcp_be_liberal, nf_conntrack_tcp_ignore_invalid_rst: vpcrig does not look at
   *       sequence numbers (package {@code session}).
   *   <li>nf_conntrack_tcp_max_retrans: nor does it count retransmissions; 255 is never reached.
   *   <li>icmp_ratelimit, icmp_ratemask, icmp_msgs_per_sec: vpcrig does not limit its errors.
   * </ul>
   *
   * Everything else has the kernel's defaults, which are {@code Timeouts.LINUX}.
   */
  private static final String[] SETTINGS = {
    "sysctl",
    "-qw",
    "net.ipv4.ip_forward=1",
    "net.ipv4.conf.all.rp_filter=0",
    "net.ipv4.conf.default.rp_filter=0",
    "net.ipv4.conf.all.send_redirects=0",
    "net.ipv4.conf.default.send_redirects=0",
    "net.ipv4.icmp_ratelimit=0",
    "net.ipv4.icmp_ratemask=0",
    "net.netfilter.nf_conntrack_tcp_be_liberal=1",
    "net.netfilter.nf_conntrack_tcp_ignore_invalid_rst=1",
    "net.netfilter.nf_conntrack_tcp_max_retrans=255",
  };

  private final Namespaces namespaces = new Namespaces();
  private final Wire wire;
  private final Conntrack conntrack;

  KernelRouter() throws IOException {
    try {
      Netns.in(namespaces.router, "", SETTINGS);
      StringBuilder each = new StringBuilder();
      for (int k = 0; k <= Namespaces.WIRES; k++) {
        each.append("net.ipv4.conf.s%d.rp_filter=0%n".formatted(k));
        each.append("net.ipv4.conf.s%d.send_redirects=0%n".formatted(k));
      }
      Netns.in(namespaces.router, each.toString(), "sysctl", "-qp", "-");
      Netns.run(Addressing.once(), "ip", "-n", namespaces.router, "-batch", "-");
      Netns.in(namespaces.router, RouterRules.once(), "iptables-restore");
      wire = new Wire(namespaces);
      conntrack = new Conntrack(namespaces);
    } catch (IOException e) {
      namespaces.close();
      throw e;
    }
  }

  /** Becomes the router of a VPC; forgets all connections. */
  void become(Vpc vpc) throws IOException {
    try {
      // With -force the flush of a table that was never used is no error.
      Netns.run(Addressing.of(vpc), "ip", "-force", "-n", namespaces.router, "-batch", "-");
    } catch (IOException e) {
      if (!isHarmless(e)) {
        throw e;
      }
    }
    Netns.in(namespaces.router, RouterRules.of(vpc), "iptables-restore");
    conntrack.flush();
  }

  private static boolean isHarmless(IOException e) {
    return e.getMessage().lines().noneMatch(line -> line.contains("RTNETLINK answers"));
  }

  /** Sends datagrams, in order; what leaves, in order. */
  List<Seen> send(List<Probe> probes) throws IOException {
    List<Seen> heard = new ArrayList<>();
    for (Probe probe : probes) {
      for (byte[] datagram : probe.sent(World.KERNEL)) {
        wire.send(probe.segment(World.KERNEL), datagram);
      }
    }
    wire.exchange(heard);
    return heard;
  }

  Conntrack conntrack() {
    return conntrack;
  }

  @Override
  public void close() throws IOException {
    wire.close();
    conntrack.close();
    namespaces.close();
  }
}
