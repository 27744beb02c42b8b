package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassifyCommandTest {
  private static final String RULES =
      """
      @192.0.2.0/24 0.0.0.0/0 0 : 65535 80 : 80 0x06/0xFF 0x0000/0x0200

      # a comment
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
  void printsTheFirstMatchingRuleOfEachHeader() throws IOException {
    assertEquals(0, classify(RULES, HEADERS));
    assertEquals("0\n1\n-1\n", out.toString());
    assertTrue(err.toString().startsWith("3 headers, 2 rules: 2 matched, 1 not; "), err::toString);
    assertEquals(1, err.toString().lines().count());
  }

  @Test
  void everyEngineGivesTheSameLines() throws IOException {
    for (String engine : new String[] {"linear", "tuple-merge", "all"}) {
      out.getBuffer().setLength(0);
      assertEquals(0, classify(RULES, HEADERS, "--engine", engine, "--input", "classbench"));
      assertEquals("0\n1\n-1\n", out.toString());
    }
  }

  @Test
  void jsonHoldsAnswersAndCounts() throws IOException {
    assertEquals(0, classify(RULES, HEADERS, "--format", "json", "--engine", "all"));
    var json = new ObjectMapper().readTree(out.toString());
    assertEquals("[0,1,-1]", json.get("answers").toString());
    assertEquals(2, json.get("matched").asInt());
    assertEquals(1, json.get("unmatched").asInt());
    assertEquals("linear", json.get("engines").get(0).get("name").asText());
  }

  @Test
  void readsGzip() throws IOException {
    Path rules = directory.resolve("compressed");
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(RULES.getBytes(StandardCharsets.UTF_8));
    }
    Files.write(rules, bytes.toByteArray());
    assertEquals(0, run(rules.toString(), file("headers", HEADERS)));
    assertEquals("0\n1\n-1\n", out.toString());
  }

  @Test
  void malformedRulesAreExit2WithFileLineAndColumn() throws IOException {
    assertEquals(2, classify(RULES.replace("53:53", "53:65536"), HEADERS));
    assertEquals(
        "vpcrig: %s:4:31: last source port is '65536', legal 53..65535\n"
            .formatted(directory.resolve("rules")),
        err.toString());
  }

  @Test
  void malformedHeadersAreExit3WithFileLineAndColumn() throws IOException {
    assertEquals(3, classify(RULES, HEADERS.replace("1024 17", "1024 256")));
    assertEquals(
        "vpcrig: %s:3:31: protocol is '256', legal 0..255\n"
            .formatted(directory.resolve("headers")),
        err.toString());
    assertEquals("", out.toString());
  }

  @Test
  void headersCutInsideTheirGzipAreExit3() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(HEADERS.repeat(1000).getBytes(StandardCharsets.UTF_8));
    }
    Path headers = directory.resolve("cut");
    Files.write(headers, java.util.Arrays.copyOf(bytes.toByteArray(), bytes.size() / 2));
    assertEquals(3, run(file("rules", RULES), headers.toString()));
    assertTrue(err.toString().startsWith("vpcrig: " + headers), err::toString);
  }

  @Test
  void missingFilesAreNamed() throws IOException {
    Path nowhere = directory.resolve("nowhere");
    assertEquals(2, run(nowhere.toString(), file("headers", HEADERS)));
    assertEquals(3, run(file("rules", RULES), nowhere.toString()));
    assertEquals(
        "vpcrig: %1$s: no such file\nvpcrig: %1$s: no such file\n".formatted(nowhere),
        err.toString());
  }

  @Test
  void nothingToDoIsExit4UnlessAllowed() throws IOException {
    assertEquals(4, classify(RULES, ""));
    assertEquals(4, classify("# nothing\n", HEADERS));
    assertEquals("-1\n-1\n-1\n", out.toString());
    assertEquals(0, classify(RULES, "", "--allow-empty"));
  }

  @Test
  void unknownEngineIsExit2WithTheLegalNames() throws IOException {
    assertEquals(2, classify(RULES, HEADERS, "--engine", "magic"));
    assertTrue(
        err.toString().contains("'magic', legal: auto, all, linear, rfc, peel, split, tuple-merge"),
        err::toString);
    assertEquals(2, run("-", "-"));
  }

  private int classify(String rules, String headers, String... options) throws IOException {
    String[] arguments = new String[options.length + 2];
    System.arraycopy(options, 0, arguments, 0, options.length);
    arguments[options.length] = file("rules", rules);
    arguments[options.length + 1] = file("headers", headers);
    return run(arguments);
  }

  private int run(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "classify";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return VpcrigCommand.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all);
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text).toString();
  }
}
