package io.vpcrig.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code replay} with a part of a capture, and with one again and again. */
class ReplayInputTest {
  private static final String VPC = "pcaps/vpc.yaml";
  private static final String CAPTURE = "pcaps/demo.pcap";

  @TempDir private Path directory;

  private CommandRun replay(String... options) {
    List<String> arguments = new ArrayList<>(List.of("replay", VPC, CAPTURE));
    arguments.addAll(List.of(options));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  private static String last(CommandRun run) {
    return run.out().lines().toList().getLast();
  }

  @Test
  void selectedFramesKeepTheirNumbersAndTheRestIsCounted() throws IOException {
    long all = replay("--format", "json").json().get("packets").asLong();
    Path verdicts = directory.resolve("verdicts.jsonl");
    CommandRun run = replay("--frames", "2-3,5", "--verdicts", verdicts.toString());
    assertEquals(0, run.exit(), run.err());
    assertTrue(last(run).startsWith("3 frames: "), run.out());
    assertTrue(last(run).endsWith(", 2 filtered"), run.out());
    List<String> lines = Files.readAllLines(verdicts);
    assertEquals(3, lines.size());
    assertTrue(lines.get(2).contains("\"frame\":5,"), lines.get(2));

    CommandRun rest = replay("--frames", "4-", "--format", "json", "--workers", "2");
    assertEquals(all - 3, rest.json().get("packets").asLong());
    assertEquals(3, rest.json().get("filtered").asLong());
  }

  /** What an index leaves out unread is counted as if it had been read. */
  @Test
  void withAnIndexEverythingIsAsWithout() throws IOException {
    Path capture = longCapture();
    List<List<String>> selections =
        List.of(
            List.of("--frames", "4000-4010,4500"),
            List.of("--frames", "1-2"),
            List.of("--frames", "3000-", "--loop", "2"),
            List.of("--from", "100ms"),
            List.of("--from", "30m", "--frames", "4900-"),
            List.of("--from", "30m", "--to", "1h", "--frames", "700-"));
    List<JsonNode> without = new ArrayList<>();
    for (List<String> selection : selections) {
      without.add(counted(capture, selection));
    }
    assertEquals(0, CommandRun.of("inspect", capture.toString(), "--index").exit());
    for (int k = 0; k < selections.size(); k++) {
      assertEquals(without.get(k), counted(capture, selections.get(k)), selections.get(k) + "");
    }

    Files.write(capture, new byte[] {0}, StandardOpenOption.APPEND);
    CommandRun stale = CommandRun.of("replay", VPC, capture.toString(), "--frames", "1-2");
    assertTrue(stale.err().startsWith("vpcrig: read from its begin: "), stale.err());
    assertTrue(last(stale).startsWith("2 frames: "), stale.out());
  }

  /** The shipped capture fifteen times, a quarter of an hour from one to the next. */
  private Path longCapture() throws IOException {
    byte[] once = Files.readAllBytes(Path.of(CAPTURE));
    Path capture = Files.write(directory.resolve("long.pcap"), once);
    ByteBuffer records = ByteBuffer.wrap(once).order(ByteOrder.LITTLE_ENDIAN);
    int header = 24;
    for (int round = 1; round < 15; round++) {
      for (int at = header; at < once.length; at += 16 + records.getInt(at + 8)) {
        records.putInt(at, records.getInt(at) + 900);
      }
      byte[] later = Arrays.copyOfRange(once, header, once.length);
      Files.write(capture, later, StandardOpenOption.APPEND);
    }
    return capture;
  }

  private static JsonNode counted(Path capture, List<String> selection) throws IOException {
    List<String> words = new ArrayList<>(List.of("replay", VPC, capture.toString()));
    words.addAll(selection);
    words.addAll(List.of("--format", "json"));
    ObjectNode json = CommandRun.of(words.toArray(String[]::new)).json();
    assertTrue(json.get("packets").asLong() > 0, json.toString());
    return json.without(List.of("seconds"));
  }

  @Test
  void timesSelect() throws IOException {
    long all = replay("--format", "json").json().get("packets").asLong();
    long before = replay("--to", "100ms", "--format", "json").json().get("packets").asLong();
    long after = replay("--from", "100ms", "--format", "json").json().get("packets").asLong();
    assertTrue(before > 0 && after > 0);
    assertEquals(all, before + after);
  }

  @Test
  void aLoopIsOneLongCapture() throws IOException {
    long all = replay("--format", "json").json().get("packets").asLong();
    CommandRun thrice = replay("--loop", "3", "--format", "json");
    assertEquals(3 * all, thrice.json().get("packets").asLong(), thrice.err());
    CommandRun limited = replay("--loop", "forever", "--limit", "1000", "--format", "json");
    assertEquals(1000, limited.json().get("packets").asLong(), limited.err());
  }

  @Test
  void aLoopOverStandardInputIsRefused() {
    CommandRun run = CommandRun.of("replay", VPC, "-", "--loop", "2");
    assertEquals(2, run.exit());
    assertTrue(
        run.err()
            .startsWith(
                "vpcrig: --loop needs captures that can be read again, and standard input can't"
                    + " be: save it to a file first"),
        run.err());
  }

  @Test
  void nothingSelectedIsAnError() {
    CommandRun run = replay("--from", "1h");
    assertEquals(4, run.exit());
    assertTrue(run.err().matches("vpcrig: no frames in pcaps/demo.pcap, \\d+ filtered\n"));
  }

  @Test
  void aFilterTakesPartAndAWrongOneIsRefused() throws IOException {
    CommandRun wrong = replay("--filter", "tcp prt 80");
    assertEquals(2, wrong.exit());
    Assumptions.assumeFalse(
        wrong.err().contains("not installed"), "SKIPPED: libpcap is not installed");
    assertTrue(wrong.err().contains("libpcap says: "), wrong.err());

    CommandRun all = replay("--format", "json");
    CommandRun some = replay("--filter", "vlan and tcp", "--format", "json");
    long taken = some.json().get("packets").asLong();
    assertTrue(taken > 0, some.err());
    assertEquals(all.json().get("packets").asLong(), taken + some.json().get("filtered").asLong());
  }

  @Test
  void aFilterThatALinkTypeCannotHaveLeavesNoOutput() throws IOException {
    Path out = directory.resolve("out.pcapng");
    // Cooked captures know the direction of a frame, Ethernet's don't.
    CommandRun run = replay("--filter", "inbound", "-w", out.toString());
    assertEquals(2, run.exit(), run.err());
    assertTrue(run.err().contains("for frames of link type 1: "), run.err());
    assertFalse(Files.exists(out));
    try (var left = Files.list(directory)) {
      assertEquals(List.of(), left.toList());
    }
  }
}
