package io.vpcrig.live;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpcrig.io.live.Driver;
import io.vpcrig.testing.Netns;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** The live router between real kernels. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LiveRouterTest {
  private Lab lab;

  /** How the router reaches its interfaces. */
  Driver driver() {
    return Driver.AFPACKET;
  }

  @BeforeAll
  final void start() throws IOException {
    Optional<String> missing = Lab.missing();
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    lab = new Lab();
    lab.by(driver());
    lab.start();
  }

  @AfterAll
  final void stop() throws IOException {
    if (lab != null) {
      lab.close();
    }
  }

  private static void ping(String from, String to) throws IOException {
    String answer =
        Netns.in(Lab.namespace(from), "", "ping", "-n", "-c", "3", "-i", "0.05", "-W", "2", to);
    assertTrue(answer.contains(" 0% packet loss"), answer);
  }

  @Test
  void tiersReachEachOtherAndTheirGateway() throws IOException {
    ping("web", "10.10.1.1");
    ping("web", "10.10.2.10");
    ping("app", "10.10.1.10");
  }

  @Test
  void aTierBehindAVxlanTunnelOfTheKernelIsReached() throws IOException {
    ping("db", "10.10.3.1");
    ping("web", "10.10.3.10");
    ping("db", "10.10.1.10");
  }

  @Test
  void whatIsTooLongForTheTunnelIsCutOrItsSenderTold() throws IOException {
    String[] long1500 = {"ping", "-n", "-c", "1", "-W", "2", "-s", "1472", "-M", "dont"};
    String[] command = Arrays.copyOf(long1500, long1500.length + 1);
    command[long1500.length] = "10.10.3.10";
    String answer = Netns.in(Lab.namespace("web"), "", command);
    assertTrue(answer.contains(" 0% packet loss"), answer);
    command[long1500.length - 1] = "do";
    IOException refused =
        assertThrows(IOException.class, () -> Netns.in(Lab.namespace("web"), "", command));
    assertTrue(
        refused
            .getMessage()
            .contains("From 10.10.1.1 icmp_seq=1 Frag needed and DF set (mtu = 1450)"),
        refused.getMessage());
  }

  @Test
  void tcpFindsThePathsMtu() throws Exception {
    assertEquals("10.10.1.10", connect("web", "db", "10.10.3.10", 8082, "10.10.3.10:8082").from);
  }

  @Test
  void guestsGoOutWithTheSourceNatAddress() throws Exception {
    assertEquals("203.0.113.10", connect("app", "out", "203.0.113.1", 0, "203.0.113.1").from);
    assertEquals("203.0.113.12", connect("web", "out", "203.0.113.1", 0, "203.0.113.1").from);
  }

  @Test
  void clientsOutsideComeInByPortForwardAndStaticNat() throws Exception {
    assertEquals("203.0.113.1", connect("out", "web", "10.10.1.10", 8080, "203.0.113.11:80").from);
    assertEquals("203.0.113.1", connect("out", "web", "10.10.1.10", 8443, "203.0.113.12").from);
  }

  @Test
  void aGuestReachesItselfByItsPublicAddress() throws Exception {
    assertEquals("10.10.2.10", connect("app", "web", "10.10.1.10", 8081, "203.0.113.12").from);
  }

  @Test
  void whatAListForbidsDoesNotCome() {
    assertThrows(
        SocketTimeoutException.class,
        () -> {
          try {
            connect("app", "web", "10.10.1.10", 9999, "10.10.1.10");
          } catch (IOException e) {
            throw e.getCause().getCause();
          }
        });
  }

  private record Seen(String from) {}

  /**
   * Sends some bytes from one host to another, which listens at {@code address}.
   *
   * @param port that it listens at, 0 for any
   * @param dialled ADDRESS or ADDRESS:PORT
   */
  private static Seen connect(
      String client, String server, String address, int port, String dialled) throws Exception {
    byte[] sent = new byte[300_000];
    new SplittableRandom(3).nextBytes(sent);
    try (ServerSocket listener =
        Netns.inside(
            Lab.namespace(server),
            () -> new ServerSocket(port, 5, InetAddress.getByName(address)))) {
      FutureTask<Seen> seen =
          Netns.start(
              Lab.namespace(server),
              () -> {
                try (Socket socket = listener.accept()) {
                  assertArrayEquals(sent, socket.getInputStream().readAllBytes());
                  return new Seen(socket.getInetAddress().getHostAddress());
                }
              });
      int colon = dialled.indexOf(':');
      InetSocketAddress to =
          colon < 0
              ? new InetSocketAddress(dialled, listener.getLocalPort())
              : new InetSocketAddress(
                  dialled.substring(0, colon), Integer.parseInt(dialled.substring(colon + 1)));
      Netns.inside(
          Lab.namespace(client),
          () -> {
            try (Socket socket = new Socket()) {
              socket.connect(to, 1500);
              socket.getOutputStream().write(sent);
            }
            return null;
          });
      return seen.get(10, TimeUnit.SECONDS);
    }
  }
}
