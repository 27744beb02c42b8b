package io.vpcrig.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vpcrig.TestData;
import io.vpcrig.frame.BytesLedger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every capture of the shared data goes through a VPC that fits it. What became of each is left in
 * {@code target/every-capture.tsv}: frames, forwarded, switched, held, drops.
 */
class EveryCaptureTest {
  private static final List<List<String>> THREADS =
      List.of(
          List.of("--workers=1"),
          List.of("--workers=2"),
          List.of("--workers=1", "--pipeline=staged"));

  /** Damaged files, and files that hold no frames. */
  private static final Map<String, Integer> NOT_WHOLE =
      new TreeMap<>(
          Map.of(
              "libpcap__pcap-invalid-version-1.pcap", 3,
              "libpcap__pcapng-invalid-vers-1.pcapng", 3,
              "suricata__tls_DER-incomplete-header.pcap", 3,
              "zeek__empty.pcap", 4));

  static {
    for (String empty : List.of("003", "013", "015", "017")) {
      NOT_WHOLE.put("pcapngtest__be_test" + empty + ".pcapng", 4);
      NOT_WHOLE.put("pcapngtest__le_test" + empty + ".pcapng", 4);
    }
  }

  @TempDir private Path directory;
  private final Map<String, Integer> exits = new TreeMap<>();
  private final List<String> wrong = new ArrayList<>();
  private final StringBuilder table = new StringBuilder();
  private long frames;
  private long forwarded;

  @Test
  void goesThroughAsItShould() throws IOException {
    Path root = TestData.sharedOrSkip("captures");
    List<Path> files;
    try (Stream<Path> walk = Files.walk(root)) {
      files = walk.filter(Files::isRegularFile).sorted().toList();
    }
    long held = BytesLedger.heldBytes();
    for (Path file : files) {
      replay(file);
    }
    Files.writeString(Path.of("target", "every-capture.tsv"), table);
    assertEquals("", String.join("\n", wrong));
    assertEquals(NOT_WHOLE, exits, "files with an exit code other than 0");
    assertEquals(held, BytesLedger.heldBytes(), "bytes of memory not given back");
    assertTrue(forwarded > frames / 5, () -> "only " + forwarded + " forwarded of " + frames);
  }

  private void replay(Path file) throws IOException {
    Path vpc = directory.resolve("vpc.yaml");
    Files.writeString(vpc, FittingVpc.of(file));
    Path output = directory.resolve("out.pcapng");
    String first = null;
    byte[] firstOutput = null;
    for (List<String> threads : THREADS) {
      List<String> line = new ArrayList<>(List.of("replay", vpc.toString(), file.toString()));
      line.addAll(List.of("--format=json", "--progress=none", "--sessions=65536"));
      line.addAll(List.of("-w", output.toString()));
      line.addAll(threads);
      Files.deleteIfExists(output);
      CommandRun run = CommandRun.of(line.toArray(String[]::new));
      String digest = judge(file + " " + threads, run, first == null);
      if (first == null) {
        first = digest;
      } else if (!first.equals(digest)) {
        wrong.add(file + " " + threads + ": digest differs from that of one worker");
      }
      byte[] written = Files.exists(output) ? Files.readAllBytes(output) : new byte[0];
      if (firstOutput != null && !Arrays.equals(firstOutput, written)) {
        wrong.add(file + " " + threads + ": output differs from that of one worker");
      }
      firstOutput = written;
    }
  }

  /** Returns the digest. */
  private String judge(String what, CommandRun run, boolean first) throws IOException {
    if (first && run.exit() != 0) {
      exits.put(Path.of(what.split(" ", 2)[0]).getFileName().toString(), run.exit());
    }
    if (run.out().isEmpty()) {
      if (run.exit() != 3 && run.exit() != 4 || run.err().contains("Exception")) {
        wrong.add(what + ": exit " + run.exit() + ", " + run.err());
      }
      return "";
    }
    JsonNode json = new ObjectMapper().readTree(run.out());
    long parts = 0;
    for (String part : List.of("forwarded", "dropped", "switched", "local", "held")) {
      parts += json.get(part).asLong();
    }
    long drops = 0;
    for (JsonNode drop : json.get("drops")) {
      drops += drop.get("packets").asLong();
    }
    if (parts != json.get("packets").asLong() || drops != json.get("dropped").asLong()) {
      wrong.add(what + ": counts do not add up: " + run.out());
    }
    if (first) {
      frames += json.get("packets").asLong();
      forwarded += json.get("forwarded").asLong();
      table
          .append(Path.of(what.split(" ", 2)[0]).getFileName())
          .append("\t" + json.get("packets") + "\t" + json.get("forwarded"))
          .append("\t" + json.get("switched") + "\t" + json.get("held"))
          .append("\t" + json.get("drops") + "\n");
    }
    return json.get("digest").asText();
  }
}
