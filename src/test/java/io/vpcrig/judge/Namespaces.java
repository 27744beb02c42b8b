package io.vpcrig.judge;

import io.vpcrig.testing.Netns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The network namespaces of the judge: {@code router}, and {@code hosts} with all far ends. Their
 * names carry the process id, so that two builds do not meet; closing removes them.
 */
final class Namespaces implements AutoCloseable {
  /** Segments of a VPC that there are wires for. */
  static final int WIRES = 12;

  /** The wire of the frame that tells that all before it are through. */
  static final String MARKER = "s" + WIRES;

  final String router = "vpcrig-judge-r" + ProcessHandle.current().pid();
  final String hosts = "vpcrig-judge-h" + ProcessHandle.current().pid();

  /**
   * Why this machine can't judge; empty if it can.
   *
   * @param more programs needed beside those that all judges need
   */
  static Optional<String> missing(String... more) {
    List<String> tools =
        new ArrayList<>(List.of("iptables", "iptables-restore", "sysctl", "ethtool"));
    tools.addAll(List.of(more));
    Optional<String> missing = Netns.missing(tools.toArray(String[]::new));
    if (missing.isPresent()) {
      return missing;
    }
    String probe = "vpcrig-judge-p" + ProcessHandle.current().pid();
    try {
      Netns.run("", "ip", "netns", "add", probe);
      Netns.run("", "ip", "netns", "exec", probe, "iptables", "-t", "nat", "-S");
      Netns.run("", "ip", "netns", "del", probe);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("needs network namespaces with iptables: " + e.getMessage());
    }
  }

  /**
   * Makes both namespaces and the wires between them. No ARP anywhere ({@code arp off}: every
   * neighbour is reachable at once), so nothing but tested frames moves.
   */
  Namespaces() throws IOException {
    try {
      Netns.run("", "ip", "netns", "add", router);
      Netns.run("", "ip", "netns", "add", hosts);
      StringBuilder links = new StringBuilder();
      for (int k = 0; k <= WIRES; k++) {
        links.append(
            "link add s%d address %s type veth peer name h%d netns %s%n"
                .formatted(k, macText(k), k, hosts));
        links.append("link set s%d arp off up%n".formatted(k));
      }
      links.append("link set lo up\n");
      Netns.run(links.toString(), "ip", "-n", router, "-batch", "-");
      StringBuilder ends = new StringBuilder();
      for (int k = 0; k <= WIRES; k++) {
        ends.append("link set h%d arp off up%n".formatted(k));
      }
      Netns.run(ends.toString(), "ip", "-n", hosts, "-batch", "-");
      for (String namespace : List.of(router, hosts)) {
        Netns.in(
            namespace,
            "",
            "sysctl",
            "-qw",
            "net.ipv6.conf.all.disable_ipv6=1",
            "net.ipv6.conf.default.disable_ipv6=1");
      }
      for (int k = 0; k <= WIRES; k++) {
        // Checksums of what the router itself sends are then complete on the wire.
        Netns.in(router, "", "ethtool", "-K", "s" + k, "tx", "off");
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /** The router's MAC on a wire. */
  static long mac(int wire) {
    return 0x0200_0000_0100L | wire;
  }

  private static String macText(int wire) {
    return "02:00:00:00:01:%02x".formatted(wire);
  }

  @Override
  public void close() {
    try {
      Netns.remove(router, hosts);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
