package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.telemetry.Run;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatTextTest {
  @Test
  void theTablesOfARunThatEnded() throws IOException {
    String text = new StatText(SampleRuns.after(10, Run.State.ENDED), new Style(false)).text(false);
    try (InputStream golden = StatTextTest.class.getResourceAsStream("stat.txt")) {
      assertEquals(
          golden == null ? "" : new String(golden.readAllBytes(), StandardCharsets.UTF_8), text);
    }
    List<String> lines = text.lines().toList();
    for (String line : lines.subList(0, lines.size() - 1)) { // The last is every replay's.
      assertTrue(line.length() <= 80, line);
    }
  }
}
