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
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** What every driver does, between two kernels. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class LivePortContract {
  private static final int BYTES = 20 << 20;
  private static final int MTU = 1500;

  private final Driver driver;
  private Wire wire;

  LivePortContract(Driver driver) {
    this.driver = driver;
  }

  final Wire wire() {
    return wire;
  }

  @BeforeAll
  final void makeNamespaces() throws IOException {
    Optional<String> missing = Netns.missing("ping", "ethtool");
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    wire = new Wire();
  }

  @AfterAll
  final void removeNamespaces() throws IOException {
    if (wire != null) {
      wire.close();
    }
  }

  private void ping(String to, String... more) throws IOException {
    String[] command = {"ping", "-n", "-c", "5", "-i", "0.05", "-W", "2"};
    String answer =
        Netns.in(
            wire.left,
            "",
            Stream.of(Stream.of(command), Stream.of(more), Stream.of(to))
                .flatMap(part -> part)
                .toArray(String[]::new));
    assertTrue(answer.contains(" 0% packet loss"), answer);
  }

  @Test
  void hostsReachEachOtherThroughTwoPorts() throws IOException {
    try (Wire.Carrier carrier = wire.carry(driver)) {
      ping("10.9.0.2");
      assertTrue(carrier.a.counters().received() >= 5, carrier.a.counters()::toString);
      assertTrue(carrier.b.counters().sent() >= 5, carrier.b.counters()::toString);
    }
  }

  @Test
  void hostsReachEachOtherByFragments() throws IOException {
    try (Wire.Carrier carrier = wire.carry(driver)) {
      ping("10.9.0.2", "-s", "20000");
      assertTrue(carrier.a.counters().received() >= 5 * 14, carrier.a.counters()::toString);
    }
  }

  @Test
  void tagsThatTheSendersKernelKeepsBesideTheFrameArrive() throws IOException {
    try (TagPusher pusher = Netns.inside(wire.left, () -> new TagPusher(Link.of("end"), 0x6007));
        LivePort near = Wire.open(driver, wire.middle, "p0");
        PortWait wait = new PortWait(List.of(near));
        FrameBatch batch = new FrameBatch(16)) {
      // Whoever sends to a neighbour that is not known asks everybody for it.
      Netns.inside(
          wire.left,
          () -> {
            try (DatagramSocket socket = new DatagramSocket()) {
              InetSocketAddress nobody = new InetSocketAddress("10.9.0.99", 9);
              socket.send(new DatagramPacket(new byte[1], 1, nobody));
            }
            return null;
          });
      byte[] got = receive(near, wait, batch, 0, frame -> frame[0] == -1);
      assertTrue(pusher.isThere());
      assertEquals("810060070806", HexFormat.of().formatHex(got, 12, 18));
      assertEquals("0a090063", HexFormat.of().formatHex(got, 42, 46));
    }
  }

  @Test
  void framesComeAsTheyWereSentAndWithTheTagOfAnAccessPort() throws IOException {
    byte[] frame = tagged(70);
    try (LivePort far = Wire.open(Driver.AFPACKET, wire.left, "end");
        LivePort near = Wire.open(driver, wire.middle, "p0");
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

  @Test
  void theLongestFrameGoesAndALongerOneIsCounted() throws IOException {
    byte[] longest = tagged(MTU + 18);
    byte[] longer = tagged(MTU + 19);
    try (LivePort far = Wire.open(Driver.AFPACKET, wire.left, "end");
        LivePort near = Wire.open(driver, wire.middle, "p0");
        Bytes bytes = Bytes.of(longest);
        Bytes more = Bytes.of(longer);
        PortWait wait = new PortWait(List.of(far));
        FrameBatch batch = new FrameBatch(16)) {
      long before = near.counters().unsent();
      near.send(more, 0, longer.length);
      near.flush();
      near.send(bytes, 0, longest.length);
      near.flush();
      assertEquals(1, near.counters().unsent() - before);
      assertArrayEquals(longest, receive(far, wait, batch, 0));
    }
  }

  /** The frame of {@link #tagged}. */
  private static byte[] receive(LivePort port, PortWait wait, FrameBatch batch, int tag)
      throws IOException {
    return receive(port, wait, batch, tag, frame -> frame[0] == 2);
  }

  /** The first frame that is wanted; others that the kernel's hosts send are passed over. */
  private static byte[] receive(
      LivePort port, PortWait wait, FrameBatch batch, int tag, Predicate<byte[]> wanted)
      throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (System.nanoTime() < end) {
      wait.await(100);
      batch.clear();
      port.receive(batch, 0, tag, 0);
      for (int i = 0; i < batch.size; i++) {
        byte[] got = batch.bytes.copy(batch.start[i], batch.length[i]);
        if (wanted.test(got)) {
          return got;
        }
      }
    }
    throw new AssertionError("the frame did not come");
  }

  /** Priority 7 and VLAN 7, a type for experiments, and as many bytes as need no padding. */
  private static byte[] tagged(int length) {
    byte[] frame = new byte[length];
    HexFormat hex = HexFormat.of();
    System.arraycopy(hex.parseHex("0200000000020200000000018100e00788b5"), 0, frame, 0, 18);
    frame[length - 1] = 42;
    return frame;
  }

  @Test
  void whatSendersLeaveToTheirHardwareIsDone() throws Exception {
    try (Wire.Carrier carrier = wire.carry(driver)) {
      transfer("10.9.0.2");
      PortCounters counters = carrier.a.counters();
      assertEquals(0, counters.refused(), counters::toString);
      seen(counters);
    }
  }

  /** Of the counters after 20 MiB of TCP. */
  abstract void seen(PortCounters counters);

  @Test
  void whatSendersLeaveToTheirHardwareInATunnelIsDone() throws Exception {
    try (Wire.Carrier carrier = wire.carry(driver)) {
      Netns.in(wire.left, "", "ethtool", "-K", "vx", "tso", "off", "gso", "off");
      transfer("10.9.77.2");
      assertEquals(0, carrier.a.counters().refused(), carrier.a.counters()::toString);
    }
  }

  /** Sends bytes from left to right; no checksum may be wrong. */
  private void transfer(String address) throws Exception {
    byte[] sent = new byte[BYTES];
    new SplittableRandom(7).nextBytes(sent);
    ServerSocket server =
        Netns.inside(
            wire.right,
            () -> new ServerSocket(0, 1, new InetSocketAddress(address, 0).getAddress()));
    try (server) {
      FutureTask<byte[]> received =
          Netns.start(
              wire.right,
              () -> {
                try (Socket socket = server.accept();
                    InputStream in = socket.getInputStream()) {
                  return in.readAllBytes();
                }
              });
      Netns.inside(
          wire.left,
          () -> {
            try (Socket socket = new Socket(address, server.getLocalPort())) {
              socket.getOutputStream().write(sent);
            }
            return null;
          });
      assertArrayEquals(sent, received.get(30, TimeUnit.SECONDS));
    }
    // Segments may be sent again if a ring was full, but none comes wrong: both kernels count.
    for (String host : new String[] {wire.left, wire.right}) {
      String errors = Netns.in(host, "", "cat", "/proc/net/snmp");
      assertEquals("0", counter(errors, "Tcp:", "InCsumErrors"), errors);
      assertEquals("0", counter(errors, "Udp:", "InCsumErrors"), errors);
    }
  }

  private static String counter(String snmp, String protocol, String name) {
    String[] lines = snmp.lines().filter(line -> line.startsWith(protocol)).toArray(String[]::new);
    String[] names = lines[0].split(" ");
    String[] values = lines[1].split(" ");
    for (int k = 0; k < names.length; k++) {
      if (names[k].equals(name)) {
        return values[k];
      }
    }
    throw new IllegalStateException(snmp);
  }

  @Test
  void aLinkThatWasDownIsUsedAgain() throws Exception {
    try (Wire.Carrier carrier = wire.carry(driver)) {
      ping("10.9.0.2");
      Wire.ip(wire.middle, "link set p0 down\n");
      // What right asks meanwhile can't go out.
      FutureTask<Integer> asking =
          Netns.start(
              wire.right,
              () ->
                  new ProcessBuilder("ping", "-c", "2", "-i", "0.1", "-W", "1", "10.9.0.1")
                      .redirectErrorStream(true)
                      .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                      .start()
                      .waitFor());
      long before = carrier.cpuNs();
      Thread.sleep(300);
      long used = carrier.cpuNs() - before;
      Wire.ip(wire.middle, "link set p0 up\n");
      assertTrue(used < TimeUnit.MILLISECONDS.toNanos(60), () -> "it spins: " + used + " ns");
      asking.get();
      ping("10.9.0.2");
    }
  }

  @Test
  void nothingIsLeftBehind() throws IOException {
    wire.carry(driver).close();
    long files = openFiles();
    for (int k = 0; k < 5; k++) {
      wire.carry(driver).close();
    }
    assertEquals(files, openFiles());
    String links = Netns.in(wire.middle, "", "ip", "-d", "link", "show", "p0");
    assertTrue(!links.contains("xdp") && links.contains("promiscuity 0"), links);
  }

  private static long openFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return files.count();
    }
  }

  @Test
  void anInterfaceThatIsNotThereIsNamed() {
    IOException missing =
        assertThrows(IOException.class, () -> Wire.open(driver, wire.middle, "absent"));
    assertEquals("interface absent: there is none of this name here", missing.getMessage());
  }

  @Test
  void anInterfaceThatIsDownIsNamedWithTheCommandThatHelps() throws IOException {
    Wire.ip(wire.middle, "link add idle type veth peer name idle2\n");
    IOException down =
        assertThrows(IOException.class, () -> Wire.open(driver, wire.middle, "idle"));
    Wire.ip(wire.middle, "link del idle\n");
    assertEquals(
        "interface idle: is down; set it up first: ip link set idle up", down.getMessage());
  }
}
