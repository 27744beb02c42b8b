package io.vpcrig.live;

import io.vpcrig.engine.PathOptions;
import io.vpcrig.engine.Snapshot;
import io.vpcrig.engine.SnapshotCell;
import io.vpcrig.io.live.AfPacketPort;
import io.vpcrig.io.live.LivePort;
import io.vpcrig.model.Vpc;
import io.vpcrig.testing.Netns;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;

/**
 * The network of the probes (cloudstack.md 2.5) with kernels for hosts, and the router between
 * them, whose VPC changes from probe to probe.
 *
 * <pre>
 *   one    10.10.1.10 --+
 *   eleven 10.10.1.11 --+ bridge -- t1 | t2     -- two 10.10.2.10
 *   out    203.0.113.1, 198.51.100.x -- public | dc -- dc  192.0.2.1, 192.0.2.50, 172.31.0.50
 * </pre>
 */
final class ProbeLab implements AutoCloseable {
  /** What a probe that gets no answer comes to. */
  static final String NOTHING = "nothing";

  private static final int PATIENCE_MS = 400;
  private static final String PREFIX = "vpcrig-probe-" + ProcessHandle.current().pid() + "-";
  private static final String ROUTER = PREFIX + "r";
  private static final String BRIDGE = PREFIX + "bridge";

  private final List<String> namespaces = new ArrayList<>(List.of(ROUTER, BRIDGE));
  private final PortPlan plan;
  private final SnapshotCell cell;
  private final LiveRouter router;
  private final Thread thread;
  private volatile Throwable failure;

