package io.vpcrig.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.TestData;
import io.vpcrig.frame.DamagedInputException;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.LinkType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pcap4j.core.BpfProgram.BpfCompileMode;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.Pcaps;
import org.pcap4j.packet.namednumber.DataLinkType;

/** The interpreter against libpcap's own, and a filter against tcpdump. */
class BpfFilterTest {
  /** What expressions are put together from; tcpdump's manual has most of them. */
  private static final List<String> PRIMITIVES =
      List.of(
          "ip",
          "ip6",
          "arp",
          "tcp",
          "udp",
          "icmp",
          "icmp6",
          "sctp",
          "port 53",
          "src port 80",
          "dst port 443",
          "portrange 1024-5000",
          "tcp portrange 20-1000",
          "net 10.0.0.0/8",
          "src net 192.168.0.0 mask 255.255.0.0",
          "dst host 127.0.0.1",
          "host 192.168.1.1",
          "ip6 net fe80::/10",
          "less 80",
          "greater 200",
          "len > 60 and len < 400",
          "vlan",
          "vlan 10",
          "vlan and ip",
          "vlan and vlan",
          "mpls",
          "ip proto 47",
          "ip6 proto 58",
          "ip protochain 6",
          "ip6 protochain 6",
          "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0",
          "tcp[13] = 0x12",
          "icmp[icmptype] = icmp-echo",
          "ip[6:2] & 0x1fff = 0",
          "ip[2:2] - ((ip[0] & 0xf) << 2) > 40",
          "tcp port 80 and (((ip[2:2] - ((ip[0]&0xf)<<2)) - ((tcp[12]&0xf0)>>2)) != 0)",
          "udp[4:2] % 3 = 1",
          "ip[8] * 3 / 2 > 100",
          "ip[4:2] ^ 0x5555 > 0x8000",
          "ip[len - 1] > 3",
          "udp[8:4] >> 24 & 0xf8 = 8",
          "ip[12:4] / ip[9] > 1000",
          "ip[1] << ip[8] > 7",
          "ip multicast");

  /** Primitives that ask for an Ethernet header. */
  private static final List<String> ETHERNET_ONLY =
      List.of(
          "ether multicast",
          "ether broadcast",
          "ether[0] & 1 = 0 and ether[12:2] > 1500",
          "ether proto 0x88cc",
          "stp",
          "ether src 00:00:00:00:00:00/8 or pppoes");

  private static final int MOST_FRAMES = 60;

  @TempDir private Path directory;

  @BeforeEach
  void libpcapIsThere() {
    Libpcap.require();
  }

