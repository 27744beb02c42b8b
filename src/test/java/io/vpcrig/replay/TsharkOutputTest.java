package io.vpcrig.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.TestData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * tshark judges every frame that leaves: checksums right, lengths right, and nothing malformed that
 * was not malformed when it came in.
 */
class TsharkOutputTest {
  private static final String DROPPED = "dropped";

  @TempDir private static Path directory;

  @BeforeAll
  static void needsTshark() {
    boolean there;
    try {
      there =
          new ProcessBuilder("tshark", "--version")
                  .redirectErrorStream(true)
                  .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                  .start()
                  .waitFor()
              == 0;
    } catch (IOException | InterruptedException e) {
      there = false;
    }
    Assumptions.assumeTrue(there, "SKIPPED: tshark is not installed");
  }

  @TestFactory
  Stream<DynamicTest> shippedOutputsAreRight() {
    return ShippedCases.withMade().keySet().stream()
        .map(
            name ->
                DynamicTest.dynamicTest(
                    name,
                    () -> {
                      Path input = Path.of(ShippedCases.input(name));
                      judge(input, Path.of("pcaps", name + ".expected.pcapng"));
                    }));
  }

  @TestFactory
  Stream<DynamicTest> outputsOfSharedCapturesAreRight() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (String kind : List.of("vxlan", "vlan", "checksums")) {
      try (Stream<Path> files = Files.list(TestData.sharedOrSkip("captures/" + kind))) {
        for (Path file : files.sorted().toList()) {
          for (String policy : List.of("verify", "repair")) {
            String name = kind + "/" + file.getFileName() + ", " + policy;
            tests.add(DynamicTest.dynamicTest(name, () -> replayAndJudge(file, policy)));
          }
        }
      }
    }
    return tests.stream();
  }

  private static void replayAndJudge(Path input, String policy) throws Exception {
    Path vpc = directory.resolve("vpc.yaml");
    Path output = directory.resolve("out.pcapng");
    Files.writeString(vpc, FittingVpc.of(input));
    CommandRun run =
        CommandRun.of(
            "replay",
            vpc.toString(),
            input.toString(),
            "--checksums=" + policy,
            "--progress=none",
            "-w",
            output.toString());
    assertEquals(0, run.exit(), run::err);
    judge(input, output);
  }

  private static void judge(Path input, Path output) throws Exception {
    List<String> wrong = new ArrayList<>();
    List<Row> malformed = new ArrayList<>();
    for (Row row : rows(output)) {
      if (row.interfaceName().equals(DROPPED)) {
        continue;
      }
      if (row.hasBadChecksum() && !row.isSwitched()) {
        wrong.add("bad checksum: " + row);
      }
      if (row.isMalformed()) {
        malformed.add(row);
      }
    }
    if (!malformed.isEmpty()) {
      Set<String> before =
          rows(input).stream().filter(Row::isMalformed).map(Row::time).collect(Collectors.toSet());
      malformed.removeIf(row -> before.contains(row.time()));
      malformed.forEach(row -> wrong.add("malformed: " + row));
    }
    assertEquals("", String.join("\n", wrong));
  }

  /** What tshark says of one frame. Of each kind of checksum there may be several states. */
  private record Row(
      String number,
      String time,
      String interfaceName,
      String ip,
      String tcp,
      String udp,
      String icmp,
      String malformed,
      String expert,
      String comment) {

    /** 0 is bad, 1 good, 2 not verified, 3 not there. */
    boolean hasBadChecksum() {
      return List.of(String.join(",", ip, tcp, udp, icmp).split(",")).contains("0");
    }

    /** What is switched leaves as it came, with --checksums repair too. */
    boolean isSwitched() {
      return comment.startsWith("switch ");
    }

    boolean isMalformed() {
      return !malformed.isEmpty() || expert.contains("ength");
    }
  }

  private static List<Row> rows(Path capture) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("tshark", "-n", "-r", capture.toString()));
    for (String protocol : List.of("ip", "tcp", "udp")) {
      command.addAll(List.of("-o", protocol + ".check_checksum:TRUE"));
    }
    command.addAll(List.of("-T", "fields", "-E", "separator=/t"));
    for (String field :
        List.of(
            "frame.number",
            "frame.time_epoch",
            "frame.interface_name",
            "ip.checksum.status",
            "tcp.checksum.status",
            "udp.checksum.status",
            "icmp.checksum.status",
            "_ws.malformed",
            "_ws.expert.message",
            "frame.comment")) {
      command.addAll(List.of("-e", field));
    }
    Path errors = directory.resolve("tshark.err");
    Process tshark = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    String said = new String(tshark.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, tshark.waitFor(), () -> "tshark on " + capture + ", see " + errors);
    List<Row> rows = new ArrayList<>();
    for (String line : said.lines().toList()) {
      String[] f = line.split("\t", -1);
      assertTrue(f.length == 10, line);
      rows.add(new Row(f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9]));
    }
    return rows;
  }
}
