package io.vpcrig.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vpcrig.testing.Netns;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Real kernels around a {@code forward} in a process of its own: a namespace for it, one for each
 * host, wires between them.
 *
 * <pre>
 *   web 10.10.1.10 -- p-web | app 10.10.2.10 -- p-app | out 203.0.113.1 -- p-out
 * </pre>
 */
final class LiveLab implements AutoCloseable {
  /** Rules of the list of tier web, to which others are added. */
  static final String RULES =
      """
          - {number: 10, direction: ingress, action: allow, protocol: tcp, ports: 8000-8999, cidr: 0.0.0.0/0}
          - {number: 20, direction: ingress, action: allow, protocol: icmp, cidr: 10.10.0.0/16}
      """;

  private static final String VPC =
      """
      vpc: {name: lab, cidr: 10.10.0.0/16}
      segments:
        public: {vlan: 100, subnet: 203.0.113.0/24, address: 203.0.113.10, gateway: 203.0.113.1}
      tiers:
        web: {gateway: 10.10.1.1/24, vlan: 101, acl: web}
        app: {gateway: 10.10.2.1/24, vlan: 102, acl: default_allow}
      hosts: {web1: {tier: web, address: 10.10.1.10}}
      source-nat: [203.0.113.10]
      port-forwarding: [{public: 203.0.113.11, protocol: tcp, ports: 80, host: web1, to: 8080}]
      acls:
        web:
      """;

  static final List<String> HOSTS = List.of("web", "app", "out");

  private static final AtomicInteger NUMBER = new AtomicInteger();

  final Path folder;
  final Path vpc;
  final Path control;
  final Path counters;

  private final String prefix =
      "vpcrig-ops-" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet() + "-";
  private final List<String> namespaces = new ArrayList<>();

  /** Why this machine can have none; empty if it can. */
  static Optional<String> missing() {
    return Netns.missing("ping");
  }

  LiveLab(Path folder) throws IOException {
    this.folder = folder;
    vpc = folder.resolve("vpc.yaml");
    control = folder.resolve("control");
    counters = folder.resolve("counters");
    writeVpc(RULES);
    namespaces.add(router());
    Netns.run("", "ip", "netns", "add", router());
    host("web", "10.10.1.10/24", "10.10.1.1");
    host("app", "10.10.2.10/24", "10.10.2.1");
    host("out", "203.0.113.1/24", "203.0.113.2");
  }

  String router() {
    return prefix + "r";
  }

  String namespace(String host) {
    return prefix + host;
  }

  private void host(String name, String address, String gateway) throws IOException {
    String namespace = namespace(name);
    Netns.run("", "ip", "netns", "add", namespace);
    namespaces.add(namespace);
    ip(
        router(),
        "link add p-%s type veth peer name end netns %s%nlink set p-%s up%n"
            .formatted(name, namespace, name));
    ip(
        namespace,
        """
        link set lo up
        address add %s dev end
        link set end up
        route add default via %s
        """
            .formatted(address, gateway));
    // A new MAC is told to all, as an operator's tools would.
    Netns.in(namespace, "", "sh", "-c", "echo 1 > /proc/sys/net/ipv4/conf/all/arp_notify");
  }

  /** Runs lines of {@code ip -batch} in a namespace. */
  static void ip(String namespace, String batch) throws IOException {
    Netns.run(batch, "ip", "-n", namespace, "-batch", "-");
  }

  /** Writes the VPC file with these rules for tier web. */
  void writeVpc(String rules) throws IOException {
    write(VPC + rules);
  }

  /** Puts a whole VPC file in its place. */
  void write(String text) throws IOException {
    Path part = folder.resolve("vpc.part");
    Files.writeString(part, text, StandardCharsets.UTF_8);
    Files.move(part, vpc, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  static String vpcWithTier(String rules) {
    return VPC.replace("tiers:\n", "tiers:\n  aaa: {gateway: 10.10.9.1/24, vlan: 109, acl: web}\n")
        + rules;
  }

  static String vpcWithoutApp(String rules) {
    return VPC.replaceAll("  app: .*\n", "") + rules;
  }

  /** Starts the router and waits until it answers. */
  VpcrigProcess start(String... more) throws IOException, InterruptedException {
    VpcrigProcess process = new VpcrigProcess(folder, command(more));
    process.await(() -> Files.exists(control) && status().isPresent());
    return process;
  }

  List<String> command(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "forward",
                vpc.toString(),
                "--port",
                "web=p-web",
                "--port",
                "app=p-app",
                "--port",
                "public=p-out",
                "--control",
                control.toString(),
                "--counters",
                counters.toString(),
                "--sessions",
                "10000"));
    arguments.addAll(List.of(more));
    List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", router()));
    command.addAll(VpcrigProcess.command(arguments.toArray(String[]::new)));
    return command;
  }

  /** What the router says of itself, if it answers. */
  Optional<JsonNode> status() {
    try {
      return Optional.of(ask("status"));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The last line of the answer to a line. */
  JsonNode ask(String line) throws IOException {
    try (ControlClient client = new ControlClient(control)) {
      client.send(line);
      return client.last();
    }
  }

  /** What {@code stat} says of its counters. */
  JsonNode counters() throws IOException {
    try (var reader = new io.vpcrig.telemetry.CounterReader(counters)) {
      return new ObjectMapper().readTree(StatJson.of(reader.snapshot()).toString());
    }
  }

  /** The sum of the counters of a name whose labels have this value. */
  long counter(String name, String label) throws IOException {
    long sum = 0;
    for (JsonNode counter : counters().path("counters")) {
      boolean labelled = false;
      for (JsonNode value : counter) {
        labelled |= value.asText().equals(label);
      }
      sum +=
          counter.path("name").asText().equals(name) && (label.isEmpty() || labelled)
              ? counter.path("value").asLong()
              : 0;
    }
    return sum;
  }

  String ping(String from, String to, int count) throws IOException {
    return Netns.in(
        namespace(from), "", "ping", "-n", "-c", "" + count, "-i", "0.05", "-W", "2", to);
  }

  ServerSocket listen(String host, String address, int port) throws IOException {
    return Netns.inside(
        namespace(host), () -> new ServerSocket(port, 50, InetAddress.getByName(address)));
  }

  Socket connect(String host, String address, int port, int timeoutMs) throws IOException {
    return Netns.inside(
        namespace(host),
        () -> {
          Socket socket = new Socket();
          try {
            socket.connect(new InetSocketAddress(address, port), timeoutMs);
          } catch (IOException e) {
            socket.close();
            throw e;
          }
          return socket;
        });
  }

  @Override
  public void close() throws IOException {
    Netns.remove(namespaces.toArray(String[]::new));
  }
}
