package io.vpcrig.judge;

import io.vpcrig.config.foreign.Loss;
import io.vpcrig.config.foreign.RuleFormats;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.Flow;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Protocol;
import io.vpcrig.testing.Filters.Header;
import io.vpcrig.testing.Netns;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * The Linux kernel as a plain filter: what comes by wire 0 leaves by wire 1 if the loaded rules let
 * it pass. The marker is answered by the router itself (protocol unreachable), so that no rule in
 * forward meets it; it is not tracked, so that none for new connections does.
 */
final class KernelFilter implements AutoCloseable {
  private static final int SYN = 2;

  /** Tables as they are at first; both formats' rules are gone. */
  private static final String EMPTY =
      """
      *filter
      :INPUT ACCEPT [0:0]
      :FORWARD ACCEPT [0:0]
      :OUTPUT ACCEPT [0:0]
      COMMIT
      *mangle
      :PREROUTING ACCEPT [0:0]
      COMMIT
      """;

  private final Namespaces namespaces = new Namespaces();
  private final Wire wire;
  private final Conntrack conntrack;

  KernelFilter() throws IOException {
    try {
      Netns.in(
          namespaces.router,
          "",
          "sysctl",
          "-qw",
          "net.ipv4.ip_forward=1",
          "net.ipv4.conf.all.rp_filter=0",
          "net.ipv4.conf.default.rp_filter=0",
          "net.ipv4.conf.s0.rp_filter=0",
          "net.ipv4.conf.s1.rp_filter=0",
          "net.ipv4.icmp_ratelimit=0",
          "net.ipv4.icmp_ratemask=0");
      String marker = Ipv4Text.format(Addressing.MARKER_DESTINATION);
      Netns.run(
          "addr add %s/24 dev %s%nroute add default dev s1%n".formatted(marker, Namespaces.MARKER),
          "ip",
          "-n",
          namespaces.router,
          "-batch",
          "-");
      Netns.in(namespaces.router, RouterRules.once(), "iptables-restore");
      wire = new Wire(namespaces);
      conntrack = new Conntrack(namespaces);
    } catch (IOException e) {
      namespaces.close();
      throw e;
    }
  }

  /** Loads a list, written by one of our formats, in place of the one before. */
  String load(String format, FilterList list) throws IOException {
    StringBuilder text = new StringBuilder();
    List<Loss> losses = RuleFormats.named(format).orElseThrow().write(List.of(list), text);
    if (!losses.isEmpty()) {
      throw new IllegalStateException("the list can't be written whole: " + losses);
    }
    Netns.in(namespaces.router, EMPTY, "iptables-restore");
    Netns.in(namespaces.router, "add table ip vpcrig\ndelete table ip vpcrig\n", "nft", "-f", "-");
    if (format.equals("nft")) {
      Netns.in(namespaces.router, text.toString(), "nft", "-j", "-f", "-");
    } else if (format.equals("nft-text")) {
      Netns.in(namespaces.router, text.toString(), "nft", "-f", "-");
    } else {
      Netns.in(namespaces.router, text.toString(), "iptables-restore");
    }
    conntrack.flush();
    return text.toString();
  }

  /** The rules as the kernel's own tools write them. */
  String saved(String format) throws IOException {
    return format.startsWith("nft")
        ? Netns.in(namespaces.router, "", "nft", "-j", "list", "table", "ip", "vpcrig")
        : Netns.in(namespaces.router, "", "iptables-save");
  }

  /** Which of the headers pass, each as the first packet of a connection. */
  BitSet passed(List<Header> headers) throws IOException {
    for (int i = 0; i < headers.size(); i++) {
      wire.send(0, datagram(headers.get(i), i + 1));
    }
    List<Seen> heard = new ArrayList<>();
    wire.exchange(heard);
    BitSet passed = new BitSet();
    for (Seen seen : heard) {
      passed.set((seen.datagram()[4] & 0xff) << 8 | seen.datagram()[5] & 0xff);
    }
    return passed.get(1, headers.size() + 1);
  }

  private static byte[] datagram(Header header, int token) {
    Flow flow =
        Flow.of(
            header.protocol(),
            header.source(),
            header.destination(),
            header.sourcePort() << 16 | header.destinationPort(),
            Optional.empty());
    return switch (header.protocol()) {
      case Protocol.TCP -> Datagrams.tcp(flow, SYN, token, 0, 0, 64, token);
      case Protocol.UDP -> Datagrams.udp(flow, 8, 64, token);
      case Protocol.ICMP -> Datagrams.icmp(flow, 8, 64, token);
      default ->
          Datagrams.other(header.source(), header.destination(), header.protocol(), 24, 64, token);
    };
  }

  @Override
  public void close() throws IOException {
    wire.close();
    conntrack.close();
    namespaces.close();
  }
}
