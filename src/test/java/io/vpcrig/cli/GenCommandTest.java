package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.acl.ClassBenchRules;
import io.vpcrig.acl.HeaderTrace;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenCommandTest {
  @TempDir Path directory;

  private final StringWriter err = new StringWriter();

  @Test
  void rulesAndTheirTrafficAreReadableByTheReaders() throws IOException {
    assertEquals(0, run("rules", "--like", "fw1", "--count", "200", "-o", path("rules")));
    assertEquals("200 rules like fw1, seed 1\n", err.toString());
    assertEquals(200, ClassBenchRules.read(directory.resolve("rules")).size());
    assertEquals(
        0,
        run(
            "traffic",
            "--rules",
            path("rules"),
            "--count",
            "500",
            "--distinct",
            "-o",
            path("headers")));
    assertTrue(
        err.toString()
            .endsWith(
                "500 distinct headers for 200 rules, skew uniform, 0% of them unmatched, seed 1\n"),
        err::toString);
    assertEquals(500, HeaderTrace.read(directory.resolve("headers")).size());
  }

  @Test
  void theSameSeedWritesTheSameBytes() throws IOException {
    for (String name : new String[] {"a", "b"}) {
      assertEquals(
          0, run("rules", "--like", "vpc", "--count", "100", "--seed", "9", "-o", path(name)));
      assertEquals(
          0,
          run(
              "traffic",
              "--rules",
              path(name),
              "--skew",
              "zipf",
              "--seed",
              "9",
              "-o",
              path(name + "t")));
    }
    assertArrayEquals(bytes("a"), bytes("b"));
    assertArrayEquals(bytes("at"), bytes("bt"));
  }

  @Test
  void aFileOfRulesCanBeFittedTo() throws IOException {
    assertEquals(0, run("rules", "--like", "acl5", "--count", "300", "-o", path("model")));
    assertEquals(0, run("rules", "--like", path("model"), "--count", "900", "-o", path("more")));
    assertEquals(900, ClassBenchRules.read(directory.resolve("more")).size());
  }

  @Test
  void ordersOutOfRangeAreExit2WithTheLegalValues() throws IOException {
    assertEquals(2, run("rules", "--like", "fw1", "--count", "9"));
    assertTrue(err.toString().contains("--count is 9, legal 10..1000000"), err::toString);
    assertEquals(2, run("rules", "--like", "fw9", "--count", "10"));
    assertTrue(
        err.toString()
            .contains(
                "--like is 'fw9', legal: acl1, acl3, acl5, fw1, fw3, fw5, ipc1, vpc, or a file of"
                    + " rules"),
        err::toString);
    assertEquals(2, run("traffic", "--rules", path("nowhere")));
    assertTrue(err.toString().contains("nowhere: no such file"), err::toString);
    Files.writeString(directory.resolve("bad"), "@1.2.3.4/33\n");
    assertEquals(2, run("traffic", "--rules", path("bad")));
    assertTrue(err.toString().contains("bad:1:10: source prefix length"), err::toString);
    assertEquals(2, run("traffic", "--rules", path("bad"), "--miss", "101"));
    assertTrue(err.toString().contains("--miss is 101, legal 0..100"), err::toString);
    assertEquals(2, run());
    assertTrue(err.toString().contains("gen what? legal: rules, traffic"), err::toString);
    assertTrue(err.toString().contains("Try 'vpcrig gen rules --help'."), err::toString);
  }

  @Test
  void rulesWithTooFewHeadersAreExit2AndLeaveNoFile() throws IOException {
    Files.writeString(directory.resolve("one"), "@1.2.3.4/32 5.6.7.8/32 1 : 1 2 : 2 0x06/0xFF\n");
    assertEquals(
        2, run("traffic", "--rules", path("one"), "--count", "2", "--distinct", "-o", path("out")));
    assertTrue(err.toString().contains("one: 2 distinct headers"), err::toString);
    assertFalse(Files.exists(directory.resolve("out")));
  }

  @Test
  void nothingToDrawFromIsExit4UnlessAllowed() throws IOException {
    Files.writeString(directory.resolve("empty"), "# none\n");
    assertEquals(4, run("traffic", "--rules", path("empty")));
    assertEquals(0, run("traffic", "--rules", path("empty"), "--allow-empty"));
    assertEquals(4, run("rules", "--like", path("empty"), "--count", "10"));
  }

  private int run(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "gen";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return VpcrigCommand.commandLine().setErr(new PrintWriter(err, true)).execute(all);
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  private byte[] bytes(String name) throws IOException {
    return Files.readAllBytes(directory.resolve(name));
  }
}
