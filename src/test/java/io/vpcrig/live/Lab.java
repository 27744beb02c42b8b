package io.vpcrig.live;

import io.vpcrig.config.ConfigException;
import io.vpcrig.config.VpcFile;
import io.vpcrig.engine.PathOptions;
import io.vpcrig.engine.Snapshot;
import io.vpcrig.engine.SnapshotCell;
import io.vpcrig.io.live.Driver;
import io.vpcrig.io.live.DriverChoice;
import io.vpcrig.io.live.LivePort;
import io.vpcrig.model.Vpc;
import io.vpcrig.testing.Netns;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A VPC with real kernels for hosts: a namespace for the router, one for each host, wires between
 * them, and the router running on its thread.
 *
 * <pre>
 *   web 10.10.1.10 -- web | app 10.10.2.10 -- app | out 203.0.113.1 -- pub
 *   db 10.10.3.10, VXLAN 5003 over 192.0.2.9 -- under
 * </pre>
 */
final class Lab implements AutoCloseable {
  static final String VPC =
      """
      vpc: {name: lab, cidr: 10.10.0.0/16}
      segments:
        public: {vlan: 100, subnet: 203.0.113.0/24, address: 203.0.113.10, gateway: 203.0.113.1}
      tiers:
        web: {gateway: 10.10.1.1/24, vlan: 101, acl: web}
        app: {gateway: 10.10.2.1/24, vlan: 102, acl: default_allow}
        db: {gateway: 10.10.3.1/24, vxlan: 5003, acl: default_allow}
      vxlan: {local: 192.0.2.1}
      acls:
        web:
          - {number: 10, direction: ingress, action: allow, protocol: tcp, ports: 8000-8999, cidr: 0.0.0.0/0}
          - {number: 20, direction: ingress, action: allow, protocol: icmp, cidr: 10.10.0.0/16}
      hosts: {web1: {tier: web, address: 10.10.1.10}}
      source-nat: [203.0.113.10]
      static-nat: [{public: 203.0.113.12, host: web1}]
      port-forwarding: [{public: 203.0.113.11, protocol: tcp, ports: 80, host: web1, to: 8080}]
      """;

  private static final String PREFIX = "vpcrig-lab-" + ProcessHandle.current().pid() + "-";
  private static final String ROUTER = PREFIX + "r";

  private final List<String> namespaces = new ArrayList<>(List.of(ROUTER));
  private UnaryOperator<LivePort> wire = UnaryOperator.identity();
  private Driver driver = Driver.AFPACKET;
  private LiveRouter router;
  private Thread thread;
  private volatile Throwable failure;

  /** Why this machine can have no lab; empty if it can. */
  static Optional<String> missing() {
    return Netns.missing("ping");
  }

  Lab() throws IOException {
    Netns.run("", "ip", "netns", "add", ROUTER);
    host("web", "10.10.1.10/24", "10.10.1.1");
    host("app", "10.10.2.10/24", "10.10.2.1");
    host("out", "203.0.113.1/24", "203.0.113.2");
    host("db", "192.0.2.9/24", "192.0.2.1");
    Netns.run(
        """
        link add vx type vxlan id 5003 local 192.0.2.9 remote 192.0.2.1 dstport 4789
        address add 10.10.3.10/24 dev vx
        link set vx mtu 1450 up
        route del default
        route add default via 10.10.3.1
        """,
        "ip",
        "-n",
        namespace("db"),
        "-batch",
        "-");
  }

  /** Namespace of a host. */
  static String namespace(String host) {
    return PREFIX + host;
  }

  private void host(String name, String address, String gateway) throws IOException {
    String namespace = namespace(name);
    Netns.run("", "ip", "netns", "add", namespace);
    namespaces.add(namespace);
    Netns.run(
        "link add %s type veth peer name end netns %s%nlink set %s up%n"
            .formatted("p-" + name, namespace, "p-" + name),
        "ip",
        "-n",
        ROUTER,
        "-batch",
        "-");
    Netns.run(
        """
        link set lo up
        address add %s dev end
        link set end up
        route add default via %s
        """
            .formatted(address, gateway),
        "ip",
        "-n",
        namespace,
        "-batch",
        "-");
  }

  /** Has something between the router and its ports. Before it starts. */
  void through(UnaryOperator<LivePort> between) {
    wire = between;
  }

  /** Has the router reach its interfaces so. Before it starts. */
  void by(Driver newDriver) {
    driver = newDriver;
  }

  /** Starts the router of {@link #VPC}. */
  void start() throws IOException {
    start(VPC, "web=p-web", "app=p-app", "public=p-out", "db=p-db:tagged");
  }

  /** Starts the router of a VPC. */
  void start(String file, String... assignments) throws IOException {
    Vpc vpc = vpc(file);
    PortPlan plan = PortPlan.of(vpc, Stream.of(assignments).map(PortAssignment::parse).toList());
    List<LivePort> ports =
        Netns.inside(
            ROUTER,
            () -> {
              List<LivePort> open = new ArrayList<>();
              for (String link : plan.links()) {
                open.add(wire.apply(DriverChoice.open(link, Optional.of(driver), true).port()));
              }
              return open;
            });
    SnapshotCell cell = new SnapshotCell(Snapshot.compile(plan.applyTo(vpc), 1, Optional.empty()));
    router = new LiveRouter(plan, ports, cell, PathOptions.DEFAULT.withSessions(10_000), 64, 0);
    thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    router.run();
                  } catch (Throwable e) {
                    failure = e;
                  }
                });
  }

  static Vpc vpc(String text) {
    try {
      return VpcFile.read("-", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** The running router; its counts after {@link #stop}. */
  LiveRouter router() {
    return router;
  }

  void stop() throws IOException {
    router.stop();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    if (failure != null) {
      throw new IllegalStateException("the router failed", failure);
    }
  }

  @Override
  public void close() throws IOException {
    if (router != null) {
      stop();
      router.close();
    }
    Netns.remove(namespaces.toArray(String[]::new));
  }
}
