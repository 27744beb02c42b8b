package io.vpcrig.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The forms of the log, and what it does where it can't be written. */
final class EventLogTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678901Z");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private String written() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void keysAndValuesCanBeTakenApartAgain() {
    EventLog log = EventLog.to(out, EventLog.Form.KEY_VALUE, () -> NOW);
    log.write("drop", "reason", "ttl.expired", "flow", "udp a > b", "in", null, "n", 3L);
    log.write("refused", "problem", "\"x\"=1\nand \\ more", "empty", "");
    assertEquals(
        """
        time=2026-01-02T03:04:05.678Z event=drop reason=ttl.expired flow="udp a > b" n=3
        time=2026-01-02T03:04:05.678Z event=refused problem="\\"x\\"=1\\nand \\\\ more" empty=""
        """,
        written());
  }

  @Test
  void asJsonNumbersAreNumbers() {
    EventLog log = EventLog.to(out, EventLog.Form.JSON, () -> NOW);
    log.write("reload", "generation", 2, "s", 0.5, "file", "a \"b\"");
    assertEquals(
        "{\"time\":\"2026-01-02T03:04:05.678Z\",\"event\":\"reload\",\"generation\":2,\"s\":0.5,"
            + "\"file\":\"a \\\"b\\\"\"}\n",
        written());
  }

  @Test
  void linesThatCantBeWrittenAreCountedAndToldLater() {
    boolean[] full = {true};
    OutputStream disk =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            if (full[0]) {
              throw new IOException("no space left on device");
            }
            out.write(b);
          }
        };
    EventLog log = EventLog.to(disk, EventLog.Form.KEY_VALUE, () -> NOW);
    log.write("one");
    log.write("two");
    full[0] = false;
    log.write("three");
    log.write("four");
    assertTrue(written().contains("event=three lost-lines=2\n"), written());
    assertTrue(written().endsWith("event=four\n"), written());
  }

  @Test
  void aFileThatWasMovedAwayIsBegunAnew(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("log");
    try (EventLog log = EventLog.file(file.toString(), EventLog.Form.KEY_VALUE)) {
      log.write("one");
      Files.move(file, folder.resolve("log.1"));
      log.write("two");
      log.reopen();
      log.write("three");
    }
    assertEquals(2, Files.readAllLines(folder.resolve("log.1")).size());
    assertTrue(Files.readString(file).contains("event=three"));
  }
}
