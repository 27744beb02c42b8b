package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vpcrig.frame.BytesLedger;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchReplayCommandTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void aCaptureIsMeasuredFromMemoryAndFromItsFile() throws IOException {
    long held = BytesLedger.heldBytes();
    Path json = folder.resolve("result.json");
    assertEquals(
        0,
        bench("replay pcaps/vpc.yaml pcaps/demo.pcap --workers 1,2 --json " + json),
        err::toString);
    JsonNode root = new ObjectMapper().readTree(json.toFile());
    assertEquals("replay", root.get("bench").asText());
    assertEquals(4, root.get("results").size());
    assertEquals("file", root.at("/results/3/source").asText());
    assertEquals(2, root.at("/results/3/workers").asInt());
    long frames = root.at("/results/0/captureFrames").asLong();
    for (JsonNode row : root.get("results")) {
      long units = row.at("/runs/0/units").asLong();
      assertTrue(units >= frames && units % frames == 0, row::toString);
    }
    assertEquals("demo.pcap", root.at("/environment/inputs/1/name").asText());
    assertTrue(out.toString().lines().allMatch(line -> line.length() <= 80), out::toString);
    assertEquals(held, BytesLedger.heldBytes(), "bytes of memory not given back");
  }

  @Test
  void aLimitIsForMemoryOnly() {
    assertEquals(
        0, bench("replay pcaps/vpc.yaml pcaps/demo.pcap --workers 1 --limit 3"), err::toString);
    assertTrue(out.toString().contains("memory"), out::toString);
    assertTrue(err.toString().contains("1 results"), err::toString);
  }

  @Test
  void whatCannotBeReadIsSaid() throws IOException {
    assertEquals(3, bench("replay pcaps/vpc.yaml none.pcap"));
    assertEquals(2, bench("replay none.yaml pcaps/demo.pcap"));
    Path cut = folder.resolve("cut.pcap");
    byte[] demo = Files.readAllBytes(Path.of("pcaps/demo.pcap"));
    Files.write(cut, java.util.Arrays.copyOf(demo, demo.length - 5));
    assertEquals(3, bench("replay pcaps/vpc.yaml " + cut), err::toString);
    Path empty = folder.resolve("empty.pcap");
    Files.write(empty, java.util.Arrays.copyOf(demo, 24));
    assertEquals(4, bench("replay pcaps/vpc.yaml " + empty), err::toString);
    assertEquals(2, bench("replay pcaps/vpc.yaml pcaps/demo.pcap --workers 0"));
  }

  @Test
  void ringsAreMeasuredBesideTheirRivals() throws IOException {
    Path json = folder.resolve("ring.json");
    assertEquals(0, bench("ring --burst 32 --capacity 256 --json " + json), err::toString);
    JsonNode root = new ObjectMapper().readTree(json.toFile());
    assertEquals(3, root.get("results").size());
    assertTrue(root.at("/results/0/nsPerBurst").asDouble() > 0, root::toString);
    assertEquals(2, bench("ring --burst 3"));
    assertTrue(err.toString().contains("--burst is 3, legal: a power of two, 1..512"));
    assertEquals(2, bench("ring --capacity 1000"));
  }

  private int bench(String arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return VpcrigCommand.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(("bench " + arguments + " --runs 1 --seconds 0.01 --warm-up 0").split(" "));
  }
}
