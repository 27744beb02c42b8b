package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {
  private static final String ROW =
      "{\"engine\": \"rfc\", \"set\": \"%s\", \"lookupsPerSecond\": {}, \"runs\": [%s]}";

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void aRegressionIsExitOneAndNamed() throws IOException {
    Path base = result("base.json", "cpu", 1, 10, "a", "b");
    Path slow = result("slow.json", "cpu", 0.9, 10, "a", "b", "c");
    assertEquals(1, compare(base, slow), err::toString);
    assertTrue(out.toString().contains("10 processes against 10, limit 3%"), out::toString);
    assertTrue(out.toString().matches("(?s).*\\na .* 0\\.900 .*slower\\n.*"), out::toString);
    assertTrue(err.toString().contains("2 rows compared: 2 slower"), err::toString);
    assertTrue(err.toString().contains("1 only in one"), err::toString);
    assertTrue(out.toString().lines().allMatch(line -> line.length() <= 80), out::toString);
    assertEquals(0, compare(slow, base), err::toString);
    assertEquals(0, compare(base, slow, "--max-regression", "15"), err::toString);
  }

  @Test
  void jsonTellsEveryFigure() throws IOException {
    Path base = result("base.json", "cpu", 1, 10, "a");
    Path slow = result("slow.json", "cpu", 0.9, 10, "a");
    assertEquals(1, compare(base, slow, "--format", "json"));
    JsonNode row = new ObjectMapper().readTree(out.toString()).at("/rows/0");
    assertEquals("a", row.at("/parameters/set").asText());
    assertEquals("slower", row.get("verdict").asText());
    assertEquals(0.9, row.get("ratio").asDouble(), 1e-6);
    assertTrue(row.get("low").asDouble() < 0.9 && row.get("high").asDouble() < 1, row::toString);
    assertTrue(row.get("p").asDouble() < 0.01, row::toString);
    assertEquals(10, row.at("/base/processes").asInt());
  }

  @Test
  void aFolderIsAsManyProcessesAsFiles() throws IOException {
    for (int k = 0; k < 6; k++) {
      Files.createDirectories(folder.resolve("base"));
      Files.createDirectories(folder.resolve("new"));
      result("base/" + k + ".json", "cpu", 1 + k * 0.001, 1, "a");
      result("new/" + k + ".json", "cpu", 0.8 + k * 0.001, 1, "a");
    }
    assertEquals(1, compare(folder.resolve("base"), folder.resolve("new")), err::toString);
    assertTrue(out.toString().contains("6 processes against 6"), out::toString);
  }

  @Test
  void anotherMachineIsNotCompared() throws IOException {
    Path base = result("base.json", "cpu", 1, 10, "a");
    Path other = result("other.json", "another", 0.5, 10, "a");
    assertEquals(2, compare(base, other));
    assertTrue(err.toString().contains("CPU: cpu and another"), err::toString);
    assertEquals(1, compare(base, other, "--force"));
    Path flags = folder.resolve("flags.json");
    String flag = "\"jvmFlags\": [\"-Xmx%s\", \"-Xint\"], \"machine\"";
    Files.writeString(base, Files.readString(base).replace("\"machine\"", flag.formatted("1g")));
    Files.writeString(flags, Files.readString(base).replace("-Xmx1g", "-Xmx2g"));
    assertEquals(2, compare(base, flags));
    assertTrue(err.toString().contains("JVM flags: -Xmx1g and -Xmx2g\n"), err::toString);
  }

  @Test
  void whatCannotBeComparedIsSaid() throws IOException {
    Path base = result("base.json", "cpu", 1, 10, "a");
    assertEquals(4, compare(base, result("b.json", "cpu", 1, 10, "b")));
    assertEquals(3, compare(base, folder.resolve("none.json")));
    assertEquals(3, compare(base, Files.writeString(folder.resolve("x.json"), "{\n  oops")));
    assertTrue(err.toString().contains("x.json:2:"), err::toString);
    assertEquals(3, compare(base, Files.writeString(folder.resolve("y.json"), "{}")));
    assertEquals(2, compare(base, base, "--confidence", "100"));
    Path lone = result("lone.json", "cpu", 1, 1, "a");
    assertEquals(0, compare(lone, lone));
    assertTrue(out.toString().contains("too few processes: from 5 a side"), out::toString);
    assertEquals(5, compare(lone, lone, "--strict"));
  }

  @Test
  void commandsAreRunInPairs() throws IOException {
    Path base = result("base.json", "cpu", 1, 1, "a");
    Path slow = result("slow.json", "cpu", 0.9, 1, "a");
    Path keep = folder.resolve("keep");
    String command = "f() { cp %s \"$3\"; }; f";
    int exit =
        line()
            .execute(
                "compare",
                "--run",
                command.formatted(base),
                command.formatted(slow),
                "--pairs",
                "8",
                "--keep",
                keep.toString());
    assertEquals(1, exit, err::toString);
    assertTrue(out.toString().contains("8 processes in pairs against 8"), out::toString);
    assertTrue(Files.exists(keep.resolve("new/008.json")));
    assertEquals(3, line().execute("compare", "--run", "exit 7;", "true", "--pairs", "1"));
    assertTrue(err.toString().contains("vpcrig: exit 7 of: exit 7;"), err::toString);
  }

  /** Ten processes differ by up to one in a thousand. */
  private Path result(String name, String cpu, double factor, int forks, String... sets)
      throws IOException {
    StringBuilder rows = new StringBuilder();
    for (String set : sets) {
      StringBuilder runs = new StringBuilder();
      for (int fork = 0; fork < forks; fork++) {
        runs.append(runs.isEmpty() ? "" : ", ")
            .append(
                String.format(
                    Locale.ROOT,
                    "{\"fork\": %d, \"units\": %d, \"wallNs\": 1000000000, \"cpuNs\": 999000000}",
                    fork,
                    Math.round(factor * (100_000_000 + fork * 10_000))));
      }
      rows.append(rows.isEmpty() ? "" : ", ").append(ROW.formatted(set, runs));
    }
    return Files.writeString(
        folder.resolve(name),
        "{\"bench\": \"acl\", \"environment\": {\"machine\": {\"cpu\": \"%s\"}}, \"results\": [%s]}"
            .formatted(cpu, rows));
  }

  private int compare(Path base, Path changed, String... options) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    String[] all = new String[options.length + 3];
    all[0] = "compare";
    all[1] = base.toString();
    all[2] = changed.toString();
    System.arraycopy(options, 0, all, 3, options.length);
    return line().execute(all);
  }

  private picocli.CommandLine line() {
    return VpcrigCommand.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true));
  }
}
