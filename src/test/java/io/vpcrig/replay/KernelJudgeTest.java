package io.vpcrig.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vpcrig.config.ConfigException;
import io.vpcrig.config.VpcFile;
import io.vpcrig.engine.PacketPath;
import io.vpcrig.engine.PathOptions;
import io.vpcrig.engine.Pipeline;
import io.vpcrig.engine.PipelineMode;
import io.vpcrig.engine.PipelineOptions;
import io.vpcrig.engine.Snapshot;
import io.vpcrig.engine.SnapshotCell;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSink;
import io.vpcrig.frame.Verdict;
import io.vpcrig.io.CaptureReader;
import io.vpcrig.io.Captures;
import io.vpcrig.io.MemorySource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * A Linux router with CloudStack's iptables rules saw the frames of the shipped captures; what it
 * sent was recorded beside them. vpcrig must send the same: the same frames by the same segments,
 * to the same MACs and tunnel endpoints, byte for byte.
 *
 * <p>What may differ, and why:
 *
 * <ul>
 *   <li>Outer headers of tunnels, but for the endpoint: the source port is each router's own hash.
 *   <li>The endpoint of the first frames to a host not heard of in that direction: Linux asks by
 *       ARP first; vpcrig, which never asks, sends to the network's multicast group.
 *   <li>ARP requests of the Linux router, and ARP of the underlay, which is not the VPC's.
 *   <li>IPv4 identification (and header checksum) of what a router itself makes: free to choose.
 *   <li>TCP resets of the Linux router: nothing listens there on the ports that its rules open, and
 *       vpcrig has no TCP of its own.
 * </ul>
 */
class KernelJudgeTest {
  private static final Map<String, Integer> RESETS = Map.of("router-itself", 1);
  private static final String GROUP = "239.0.";

  private static Snapshot snapshot;

  @BeforeAll
  static void compile() throws ConfigException {
    snapshot = Snapshot.compile(VpcFile.read(Path.of(ShippedCases.VPC)), 1, Optional.empty());
  }

  @TestFactory
  Stream<DynamicTest> sendsWhatTheLinuxRouterSent() {
    return ShippedCases.ALL.keySet().stream()
        .map(name -> DynamicTest.dynamicTest(name, () -> judge(name)));
  }

  private static void judge(String name) throws IOException {
    List<SentFrame> theirs;
    try (CaptureReader reader = Captures.open("pcaps/" + name + ".kernel.pcap")) {
      theirs = SentFrame.read(reader, snapshot);
    }
    theirs.removeIf(frame -> frame.arp() && frame.operation() == 1);
    Map<Byte, List<SentFrame>> ours = ours(name);
    List<String> differences = new ArrayList<>();
    match(ours.getOrDefault(Verdict.FORWARD, List.of()), theirs, frame -> frame, differences);
    match(
        ours.getOrDefault(Verdict.ORIGINATED, List.of()),
        theirs,
        SentFrame::withoutIdentification,
        differences);
    long resets = theirs.stream().filter(SentFrame::isTcpReset).count();
    assertEquals(RESETS.getOrDefault(name, 0), (int) resets, "TCP resets of the Linux router");
    theirs.removeIf(SentFrame::isTcpReset);
    theirs.forEach(frame -> differences.add("only Linux sent " + frame));
    assertEquals("", String.join("\n", differences));
  }

  /** Takes from {@code theirs} what is equal to one of {@code ours}. */
  private static void match(
      List<SentFrame> ours,
      List<SentFrame> theirs,
      UnaryOperator<SentFrame> compared,
      List<String> differences) {
    for (SentFrame frame : ours) {
      boolean toGroup = frame.tunnelTo().startsWith(GROUP);
      UnaryOperator<SentFrame> key =
          other -> compared.apply(toGroup ? other.withoutTunnel() : other);
      SentFrame wanted = key.apply(frame);
      Optional<SentFrame> same =
          theirs.stream().filter(their -> key.apply(their).equals(wanted)).findFirst();
      if (same.isPresent()) {
        theirs.remove(same.get());
      } else {
        differences.add("only vpcrig sent " + frame);
      }
    }
  }

  /** What vpcrig sends for the case, by verdict. */
  private static Map<Byte, List<SentFrame>> ours(String name) throws IOException {
    Map<Byte, List<byte[]>> bytes = new HashMap<>();
    try (PacketPath path = new PacketPath(PathOptions.DEFAULT);
        CaptureReader reader = Captures.open(ShippedCases.input(name));
        Collector collector = new Collector(bytes)) {
      PipelineOptions options = PipelineOptions.of(PipelineMode.RTC, 1, PathOptions.DEFAULT);
      new Pipeline(options, new SnapshotCell(snapshot), new PacketPath[] {path})
          .run(reader, collector);
    }
    Map<Byte, List<SentFrame>> sent = new HashMap<>();
    for (Map.Entry<Byte, List<byte[]>> entry : bytes.entrySet()) {
      sent.put(entry.getKey(), SentFrame.read(MemorySource.of(entry.getValue()), snapshot));
    }
    return sent;
  }

  /** Keeps the frames that leave. */
  private record Collector(Map<Byte, List<byte[]>> bytes) implements FrameSink {
    @Override
    public void write(FrameBatch batch, int i) {
      byte verdict = batch.verdict[i];
      if (verdict == Verdict.FORWARD || verdict == Verdict.ORIGINATED) {
        bytes
            .computeIfAbsent(verdict, any -> new ArrayList<>())
            .add(batch.bytes.copy(batch.start[i], batch.length[i]));
      }
    }

    @Override
    public void close() {}
  }
}
