package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vpcrig.acl.Classifiers;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchAclCommandTest {
  private static final String RULES =
      """
      @192.0.2.0/24 0.0.0.0/0 0 : 65535 80 : 80 0x06/0xFF
      @0.0.0.0/0 198.51.100.7/32 53:53 0 : 1023 0x00/0x00
      """;
  private static final String HEADERS =
      """
      3221225985 1 40000 80 6
      3221225985 3325256711 53 1023 17 0
      3221225985 3325256711 53 1024 17 0 1
      """;

  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void everyEngineIsMeasuredAndVerified() throws IOException {
    assertEquals(0, bench("--rules", rules(), "--headers", headers(), "--engine", "all,auto"));
    String text = out.toString();
    assertTrue(text.contains("rules: 2 rules, 3 headers"), text);
    for (String engine : Classifiers.names()) {
      assertTrue(text.lines().anyMatch(line -> line.startsWith(engine)), text);
    }
    assertTrue(text.contains("auto: linear"), text);
    // h = 7, 7 * 31 + 0, 217 * 31 + 1, 6728 * 31 + 0xffffffff
    assertTrue(text.contains("verdicts 0000000100032eb7, 3 compared with linear search"), text);
    assertTrue(text.lines().allMatch(line -> line.length() <= 80), text);
    assertTrue(
        err.toString().startsWith("1 rule sets, " + (Classifiers.names().size() + 1)),
        err::toString);
  }

  @Test
  void theJsonFileHoldsWhatItTakesToCompareLater() throws IOException {
    Path json = directory.resolve("result.json");
    assertEquals(
        0, bench("--rules", rules(), "--count", "100", "--json", json.toString(), "--seed", "5"));
    JsonNode root = new ObjectMapper().readTree(json.toFile());
    assertEquals("acl", root.get("bench").asText());
    assertEquals(5, root.at("/environment/seed").asInt());
    assertEquals("rules", root.at("/environment/inputs/0/name").asText());
    assertEquals(64, root.at("/environment/inputs/0/sha256").asText().length());
    JsonNode result = root.at("/results/0");
    assertEquals("auto", result.get("asked").asText());
    assertEquals("linear", result.get("engine").asText());
    assertEquals(2, result.get("rules").asInt());
    assertEquals(100, result.get("headers").asInt());
    assertEquals(100, result.get("verified").asInt());
    assertEquals(2, result.get("runs").size());
    assertTrue(result.at("/lookupsPerSecond/min").asDouble() > 0);
    assertEquals(16, result.get("checksum").asText().length());
  }

  @Test
  void jsonOnStdoutIsTheSameReport() throws IOException {
    assertEquals(0, bench("--rules", rules(), "--count", "10", "--format", "json"));
    assertEquals(10, new ObjectMapper().readTree(out.toString()).at("/results/0/headers").asInt());
  }

  @Test
  void quietLeavesOnlyTheClosingLine() throws IOException {
    assertEquals(0, bench("--rules", rules(), "--count", "10", "-q"));
    assertEquals("", out.toString());
    assertEquals("1 rule sets, 1 results\n", err.toString());
  }

  @Test
  void aPartialBatchAtTheEndIsAskedForToo() throws IOException {
    assertEquals(
        0, bench("--rules", rules(), "--headers", headers(), "--batch", "2", "--format", "json"));
    assertEquals(
        "0000000100032eb7",
        new ObjectMapper().readTree(out.toString()).at("/results/0/checksum").asText());
  }

  @Test
  void listsAreMeasuredWhileTheyChange() throws IOException {
    Path json = directory.resolve("updates.json");
    assertEquals(
        0,
        run(
            ("bench acl --update-rate 50,2000 --runs 2 --seconds 0.05 --warm-up 0.1"
                    + " --engine tuple-merge --rules %s --headers %s --json %s")
                .formatted(rules(), headers(), json)
                .split(" ")),
        err::toString);
    JsonNode root = new ObjectMapper().readTree(json.toFile());
    assertEquals(2, root.get("results").size());
    JsonNode fast = root.at("/results/1");
    assertEquals("tuple-merge", fast.get("engine").asText());
    assertEquals(2000, fast.get("askedEditsPerSecond").asInt());
    assertTrue(fast.at("/effectNs/count").asInt() >= 2, fast::toPrettyString);
    assertTrue(fast.at("/effectNs/p50").asLong() > 0, fast::toPrettyString);
    assertTrue(fast.at("/kept").asDouble() > 0, fast::toPrettyString);
    assertFalse(fast.has("difference"), fast::toPrettyString);
    assertEquals(50, root.at("/options/updateRates/0").asInt());
    String text = out.toString();
    assertTrue(text.contains("edit to batch"), text);
    assertTrue(text.lines().allMatch(line -> line.length() <= 80 || line.contains("L3")), text);
  }

  @Test
  void withoutVerificationNothingIsCompared() throws IOException {
    assertEquals(0, bench("--rules", rules(), "--count", "10", "--verify", "none"));
    assertTrue(out.toString().contains(", 0 compared"), out::toString);
  }

  @Test
  void ordersOutOfRangeAreExit2() throws IOException {
    String rules = rules();
    assertEquals(2, bench("--rules", rules, "--engine", "magic"));
    assertTrue(err.toString().contains("--engine is 'magic', legal: auto, all, "), err::toString);
    assertEquals(2, bench("--rules", rules, "--batch", "0"));
    assertTrue(err.toString().contains("--batch is 0, legal: 1..65536"), err::toString);
    assertEquals(2, bench("--rules", rules, "--update-rate", "0"));
    assertTrue(err.toString().contains("--update-rate is 0.0, legal: above 0"), err::toString);
    assertEquals(2, run("bench", "acl", "--rules", rules, "--runs", "0"));
    assertTrue(err.toString().contains("--runs is 0, legal: 1..10000"), err::toString);
    assertTrue(err.toString().contains("Try 'vpcrig bench acl --help'."), err::toString);
  }

  @Test
  void theHelpTellsWhatTheCoreShareMeansAndTheExitCodes() {
    assertEquals(0, run("bench", "acl", "--help"));
    assertTrue(
        out.toString().replaceAll("\\s+", " ").contains("below 100% means the rates are"),
        out::toString);
    assertTrue(out.toString().contains("1 engines differ"), out::toString);
  }

  @Test
  void unreadableInputsAreNamed() throws IOException {
    String nowhere = directory.resolve("nowhere").toString();
    assertEquals(2, bench("--rules", nowhere));
    assertEquals(3, bench("--rules", rules(), "--headers", nowhere));
    assertEquals(
        "vpcrig: %1$s: no such file\nvpcrig: %1$s: no such file\n".formatted(nowhere),
        err.toString());
  }

  @Test
  void nothingToMeasureIsExit4UnlessAllowed() throws IOException {
    String empty = Files.writeString(directory.resolve("empty"), "# none\n").toString();
    assertEquals(4, bench("--rules", empty));
    assertEquals(4, bench("--rules", rules(), "--headers", empty));
    assertEquals(0, bench("--rules", empty, "--allow-empty"));
  }

  @Test
  void aFolderThatDoesNotExistGetsNoResult() throws IOException {
    String json = directory.resolve("no/such/result.json").toString();
    assertEquals(3, bench("--rules", rules(), "--count", "10", "--json", json));
    assertFalse(Files.exists(Path.of(json)));
  }

  private int bench(String... options) {
    String[] start = {"bench", "acl", "--runs", "2", "--seconds", "0.001", "--warm-up", "0"};
    String[] all = new String[start.length + options.length];
    System.arraycopy(start, 0, all, 0, start.length);
    System.arraycopy(options, 0, all, start.length, options.length);
    return run(all);
  }

  private int run(String... arguments) {
    return VpcrigCommand.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  private String rules() throws IOException {
    return Files.writeString(directory.resolve("rules"), RULES).toString();
  }

  private String headers() throws IOException {
    return Files.writeString(directory.resolve("headers"), HEADERS).toString();
  }
}
