package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ExplainCommandTest {
  private static final String VPC = "pcaps/vpc.yaml";
  private static final String DEMO = "pcaps/demo.pcap";

  @TempDir Path directory;

  /** What a run left behind. */
  private record Ran(int exit, String out, String err) {}

  @Test
  void anyVerdictIsASuccess() {
    Ran denied = run("explain", VPC, "tcp web1 > app1:22");
    assertEquals(0, denied.exit);
    assertTrue(denied.out.contains("\nDENY  acl.deny.rule  app #20  (pcaps/vpc.yaml:"), denied.out);
    assertEquals(0, run("explain", VPC, "tcp web1 > app1:8080").exit);
  }

  @Test
  void wordsOfAFlowMayStandAlone() {
    Ran alone = run("explain", VPC, "tcp", "web1", ">", "app1:8080");
    assertEquals(run("explain", VPC, "tcp web1 > app1:8080").out, alone.out);
  }

  @Test
  void quietIsTheVerdictAlone() {
    assertEquals(1, run("explain", VPC, "-q", "tcp web1 > app1:22").out.lines().count());
  }

  @Test
  void jsonIsWellFormedForFlowsAndFrames() throws IOException {
    ObjectMapper json = new ObjectMapper();
    Ran flow = run("explain", VPC, "--format", "json", "tcp web1 > app1:22");
    assertEquals("drop", json.readTree(flow.out).get("verdict").asText());
    Ran frame = run("explain", VPC, "--format", "json", "--capture", DEMO, "--frame", "1");
    assertEquals(1, json.readTree(frame.out).get("frame").get("number").asInt());
  }

  @Test
  void aFrameTellsTheTunnelItCameBy() {
    Ran frame = run("explain", VPC, "--capture", DEMO, "--frame", "1");
    assertEquals(0, frame.exit, frame.err);
    assertTrue(frame.out.startsWith("frame 1 of " + DEMO + " came "), frame.out);
  }

  @Test
  void usageErrorsAreTwo() {
    assertEquals(2, run("explain", VPC).exit);
    assertEquals(2, run("explain", VPC, "tcp nonsense").exit);
    assertEquals(2, run("explain", VPC, "--frame", "1").exit);
    assertEquals(2, run("explain", VPC, "--capture", DEMO).exit);
    assertEquals(2, run("explain", VPC, "--capture", DEMO, "--frame", "0").exit);
    assertEquals(2, run("explain", VPC, "tcp 1.1.1.1 > 2.2.2.2:80 via nowhere").exit);
    assertEquals(2, run("explain", directory.resolve("none.yaml").toString(), "x").exit);
  }

  @Test
  void aFrameBeyondTheCaptureIsAUsageErrorThatTellsHowManyThereAre() {
    Ran beyond = run("explain", VPC, "--capture", DEMO, "--frame", "999999");
    assertEquals(2, beyond.exit);
    assertTrue(
        beyond.err.contains("--frame 999999 is not in " + DEMO + ", which has "), beyond.err);
  }

  @Test
  void anUnreadableCaptureIsThree() throws IOException {
    assertEquals(
        3,
        run("explain", VPC, "--capture", directory.resolve("none.pcap").toString(), "--frame", "1")
            .exit);
    Path cut = directory.resolve("cut.pcap");
    byte[] whole = Files.readAllBytes(Path.of(DEMO));
    Files.write(cut, java.util.Arrays.copyOf(whole, 200));
    assertEquals(3, run("explain", VPC, "--capture", cut.toString(), "--frame", "200").exit);
  }

  private static Ran run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = VpcrigCommand.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    int exit = line.execute(args);
    return new Ran(exit, out.toString(), err.toString());
  }
}
