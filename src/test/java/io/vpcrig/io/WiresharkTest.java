package io.vpcrig.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.LinkType;
import io.vpcrig.frame.Verdict;
import io.vpcrig.testing.FrameBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wireshark's tools take what the writer writes, and find in it what was meant. */
class WiresharkTest {
  @TempDir private Path directory;

  /** Output of a command, of which the exit code must be 0; skipped where it is not installed. */
  private static List<String> run(String... command) throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    } catch (IOException e) {
      return Assumptions.abort("SKIPPED: " + command[0] + " is not installed");
    }
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), out);
    return out.lines().toList();
  }

  private void write(Path file) throws IOException {
    OutputLayout layout = new OutputLayout(List.of("public", "web"), LinkType.ETHERNET);
    byte[] comment = "drop acl.deny.rule".getBytes(StandardCharsets.UTF_8);
    try (FrameBatch batch = new FrameBatch(8);
        PcapngWriter writer =
            new PcapngWriter(
                file.toString(),
                layout,
                (b, i) -> b.verdict[i] == Verdict.DROP ? comment : null,
                false,
                true)) {
      for (byte verdict : new byte[] {Verdict.FORWARD, Verdict.DROP, Verdict.SWITCH}) {
        int i =
            FrameBuilder.udp("10.0.0.1", 1000, "10.0.0.2", 53)
                .payload(verdict)
                .addTo(batch, 1_700_000_000_123_456_789L + batch.size);
        batch.verdict[i] = verdict;
        batch.segment[i] = 1;
        batch.outSegment[i] = 0;
        batch.number[i] = 40 + i;
        batch.missing[i] = i;
        writer.write(batch, i);
      }
    }
  }

  @Test
  void findsInterfacesTimesLengthsNumbersAndComments() throws Exception {
    Path file = directory.resolve("out.pcapng");
    write(file);
    List<String> lines =
        run(
            "tshark",
            "-r",
            file.toString(),
            "-T",
            "fields",
            "-E",
            "separator=|",
            "-e",
            "frame.interface_name",
            "-e",
            "frame.time_epoch",
            "-e",
            "frame.cap_len",
            "-e",
            "frame.len",
            "-e",
            "frame.packet_id",
            "-e",
            "frame.comment",
            "-e",
            "udp.dstport");
    assertEquals(
        List.of(
            "public|1700000000.123456789|43|43|40||53",
            "dropped|1700000000.123456790|44|45|41|drop acl.deny.rule|53",
            "web|1700000000.123456791|45|47|42||53"),
        lines);
  }

  @Test
  void countsTheFrames() throws Exception {
    Path file = directory.resolve("out.pcapng");
    write(file);
    List<String> lines = run("capinfos", "-T", "-r", "-c", "-t", "-E", file.toString());
    assertEquals(1, lines.size());
    assertEquals(file + "\tpcapng\tether\t3", lines.getFirst().strip());
  }
}
