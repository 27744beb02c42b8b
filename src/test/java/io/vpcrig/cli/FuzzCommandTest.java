package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code fuzz} and {@code conform}. */
class FuzzCommandTest {
  private static final String IPTABLES_LACKS = "protocol-0,icmp-255";

  private static final String[] TCAM = {"--compiler", "python3 examples/compilers/tcam.py"};
  private static final String[] VERDICTS = {
    "--compiler", "python3 examples/compilers/verdicts.py", "--output", "verdicts"
  };

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @ValueSource(strings = {"auto", "linear", "rfc", "peel", "split", "tuple-merge", "by-protocol"})
  void nothingIsFoundInAnEngine(String name) {
    assertEquals(0, run("fuzz", "--compiler", name, "--time", "60", "--lists", "150"), this::told);
    assertTrue(out.toString().startsWith(name + ": 0 found in 15"), this::told);
    assertEquals(0, run("conform", "--compiler", name, "-q"), this::told);
  }

  @ParameterizedTest
  @ValueSource(strings = {"emit:iptables", "emit:nft", "emit:tcam"})
  void nothingIsFoundInTheWriters(String name) {
    assertEquals(0, run("fuzz", "--compiler", name, "--time", "60", "--lists", "200"), this::told);
    assertEquals(0, run("conform", "--compiler", name, "--without", IPTABLES_LACKS), this::told);
  }

  @Test
  void nothingIsFoundInTheShippedExampleInShell() {
    String[] shell = {
      "--compiler", "sh examples/compilers/iptables.sh", "--without", IPTABLES_LACKS
    };
    assertRight(shell, "fuzz", "--time", "60", "--lists", "100");
    assertRight(shell, "conform");
  }

  @Test
  void nothingIsFoundInTheShippedExamplesInPython() {
    assumeTrue(hasPython(), "SKIPPED: there is no python3");
    assertRight(TCAM, "fuzz", "--time", "60", "--lists", "8");
    assertRight(VERDICTS, "fuzz", "--time", "60", "--lists", "8");
  }

  @Tag("slow")
  @Test
  void theShippedExamplesInPythonConform() {
    assumeTrue(hasPython(), "SKIPPED: there is no python3");
    assertRight(TCAM, "conform");
    assertRight(VERDICTS, "conform");
  }

  private void assertRight(String[] compiler, String... verb) {
    String[] all = Stream.of(verb, compiler).flatMap(Stream::of).toArray(String[]::new);
    assertEquals(0, run(all), this::told);
  }

  @Test
  void aFindingIsKeptTriedFirstAndToldInJson() throws IOException {
    String faulty = "echo default deny";
    String corpus = folder.resolve("corpus").toString();
    assertEquals(1, run("fuzz", "--compiler", faulty, "--corpus", corpus), this::told);
    assertTrue(out.toString().contains("  compiled: deny, by its default\n"), this::told);
    assertTrue(out.toString().contains("  kept in " + corpus), this::told);
    assertEquals(
        1,
        run("fuzz", "--compiler", faulty, "--corpus", corpus, "--seed", "9", "--format", "json"));
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertEquals(1, json.get("known").asInt());
    JsonNode finding = json.get("findings").get(0);
    assertEquals("known", finding.get("how").asText());
    assertEquals(1, finding.get("lists").asInt());
    assertEquals("[\"default allow\"]", finding.get("rules").toString());
    assertEquals("allow", finding.get("meant").get("verdict").asText());
    assertEquals("deny", finding.get("compiled").get("verdict").asText());
    // The repaired one passes what is kept.
    assertEquals(
        0,
        run("fuzz", "--compiler", "auto", "--corpus", corpus, "--time", "60", "--lists", "50"),
        this::told);
    assertTrue(out.toString().contains("1 known tried first"), this::told);
  }

  @Test
  void theTestCaseOfAFindingIsRunByTest() throws IOException {
    Path corpus = folder.resolve("corpus");
    String[] fuzz = {
      "fuzz", "--compiler", "sh examples/compilers/faulty.sh", "--corpus", corpus.toString()
    };
    assertEquals(1, run(fuzz), this::told);
    String cases;
    try (Stream<Path> kept = Files.list(corpus)) {
      cases = kept.map(Path::toString).filter(name -> name.endsWith(".yaml")).findFirst().get();
    }
    assertEquals(0, run("test", cases), this::told);
    assertTrue(out.toString().contains("1 cases: 1 passed"), this::told);
    String text = Files.readString(Path.of(cases));
    Files.writeString(
        Path.of(cases),
        text.contains("{allow:")
            ? text.replace("{allow:", "{deny:")
            : text.replace("{deny:", "{allow:"));
    assertEquals(1, run("test", cases), this::told);
  }

