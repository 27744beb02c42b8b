package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayTextTest {
  private static final Pattern STYLE = Pattern.compile("\033\\[\\d+m");
  private static final Pattern PASSED = Pattern.compile("(?m)^ +([\\d,]+)  \\w+ to \\w+$");

  @TempDir Path folder;

  @Test
  void fitsEightyColumnsAndIsColouredOnlyIfAsked() throws IOException {
    String plain = run("replay", "--color=never", "pcaps/vpc.yaml", "pcaps/demo.pcap");
    String coloured = run("replay", "--color=always", "pcaps/vpc.yaml", "pcaps/demo.pcap");
    assertNarrow(plain);
    assertEquals(withoutRate(plain), withoutRate(STYLE.matcher(coloured).replaceAll("")));
    assertTrue(coloured.length() > plain.length());
  }

  @Test
  void manySegmentsAreToldInLines() throws IOException {
    StringBuilder more = new StringBuilder("tiers:\n");
    for (int k = 11; k < 20; k++) {
      more.append("  more%d: {gateway: 10.10.%d.1/24, vlan: 1%d}\n".formatted(k, k, k));
    }
    Path vpc = folder.resolve("vpc.yaml");
    String text = Files.readString(Path.of("pcaps/vpc.yaml"));
    Files.writeString(vpc, text.replace("tiers:\n", more));
    String told = run("replay", "--color=never", vpc.toString(), "pcaps/demo.pcap");
    assertNarrow(told);
    JsonNode json =
        new ObjectMapper()
            .readTree(run("replay", "--format=json", vpc.toString(), "pcaps/demo.pcap"));
    long passed = 0;
    for (Matcher line = PASSED.matcher(told); line.find(); ) {
      passed += Long.parseLong(line.group(1).replace(",", ""));
    }
    assertEquals(json.get("forwarded").asLong(), passed, told);
  }

  private static void assertNarrow(String text) {
    text.lines().forEach(line -> assertTrue(line.length() <= 80, () -> "too wide: " + line));
  }

  private static String withoutRate(String text) {
    return text.replaceAll("(?m)^.* frames/s over .*$", "");
  }

  private static String run(String... arguments) {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (PrintStream to = new PrintStream(out, true, StandardCharsets.UTF_8)) {
      System.setOut(to);
      assertEquals(0, VpcrigCommand.commandLine().execute(arguments));
    } finally {
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
