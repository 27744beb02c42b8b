package io.vpcrig.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.io.CaptureReader;
import io.vpcrig.io.Captures;
import io.vpcrig.testing.FrameBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What replay writes beside its report. */
class ReplayOutputTest {
  private static final int FRAMES = 1_000;
  private static final int FLOWS = 7;

  @TempDir private Path directory;
  private Path capture;
  private Path vpc;

  /** Flows that one rule lets by, in both directions; every tenth frame of one that is denied. */
  @BeforeEach
  void write() throws IOException {
    capture = directory.resolve("in.pcap");
    vpc = directory.resolve("vpc.yaml");
    ByteBuffer bytes = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(0xa1b2c3d4).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0);
    bytes.putInt(65_535).putInt(1);
    for (int k = 0; k < FRAMES; k++) {
      int port = 40_000 + k % FLOWS;
      FrameBuilder frame =
          k % 10 == 9
              ? FrameBuilder.udp("10.10.1.10", port, "10.10.2.9", 22).vxlan(5001)
              : k / FLOWS % 2 == 0
                  ? FrameBuilder.udp("10.10.1.10", port, "10.10.2.9", 53).vxlan(5001)
                  : FrameBuilder.udp("10.10.2.9", 53, "10.10.1.10", port).vxlan(5002);
      byte[] built = frame.payload(k % 60).build();
      bytes.putInt(1_000 + k).putInt(k).putInt(built.length).putInt(built.length).put(built);
    }
    byte[] all = new byte[bytes.flip().remaining()];
    bytes.get(all);
    Files.write(capture, all);
    Files.writeString(
        vpc,
        """
        vpc: {name: files, cidr: 10.10.0.0/16}
        segments:
          public: {vlan: 100, subnet: 203.0.113.0/24, address: 203.0.113.10, gateway: 203.0.113.1}
        tiers:
          web: {gateway: 10.10.1.1/24, vxlan: 5001, acl: web}
          app: {gateway: 10.10.2.1/24, vxlan: 5002, acl: app}
        acls:
          web: [{number: 1, direction: egress, action: allow, protocol: udp, ports: 53, cidr: 10.10.0.0/16}]
          app: [{number: 3, direction: ingress, action: allow, protocol: udp, cidr: 10.10.0.0/16}]
        """);
  }

  private CommandRun replay(String... more) {
    List<String> line =
        new ArrayList<>(List.of("replay", vpc.toString(), capture.toString(), "--progress=none"));
    line.addAll(List.of(more));
    CommandRun run = CommandRun.of(line.toArray(String[]::new));
    assertEquals(0, run.exit(), run.err());
    return run;
  }

  private record Sent(long timestampNs, String bytes) {}

  /** Frames of a capture; of a pcapng those of segments. */
  private static List<Sent> frames(Path file) throws IOException {
    List<Sent> sent = new ArrayList<>();
    try (CaptureReader reader = Captures.open(file);
        FrameBatch batch = new FrameBatch(100)) {
      while (reader.read(batch) > 0) {
        for (int i = 0; i < batch.size; i++) {
          if (!reader.interfaces().get(batch.inputInterface[i]).name().equals("dropped")) {
            byte[] bytes = batch.bytes.copy(batch.start[i], batch.length[i]);
            sent.add(
                new Sent(batch.timestampNs[i], new String(bytes, StandardCharsets.ISO_8859_1)));
          }
        }
        batch.clear();
      }
    }
    return sent;
  }

  @Test
  void aPcapHasTheFramesThatLeaveAsThePcapngHasThem() throws IOException {
    Path pcapng = directory.resolve("out.pcapng");
    for (String workers : List.of("--workers=1", "--workers=3")) {
      Path pcap = directory.resolve("out.pcap");
      replay("-w", pcapng.toString());
      replay("-w", pcap.toString(), workers);
      List<Sent> sent = frames(pcap);
      assertTrue(sent.size() > FRAMES / 2, sent.size() + " frames");
      assertEquals(frames(pcapng), sent);
      Files.delete(pcap);
    }
  }

  @Test
  void everyFrameOfAConnectionTellsTheRuleThatLetItBegin() throws IOException {
    Path out = directory.resolve("out.pcapng");
    replay("-w", out.toString());
    Matcher comments =
        Pattern.compile("forward session\\.established [ -~]*gen=1")
            .matcher(Files.readString(out, StandardCharsets.ISO_8859_1));
    int found = 0;
    while (comments.find()) {
      assertEquals("forward session.established app#3 gen=1", comments.group());
      found++;
    }
    assertTrue(found > FRAMES / 2, found + " comments");
  }

  @Test
  void theDigestIsToldWhereItIsAskedFor() throws IOException {
    assertFalse(replay().out().contains("sha256"));
    String json = replay("--format=json").json().get("digest").asText();
    assertEquals(64, json.length());
    assertTrue(replay("-v").out().contains("sha256 of the frames sent " + json));
  }
}