  @Test
  void findingsAreMadeSmallUnlessToldOtherwise() throws IOException {
    String[] faulty = {
      "fuzz", "--compiler", "sh examples/compilers/faulty.sh", "--time", "60", "--format", "json"
    };
    assertEquals(1, run(faulty), this::told);
    JsonNode small = new ObjectMapper().readTree(out.toString()).get("findings").get(0);
    assertEquals(1 + 1, small.get("rules").size(), small::toString);
    String[] asFound =
        Stream.of(faulty, new String[] {"--no-shrink"}).flatMap(Stream::of).toArray(String[]::new);
    assertEquals(1, run(asFound), this::told);
    JsonNode whole = new ObjectMapper().readTree(out.toString()).get("findings").get(0);
    assertEquals(1 + small.get("rulesFound").asInt(), whole.get("rules").size(), whole::toString);
    assertTrue(whole.get("rules").size() > small.get("rules").size(), whole::toString);
  }

  @Test
  void aBrokenCorpusIsExit3WithFileAndLine() throws IOException {
    Files.writeString(folder.resolve("bad.rules"), "default deny\nallow\n");
    assertEquals(3, run("fuzz", "--compiler", "auto", "--corpus", folder.toString()));
    assertTrue(err.toString().contains("bad.rules:2:1: 1 words, legal: ACTION"), err::toString);
  }

  @Test
  void givenListsAreEditedWhateverTheirFormat() throws IOException {
    Path own = Files.writeString(folder.resolve("own"), "# ours\ndefault deny\n");
    Path classBench = folder.resolve("classbench");
    Files.writeString(classBench, "@10.0.0.0/8 0.0.0.0/0 0 : 65535 80 : 90 0x06/0xFF\n");
    for (Path file : List.of(own, classBench, Path.of("pcaps", "vpc.yaml"))) {
      assertEquals(
          0,
          run(
              "fuzz",
              "--compiler",
              "auto",
              "--rules",
              file.toString(),
              "--lists",
              "100",
              "--time",
              "60"),
          this::told);
    }
    assertEquals(2, run("fuzz", "--compiler", "auto", "--rules", "pcaps/vpc.yaml#nowhere"));
    assertTrue(err.toString().contains("has no list 'nowhere'"), err::toString);
    Path bad = Files.writeString(folder.resolve("bad"), "default deny\nallow\n");
    assertEquals(2, run("fuzz", "--compiler", "auto", "--rules", bad.toString()));
    assertTrue(err.toString().contains("--rules: "), err::toString);
  }

  @Test
  void ordersThatMeanNothingAreExit2WithTheLegalValues() {
    assertEquals(2, run("fuzz"));
    assertTrue(err.toString().contains("--compiler"), err::toString);
    assertEquals(2, run("fuzz", "--compiler", "no-such-compiler"));
    assertTrue(
        err.toString().contains("--compiler is 'no-such-compiler', none of auto, linear, rfc"),
        err::toString);
    assertEquals(2, run("conform", "--compiler", "auto", "--without", "colour"));
    assertTrue(
        err.toString().contains("--without is 'colour', legal: several-cidrs, host-bits"),
        err::toString);
    assertEquals(2, run("fuzz", "--compiler", "auto", "--time", "0"));
    assertTrue(err.toString().contains("--time is 0, legal 1..1000000"), err::toString);
    assertEquals(2, run("fuzz", "--compiler", "cat", "--timeout", "0"));
    assertTrue(err.toString().contains("--timeout is 0, legal 1..3600"), err::toString);
  }

  @Test
  void aCompilerThatRefusesEverythingIsExit4() {
    assertEquals(4, run("fuzz", "--compiler", "emit:azure", "--lists", "20"), this::told);
  }

  @Test
  void aCaseThatFailsIsToldWithItsReasonAndTheCertificateHasIt() throws IOException {
    Path file = folder.resolve("certificate.json");
    assertEquals(
        1,
        run(
            "conform",
            "--compiler",
            "sh examples/compilers/faulty.sh",
            "--without",
            IPTABLES_LACKS,
            "--certificate",
            file.toString()),
        this::told);
    assertTrue(out.toString().contains("failed  several-sources-keep-their-rank: "), this::told);
    assertTrue(out.toString().contains("  known from: apache/cloudstack #12668"), this::told);
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertFalse(json.get("conforms").asBoolean());
    assertEquals(2, json.get("skipped").asInt());
    assertTrue(
        json.get("compiler").get("identity").asText().contains("faulty.sh sha256:"),
        json::toString);
    JsonNode failed =
        json.get("cases").valueStream().filter(c -> c.has("packet")).findFirst().orElseThrow();
    assertEquals("failed", failed.get("result").asText());
    assertEquals("allow", failed.get("meant").get("verdict").asText());
  }

  private static boolean hasPython() {
    try {
      return new ProcessBuilder("python3", "-c", "pass").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private String told() {
    return out.toString() + err;
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return VpcrigCommand.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