  ProbeLab(Vpc vpc) throws IOException {
    try {
      build();
    } catch (IOException e) {
      Netns.remove(namespaces.toArray(String[]::new));
      throw e;
    }
    plan =
        PortPlan.of(
            vpc,
            Stream.of("t1=t1", "t2=two", "public=out", "dc=dc")
                .map(PortAssignment::parse)
                .toList());
    List<LivePort> ports =
        Netns.inside(
            ROUTER,
            () -> {
              List<LivePort> open = new ArrayList<>();
              for (String link : plan.links()) {
                open.add(AfPacketPort.open(link));
              }
              return open;
            });
    cell = new SnapshotCell(Snapshot.compile(plan.applyTo(vpc), 1, Optional.empty()));
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

  private void build() throws IOException {
    Netns.run("", "ip", "netns", "add", ROUTER);
    Netns.run("", "ip", "netns", "add", BRIDGE);
    wire(ROUTER, "t1", BRIDGE, "uplink");
    host("one", BRIDGE, "10.10.1.10/24", "10.10.1.1");
    host("eleven", BRIDGE, "10.10.1.11/24", "10.10.1.1");
    ip(
        BRIDGE,
        """
        link add lan type bridge
        link set uplink master lan
        link set one master lan
        link set eleven master lan
        link set lan up
        """);
    host("two", ROUTER, "10.10.2.10/24", "10.10.2.1");
    host("out", ROUTER, "203.0.113.1/24", "203.0.113.10");
    host("dc", ROUTER, "192.0.2.1/24", "192.0.2.2");
    Stream.of("50", "1", "2", "3", "4")
        .forEach(last -> addresses("out", "198.51.100." + last + "/32"));
    addresses("dc", "192.0.2.50/24", "172.31.0.50/32");
  }

  static String namespace(String host) {
    return PREFIX + host;
  }

  private static void ip(String namespace, String batch) throws IOException {
    Netns.run(batch, "ip", "-n", namespace, "-batch", "-");
  }

  private static void wire(String from, String link, String to, String peer) throws IOException {
    ip(
        from,
        "link add %s type veth peer name %s netns %s%nlink set %s up%n"
            .formatted(link, peer, to, link));
    ip(to, "link set " + peer + " up\n");
  }

  private void host(String name, String at, String address, String gateway) throws IOException {
    Netns.run("", "ip", "netns", "add", namespace(name));
    namespaces.add(namespace(name));
    wire(at, name, namespace(name), "end");
    ip(
        namespace(name),
        "link set lo up%naddress add %s dev end%nroute add default via %s%n"
            .formatted(address, gateway));
  }

  private static void addresses(String host, String... more) {
    for (String address : more) {
      try {
        ip(namespace(host), "address add %s dev end%n".formatted(address));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Judges by another VPC from now on. */
  void apply(Vpc vpc) throws IOException, InterruptedException {
    if (failure != null) {
      throw new IllegalStateException("the router failed", failure);
    }
    int generation = cell.getAcquire().generation() + 1;
    cell.publish(Snapshot.compile(plan.applyTo(vpc), generation, Optional.empty()));
    Thread.sleep(20); // A round that began before is over: it takes microseconds.
  }

  /** An open connection, as both kernels have it. */
  record Open(Socket client, Socket server) implements AutoCloseable {
    /** Whether a byte comes through both ways. */
    boolean works() throws IOException {
      client.getOutputStream().write(1);
      server.setSoTimeout(PATIENCE_MS);
      boolean there = server.getInputStream().read() == 1;
      server.getOutputStream().write(2);
      client.setSoTimeout(PATIENCE_MS);
      return there && client.getInputStream().read() == 2;
    }

    /** The client's address as the server sees it. */
    String source() {
      return server.getInetAddress().getHostAddress();
    }

    @Override
    public void close() throws IOException {
      client.close();
      server.close();
    }
  }

  /**
   * Opens a connection to a server that listens.
   *
   * @param client host, or HOST/ADDRESS to come from
   * @param server HOST:PORT it listens at
   * @param dialled ADDRESS:PORT
   * @return empty if nothing comes back
   */
  static Optional<Open> open(String client, String server, String dialled) throws Exception {
    String host = server.substring(0, server.indexOf(':'));
    int port = Integer.parseInt(server.substring(server.indexOf(':') + 1));
    ServerSocket listener = Netns.inside(namespace(host), () -> new ServerSocket(port));
    FutureTask<Socket> accepted = Netns.start(namespace(host), listener::accept);
    try {
      Optional<Socket> connected = dial(client, dialled);
      return connected.isEmpty()
          ? Optional.empty()
          : Optional.of(new Open(connected.get(), accepted.get()));
    } finally {
      listener.close();
      awaitEnd(accepted); // Only then the port is free.
    }
  }

  private static void awaitEnd(FutureTask<Socket> accepted) throws InterruptedException {
    try {
      accepted.get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof SocketException)) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** The source address that a server sees; {@link #NOTHING} if nothing comes back. */
  static String seen(String client, String server, String dialled) throws Exception {
    Optional<Open> open = open(client, server, dialled);
    if (open.isEmpty()) {
      return NOTHING;
    }
    try (Open both = open.get()) {
      return both.works() ? both.source() : "half a connection";
    }
  }

  /** Whether the router itself takes a connection. */
  static boolean isTaken(String client, String dialled) throws Exception {
    Optional<Socket> socket = dial(client, dialled);
    if (socket.isPresent()) {
      socket.get().close();
    }
    return socket.isPresent();
  }

  /** A connection, as its client has it; empty if nothing comes back. */
  static Optional<Socket> dial(String client, String dialled) throws IOException {
    int slash = client.indexOf('/');
    int colon = dialled.indexOf(':');
    try {
      return Netns.inside(
          namespace(slash < 0 ? client : client.substring(0, slash)),
          () -> {
            Socket socket = new Socket();
            if (slash >= 0) {
              socket.bind(
                  new InetSocketAddress(InetAddress.getByName(client.substring(slash + 1)), 0));
            }
            try {
              socket.connect(
                  new InetSocketAddress(
                      dialled.substring(0, colon), Integer.parseInt(dialled.substring(colon + 1))),
                  PATIENCE_MS);
              return Optional.of(socket);
            } catch (SocketTimeoutException e) {
              socket.close();
              return Optional.empty();
            }
          });
    } catch (IOException e) {
      Throwable cause = e.getCause() instanceof ExecutionException ? e.getCause().getCause() : e;
      if (cause instanceof ConnectException || cause instanceof NoRouteToHostException) {
        throw new IOException(client + " > " + dialled + ": " + cause.getMessage(), cause);
      }
      throw e;
    }
  }

  /** Whether echo requests are answered. */
  static boolean isPingAnswered(String host, String address) {
    try {
      String answer =
          Netns.in(namespace(host), "", "ping", "-n", "-c", "2", "-i", "0.05", "-W", "1", address);
      return answer.contains(" 0% packet loss");
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    router.stop();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    router.close();
    Netns.remove(namespaces.toArray(String[]::new));
    if (failure != null) {
      throw new IllegalStateException("the router failed", failure);
    }
  }
}
