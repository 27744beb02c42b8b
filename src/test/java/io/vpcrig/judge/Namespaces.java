package io.vpcrig.judge;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

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
    if (!"root".equals(System.getProperty("user.name"))) {
      return Optional.of("needs root for network namespaces");
    }
    List<String> tools =
        new ArrayList<>(List.of("ip", "iptables", "iptables-restore", "sysctl", "ethtool"));
    tools.addAll(List.of(more));
    for (String tool : tools) {
      if (List.of("/usr/sbin/", "/sbin/", "/usr/bin/", "/bin/").stream()
          .noneMatch(folder -> Files.isExecutable(Path.of(folder + tool)))) {
        return Optional.of("needs the program " + tool);
      }
    }
    String probe = "vpcrig-judge-p" + ProcessHandle.current().pid();
    try {
      run("", "ip", "netns", "add", probe);
      run("", "ip", "netns", "exec", probe, "iptables", "-t", "nat", "-S");
      run("", "ip", "netns", "del", probe);
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
      run("", "ip", "netns", "add", router);
      run("", "ip", "netns", "add", hosts);
      StringBuilder links = new StringBuilder();
      for (int k = 0; k <= WIRES; k++) {
        links.append(
            "link add s%d address %s type veth peer name h%d netns %s%n"
                .formatted(k, macText(k), k, hosts));
        links.append("link set s%d arp off up%n".formatted(k));
      }
      links.append("link set lo up\n");
      run(links.toString(), "ip", "-n", router, "-batch", "-");
      StringBuilder ends = new StringBuilder();
      for (int k = 0; k <= WIRES; k++) {
        ends.append("link set h%d arp off up%n".formatted(k));
      }
      run(ends.toString(), "ip", "-n", hosts, "-batch", "-");
      for (String namespace : List.of(router, hosts)) {
        in(
            namespace,
            "",
            "sysctl",
            "-qw",
            "net.ipv6.conf.all.disable_ipv6=1",
            "net.ipv6.conf.default.disable_ipv6=1");
      }
      for (int k = 0; k <= WIRES; k++) {
        // Checksums of what the router itself sends are then complete on the wire.
        in(router, "", "ethtool", "-K", "s" + k, "tx", "off");
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

  /** Runs a program in a namespace; its output, or an exception with what it complained of. */
  String in(String namespace, String input, String... command) throws IOException {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    all.addAll(List.of(command));
    return run(input, all.toArray(String[]::new));
  }

  /** As {@link #in}, in the namespace of the process. */
  static String run(String input, String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (OutputStream to = process.getOutputStream()) {
      to.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException(
            String.join(" ", command) + " failed: " + output + "\ninput was:\n" + input);
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return output;
  }

  /** Does something on a thread of its own inside a namespace; sockets made there stay there. */
  static <T> T inside(String namespace, Callable<T> action) throws IOException {
    FutureTask<T> task =
        new FutureTask<>(
            () -> {
              Libc.enter(namespace);
              return action.call();
            });
    Thread.ofPlatform().name("inside " + namespace).start(task);
    try {
      return task.get();
    } catch (ExecutionException | InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    for (String namespace : List.of(router, hosts)) {
      try {
        run("", "ip", "netns", "del", namespace);
      } catch (IOException e) {
        // It may never have been made; there is nothing else to undo.
        continue;
      }
    }
  }
}
