package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CheckCommandTest {
  private static final String RIGHT =
      """
      vpc: {name: v, cidr: 10.10.0.0/16}
      tiers: {web: {gateway: 10.10.1.1/24, vlan: 101, acl: web}, app: {gateway: 10.10.2.1/24, vlan: 102, acl: default_allow}}
      acls: {web: [{number: 1, protocol: tcp, ports: 80}]}
      """;
  private static final String DUBIOUS = RIGHT.replace(", ports: 80", "");
  private static final String WRONG = DUBIOUS.replace("101", "4095").replace("acl: web", "acl: we");

  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void passesARightFile() throws IOException {
    assertEquals(0, check(RIGHT, "--fail-on", "warning"));
    assertEquals(
        file()
            + ": 0 errors, 0 warnings; VPC v 10.10.0.0/16, 0 public networks, 2 tiers, 0 private"
            + " gateways, 1 list with 1 rule\n",
        out.toString());
    assertEquals("", err.toString());
  }

  @Test
  void tellsTheEngineOfEachListIfAsked() throws IOException {
    assertEquals(0, check(RIGHT, "-v"));
    assertTrue(
        out.toString().matches("(?s)list web ingress: 1 lines, linear, 0.0 KiB, built in .* ms.*"),
        out::toString);
    assertEquals(0, check(withRules(200), "-v", "--format", "json"));
    JsonNode list = new ObjectMapper().readTree(lastJson()).get("compiled").get(0);
    assertEquals("rfc", list.get("engine").asText());
    assertEquals(200, list.get("lines").asInt());
    assertTrue(list.get("memoryBytes").asLong() > 0 && list.get("buildNs").asLong() > 0);
    assertEquals(0, list.get("refused").size());
  }

  @Test
  void tellsWhichEnginesWereGivenUpAndWhy() throws IOException {
    assertEquals(0, check(withServices(30_000), "-v"));
    assertTrue(out.toString().contains("  rfc was given up after "), out::toString);
  }

  private static String withRules(int count) {
    StringBuilder rules = new StringBuilder();
    for (int k = 1; k <= count; k++) {
      rules.append(
          "    - {number: %d, protocol: tcp, ports: %d, cidr: 10.%d.0.0/16}\n".formatted(k, k, k));
    }
    return listOf(rules);
  }

  /** Ranges of ports that all overlap. */
  private static String withServices(int count) {
    StringBuilder rules = new StringBuilder();
    for (int k = 1; k <= count; k++) {
      rules.append("    - {number: %d, protocol: tcp, ports: %d-%d}\n".formatted(k, k, 30_000 + k));
    }
    return listOf(rules);
  }

  private static String listOf(StringBuilder rules) {
    return RIGHT.replaceFirst("(?m)^acls:.*$", "acls:\n  web:") + rules;
  }

  private String lastJson() {
    return out.toString().substring(out.toString().indexOf('{'));
  }

  @Test
  void passesADubiousFileAndTellsWhy() throws IOException {
    assertEquals(0, check(DUBIOUS));
    assertTrue(
        out.toString()
            .startsWith(file() + ":3: shipped-router: web ingress: absent-ports: a tcp or"),
        out::toString);
    assertTrue(out.toString().contains(": 0 errors, 0 warnings; "), out::toString);
  }

  @Test
  void failsADubiousFileIfAsked() throws IOException {
    assertEquals(1, check(DUBIOUS, "--fail-on", "warning"));
  }

  @Test
  void tellsEveryErrorOfAWrongFile() throws IOException {
    assertEquals(2, check(WRONG));
    String[] lines = out.toString().split("\n", -1);
    assertEquals(4, lines.length, out::toString);
    assertEquals(
        file()
            + ":2:44: error: tiers.web.vlan: VLAN 4095, legal 1..4094; 0 and 4095 are reserved"
            + " (IEEE 802.1Q): choose another",
        lines[0]);
    assertEquals(
        file() + ":2:55: error: tiers.web.acl: no list is named 'we'; did you mean 'web'?",
        lines[1]);
    assertEquals(file() + ": 2 errors, 0 warnings", lines[2]);
  }

  @Test
  void saysOnlyTheCountsIfQuiet() throws IOException {
    assertEquals(2, check(WRONG, "-q"));
    assertEquals(file() + ": 2 errors, 0 warnings\n", out.toString());
  }

  @Test
  void coloursIfAsked() throws IOException {
    assertEquals(2, check(WRONG, "--color", "always"));
    assertTrue(out.toString().contains("\033[31m: error: \033[0m"), out::toString);
  }

  @Test
  void writesJson() throws IOException {
    assertEquals(2, check(WRONG, "--format", "json"));
    JsonNode root = new ObjectMapper().readTree(out.toString());
    assertFalse(root.get("valid").asBoolean());
    assertEquals(2, root.get("errors").asInt());
    JsonNode first = root.get("problems").get(0);
    assertEquals(file(), first.get("file").asText());
    assertEquals(2, first.get("line").asInt());
    assertEquals(44, first.get("column").asInt());
    assertEquals("error", first.get("severity").asText());
    assertEquals("tiers.web.vlan", first.get("path").asText());
  }

  @Test
  void writesJsonOfARightFile() throws IOException {
    assertEquals(0, check(RIGHT, "--format", "json"));
    JsonNode root = new ObjectMapper().readTree(out.toString());
    assertTrue(root.get("valid").asBoolean());
    assertEquals(1, root.get("vpc").get("rules").asInt());
  }

  @Test
  void readsStandardInput() {
    var in = new ByteArrayInputStream(RIGHT.getBytes(StandardCharsets.UTF_8));
    assertEquals(0, run(new CheckCommand(in), "-"));
    assertTrue(out.toString().startsWith("stdin: 0 errors"), out::toString);
  }

  @Test
  void failsOnAFileThatIsNotThere() {
    assertEquals(2, run(new CheckCommand(), "no/such.yaml"));
    assertTrue(
        out.toString().startsWith("no/such.yaml: error: there is no such file"), out::toString);
  }

  private String file() {
    return directory.resolve("vpc.yaml").toString();
  }

  private int check(String text, String... options) throws IOException {
    Files.writeString(Path.of(file()), text);
    String[] arguments = new String[options.length + 1];
    System.arraycopy(options, 0, arguments, 0, options.length);
    arguments[options.length] = file();
    return run(new CheckCommand(), arguments);
  }

  private int run(CheckCommand command, String... arguments) {
    return new CommandLine(command)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }
}