  private static List<Path> captures() throws IOException {
    try (Stream<Path> walk = Files.walk(TestData.sharedOrSkip("captures"))) {
      return walk.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** The first frames of all captures, by link type. */
  private static Map<Integer, List<CapturedFrame>> frames() throws IOException {
    Map<Integer, List<CapturedFrame>> frames = new HashMap<>();
    for (Path file : captures()) {
      try {
        LimitedSource some = new LimitedSource(Captures.open(file), MOST_FRAMES);
        for (CapturedFrame frame : CapturedFrame.readAll(some).frames()) {
          if (LinkType.isSupported(frame.link())) {
            frames.computeIfAbsent(frame.link(), link -> new ArrayList<>()).add(frame);
          }
        }
      } catch (IOException e) {
        // Damaged from the first byte on.
        assertTrue(e.getMessage().contains("byte"));
      }
    }
    return frames;
  }

  private static String expression(SplittableRandom random, int link) {
    StringBuilder text = new StringBuilder();
    int parts = 1 + random.nextInt(3);
    for (int p = 0; p < parts; p++) {
      List<String> from =
          link == LinkType.ETHERNET && random.nextInt(8) == 0 ? ETHERNET_ONLY : PRIMITIVES;
      text.append(p == 0 ? "" : random.nextBoolean() ? " and " : " or ")
          .append(random.nextInt(4) == 0 ? "not " : "")
          .append('(')
          .append(from.get(random.nextInt(from.size())))
          .append(')');
    }
    return text.toString();
  }

  private static List<String> expressions(SplittableRandom random, int link, int mixed) {
    List<String> all = new ArrayList<>(PRIMITIVES);
    if (link == LinkType.ETHERNET) {
      all.addAll(ETHERNET_ONLY);
    }
    for (int k = 0; k < mixed; k++) {
      all.add(expression(random, link));
    }
    return all;
  }

  @Test
  void takesWhatLibpcapsOwnInterpreterTakes() throws Exception {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    PcapCompiler compiler = new PcapCompiler(PcapCompiler.LIBRARIES);
    long compared = 0;
    for (Map.Entry<Integer, List<CapturedFrame>> entry : frames().entrySet()) {
      int link = entry.getKey();
      try (PcapHandle dead = Pcaps.openDead(DataLinkType.getInstance(dlt(link)), 262_144);
          MemorySource source = source(entry.getValue());
          FrameBatch batch = new FrameBatch(4096, 64 << 20)) {
        source.read(batch);
        int some = Math.min(batch.size, 800);
        for (String text : expressions(random, link, 30)) {
          compared += compare(compiler, dead, text, entry.getValue(), batch, some, seed);
        }
      }
    }
    assertTrue(compared > 30_000, compared + " frames compared");
  }

  private static int dlt(int link) {
    return link == LinkType.RAW ? 12 : link;
  }

  private static MemorySource source(List<CapturedFrame> frames) {
    return MemorySource.of(
        frames.stream().map(frame -> HexFormat.of().parseHex(frame.hex())).toList());
  }

  private static long compare(
      PcapCompiler compiler,
      PcapHandle dead,
      String text,
      List<CapturedFrame> frames,
      FrameBatch batch,
      int some,
      long seed)
      throws Exception {
    int link = frames.getFirst().link();
    org.pcap4j.core.BpfProgram theirs;
    try {
      theirs = dead.compileFilter(text, BpfCompileMode.OPTIMIZE, PcapHandle.PCAP_NETMASK_UNKNOWN);
    } catch (PcapNativeException e) {
      SelectionException ours =
          assertThrows(SelectionException.class, () -> compiler.compile(text, link), text);
      assertTrue(ours.getMessage().contains("libpcap says: "), ours.getMessage());
      return 0;
    }
    BpfProgram program = compiler.compile(text, link);
    for (int i = 0; i < some; i++) {
      CapturedFrame frame = frames.get(i);
      byte[] bytes = HexFormat.of().parseHex(frame.hex());
      boolean expected = theirs.applyFilter(bytes, bytes.length + frame.missing(), bytes.length);
      boolean ours =
          program.takes(batch.bytes, batch.start[i], bytes.length, bytes.length + frame.missing());
      int number = i;
      assertEquals(
          expected, ours, () -> text + ", link " + link + ", frame " + number + ", seed " + seed);
    }
    theirs.free();
    return some;
  }

  @Test
  void countsWhatTcpdumpWrites() throws Exception {
    Assumptions.assumeTrue(
        Stream.of("/usr/bin/tcpdump", "/usr/sbin/tcpdump").anyMatch(p -> Files.exists(Path.of(p))),
        "SKIPPED: tcpdump is not installed");
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    List<Path> captures =
        captures().stream().filter(path -> path.toString().endsWith(".pcap")).toList();
    int compared = 0;
    for (int k = 0; k < 50; k++) {
      Path capture = captures.get(random.nextInt(captures.size()));
      String text = expression(random, LinkType.RAW);
      // libpcap compiles otherwise for files of some link types that the data path drops anyway.
      long written = isSupported(capture) ? tcpdump(capture, text) : -1;
      if (written < 0) {
        continue;
      }
      SelectedSource source = new SelectedSource(Captures.open(capture), BpfFilter.of(text));
      assertEquals(
          written,
          CapturedFrame.readAll(source).frames().size(),
          () -> capture + " '" + text + "', seed " + seed);
      compared++;
    }
    assertTrue(compared > 30, compared + " compared");
  }

  private static boolean isSupported(Path capture) throws IOException {
    try {
      LimitedSource one = new LimitedSource(Captures.open(capture), 1);
      return CapturedFrame.readAll(one).frames().stream()
          .allMatch(frame -> LinkType.isSupported(frame.link()));
    } catch (DamagedInputException e) {
      return false;
    }
  }

  /** Frames that tcpdump takes; -1 if it refuses the capture or the expression. */
  private long tcpdump(Path capture, String text) throws Exception {
    Path out = directory.resolve("out.pcap");
    Process process =
        new ProcessBuilder("tcpdump", "-r", capture.toString(), "-w", out.toString(), text)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    return process.exitValue() == 0
        ? CapturedFrame.readAll(Captures.open(out)).frames().size()
        : -1;
  }

  @Test
  void aWrongExpressionTellsWhatLibpcapSays() {
    SelectionException e =
        assertThrows(SelectionException.class, () -> BpfFilter.of("tcp port http and"));
    assertTrue(
        e.getMessage()
            .startsWith("--filter 'tcp port http and' for frames of link type 1: libpcap says: "),
        e.getMessage());
    assertTrue(e.getMessage().contains("syntax error"), e.getMessage());
  }

  @Test
  void aLibraryThatIsNotThereIsOneSentence() {
    SelectionException e =
        assertThrows(
            SelectionException.class, () -> new PcapCompiler(List.of("libnot-there.so.7")));
    assertEquals(
        "--filter needs libpcap to compile its expression, and it is not installed"
            + " (looked for libnot-there.so.7)",
        e.getMessage());
  }
}
