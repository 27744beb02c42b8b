package io.vpcrig.io.live;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.testing.Netns;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two kernel hosts and between them a wire of ours: what comes by one port goes out by the other.
 *
 * <pre>
 *   left: end 10.9.0.1 <-veth-> middle: p0 == p1 <-veth-> right: end 10.9.0.2
 * </pre>
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class AfPacketPortTest {
  private static final String NAME = "vpcrig-port-" + ProcessHandle.current().pid();
  private static final String LEFT = NAME + "-l";
  private static final String MIDDLE = NAME + "-m";
  private static final String RIGHT = NAME + "-r";
  private static final int BYTES = 20 << 20;

  @BeforeAll
  static void makeNamespaces() throws IOException {
    Optional<String> missing = Netns.missing("ping", "ethtool");
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    for (String name : new String[] {LEFT, MIDDLE, RIGHT}) {
      Netns.run("", "ip", "netns", "add", name);
    }
    Netns.run(
        """
        link add p0 type veth peer name end netns %s
        link add p1 type veth peer name end netns %s
        link set p0 up
        link set p1 up
        """
            .formatted(LEFT, RIGHT),
        "ip",
        "-n",
        MIDDLE,
        "-batch",
        "-");
    end(LEFT, "end", "10.9.0.1");
    end(RIGHT, "end", "10.9.0.2");
  }

  private static void end(String namespace, String name, String address) throws IOException {
    Netns.run(
        """
        link set lo up
        address add %s/24 dev %s
        link set %s up
        """
            .formatted(address, name, name),
        "ip",
        "-n",
        namespace,
        "-batch",
        "-");
  }

  @AfterAll
  static void removeNamespaces() throws IOException {
    Netns.remove(LEFT, MIDDLE, RIGHT);
  }

  /** Carries frames both ways until it is interrupted. */
  private static final class Carrier implements AutoCloseable {
    private final AfPacketPort a;
    private final AfPacketPort b;
    private final Thread thread;
    private volatile boolean stopped;
    private volatile Throwable failure;

    Carrier() throws IOException {
      AfPacketPort[] ports =
          Netns.inside(
              MIDDLE, () -> new AfPacketPort[] {AfPacketPort.open("p0"), AfPacketPort.open("p1")});
      a = ports[0];
      b = ports[1];
      thread = Thread.ofPlatform().start(this::run);
    }

    private void run() {
      try (FrameBatch batch = new FrameBatch(256);
          PortWait wait = new PortWait(List.of(a, b))) {
        while (!stopped) {
          if (carry(batch, a, b) + carry(batch, b, a) == 0) {
            wait.await(10);
          }
        }
      } catch (Throwable e) {
        failure = e;
      }
    }

    private static int carry(FrameBatch batch, LivePort from, LivePort to) throws IOException {
      batch.clear();
      int count = from.receive(batch, 0, 0, 0);
      for (int i = 0; i < batch.size; i++) {
        to.send(batch.bytes, batch.start[i], batch.length[i]);
      }
      to.flush();
      return count;
    }

    @Override
    public void close() throws IOException {
      stopped = true;
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      a.close();
      b.close();
      assertEquals(null, failure);
    }
  }

  @Test
  void hostsReachEachOtherThroughTwoPorts() throws IOException {
    try (Carrier carrier = new Carrier()) {
      String answer =
          Netns.in(LEFT, "", "ping", "-n", "-c", "5", "-i", "0.05", "-W", "2", "10.9.0.2");
      assertTrue(answer.contains(" 0% packet loss"), answer);
      assertTrue(carrier.a.counters().received() >= 5);
      assertTrue(carrier.b.counters().sent() >= 5);
    }
  }

  @Test
  void tagsThatTheKernelTakesOffArePutBack() throws IOException {
    byte[] frame = tagged();
    try (AfPacketPort far = Netns.inside(LEFT, () -> AfPacketPort.open("end"));
        AfPacketPort near = Netns.inside(MIDDLE, () -> AfPacketPort.open("p0"));
        Bytes bytes = Bytes.of(frame);
        PortWait wait = new PortWait(List.of(near));
        FrameBatch batch = new FrameBatch(16)) {
      far.send(bytes, 0, frame.length);
      far.flush();
      assertArrayEquals(frame, receive(near, wait, batch, 0));
      far.send(bytes, 0, frame.length);
      far.flush();
      byte[] twice = receive(near, wait, batch, 4094);
      assertEquals(frame.length + 4, twice.length);
      assertEquals("81000ffe8100e007", HexFormat.of().formatHex(twice, 12, 20));
    }
  }

  /** The frame of {@link #tagged}; others that the kernel's hosts send are passed over. */
  private static byte[] receive(AfPacketPort port, PortWait wait, FrameBatch batch, int tag)
      throws IOException {
    while (true) {
      assertTrue(wait.await(5000), "the frame did not come");
      batch.clear();
      port.receive(batch, 0, tag, 0);
      for (int i = 0; i < batch.size; i++) {
        byte[] got = batch.bytes.copy(batch.start[i], batch.length[i]);
        if (got[0] == 2) {
          return got;
        }
      }
    }
  }

  /** Priority 7 and VLAN 7, a type for experiments, and as many bytes as need no padding. */
  private static byte[] tagged() {
    byte[] frame = new byte[70];
    HexFormat hex = HexFormat.of();
    System.arraycopy(hex.parseHex("0200000000020200000000018100e00788b5"), 0, frame, 0, 18);
    frame[69] = 42;
    return frame;
  }

  @Test
  void longSegmentsAndOpenChecksumsOfARealSenderArriveRight() throws Exception {
    byte[] sent = new byte[BYTES];
    new SplittableRandom(7).nextBytes(sent);
    try (Carrier carrier = new Carrier()) {
      ServerSocket server =
          Netns.inside(
              RIGHT,
              () -> new ServerSocket(0, 1, new InetSocketAddress("10.9.0.2", 0).getAddress()));
      try (server) {
        FutureTask<byte[]> received =
            Netns.start(
                RIGHT,
                () -> {
                  try (Socket socket = server.accept();
                      InputStream in = socket.getInputStream()) {
                    return in.readAllBytes();
                  }
                });
        Netns.inside(
            LEFT,
            () -> {
              try (Socket socket = new Socket("10.9.0.2", server.getLocalPort())) {
                socket.getOutputStream().write(sent);
              }
              return null;
            });
        assertArrayEquals(sent, received.get(30, TimeUnit.SECONDS));
      }
      PortCounters counters = carrier.a.counters();
      assertTrue(counters.cut() > 0, "the sender made no long segments: " + counters);
      assertEquals(0, counters.refused());
      // Segments may be sent again if the receiver's ring was full, but none is cut wrong: the
      // kernel of the receiver counts wrong checksums.
      String errors = Netns.in(RIGHT, "", "cat", "/proc/net/snmp");
      assertEquals("0", tcpErrors(errors), errors);
    }
  }

  private static String tcpErrors(String snmp) {
    String[] lines = snmp.lines().filter(line -> line.startsWith("Tcp:")).toArray(String[]::new);
    String[] names = lines[0].split(" ");
    String[] values = lines[1].split(" ");
    for (int k = 0; k < names.length; k++) {
      if (names[k].equals("InCsumErrors")) {
        return values[k];
      }
    }
    throw new IllegalStateException(snmp);
  }

  @Test
  void anInterfaceThatIsNotThereIsNamed() {
    IOException missing =
        assertThrows(
            IOException.class,
            () -> {
              try {
                Netns.inside(MIDDLE, () -> AfPacketPort.open("absent"));
              } catch (IOException e) {
                throw (IOException) e.getCause().getCause();
              }
            });
    assertEquals("interface absent: there is none of this name here", missing.getMessage());
  }

  @Test
  void anInterfaceThatIsDownIsNamedWithTheCommandThatHelps() throws IOException {
    Netns.run(
        "", "ip", "-n", MIDDLE, "link", "add", "idle", "type", "veth", "peer", "name", "idle2");
    IOException down =
        assertThrows(
            IOException.class,
            () -> {
              try {
                Netns.inside(MIDDLE, () -> AfPacketPort.open("idle"));
              } catch (IOException e) {
                throw (IOException) e.getCause().getCause();
              }
            });
    assertEquals(
        "interface idle: is down; set it up first: ip link set idle up", down.getMessage());
  }
}
