package io.vpcrig.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentTest {
  /** SHA-256 of "abc", FIPS 180-2 appendix B.1. */
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @TempDir Path directory;

  @Test
  void aFileIsToldByItsDigest() throws IOException {
    Path file = Files.writeString(directory.resolve("abc.rules"), "abc");
    assertEquals(new InputFile("abc.rules", 3, ABC), InputFile.of(file));
  }

  @Test
  void theReportHoldsEverythingItTakesToMeasureAgain() {
    Environment environment = Environment.here(42, List.of(new InputFile("abc", 3, ABC)));
    var options = JsonNodeFactory.instance.objectNode().put("batch", 256);
    var result = JsonNodeFactory.instance.objectNode().put("engine", "linear");
    var json = new BenchReport("acl", environment, options, List.of(result)).toJson();
    assertEquals("acl", json.get("bench").asText());
    assertEquals(42, json.at("/environment/seed").asInt());
    assertEquals(ABC, json.at("/environment/inputs/0/sha256").asText());
    assertEquals(256, json.at("/options/batch").asInt());
    assertEquals("linear", json.at("/results/0/engine").asText());
    for (String field : new String[] {"date", "jdk", "jvmFlags", "vectorLanes"}) {
      assertTrue(json.get("environment").has(field), field);
    }
    assertFalse(json.at("/environment/machine/cpu").asText().isEmpty());
    assertTrue(json.at("/environment/machine/cores").asInt() > 0);
  }

  @Test
  void theHeaderNamesJdkSeedAndInputs() {
    String header = Environment.here(42, List.of(new InputFile("abc", 3, ABC))).header();
    assertTrue(header.contains(Runtime.version().toString()), header);
    assertTrue(header.contains("seed 42"), header);
    assertTrue(header.contains("abc ba7816bf8f01"), header);
  }

  @Test
  void noFolderOfThisMachineIsInTheFlags() {
    for (String flag : Environment.here(1, List.of()).jvmFlags()) {
      assertFalse(flag.matches("(.*[=:])?/.*"), flag);
    }
  }

  @Test
  void columnsAreAligned() {
    var table = new ResultTable(1, "engine", "M/s", "build");
    table.row("linear", "1.06", "-");
    table.row("tuple-merge", "103", "12.0 ms");
    assertEquals(
        """
        engine        M/s    build
        linear       1.06        -
        tuple-merge   103  12.0 ms
        """,
        table.toString().replace(System.lineSeparator(), "\n"));
    assertThrows(IllegalArgumentException.class, () -> table.row("one"));
  }

  @Test
  void labelsThatAreTooLongBecomeNumbers() {
    var brief = new Legend(List.of("a", "b"), 1);
    assertEquals("b", brief.name(1));
    assertEquals("", brief.text());
    var wordy = new Legend(List.of("a", "words ".repeat(20).strip()), 10);
    assertEquals("2", wordy.name(1));
    assertTrue(wordy.text().startsWith("1: a" + System.lineSeparator() + "2: words"));
    assertTrue(wordy.text().lines().allMatch(line -> line.length() <= 80), wordy::text);
  }

  @Test
  void figuresHaveThreeDigitsAndAUnit() {
    assertEquals("103", Figures.millions(103.4e6));
    assertEquals("0.012", Figures.millions(12_000));
    assertEquals("1.50 us", Figures.time(1500));
    assertEquals("12.0 ms", Figures.time(12e6));
    assertEquals("155 s", Figures.time(155e9));
    assertEquals("999 B", Figures.size(999));
    assertEquals("1.50 GiB", Figures.size(3L << 29));
    assertEquals("97%", Figures.percent(0.97));
    assertEquals("?", Figures.percent(Double.NaN));
  }
}
