package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** top on a pseudo terminal (that of {@code script}), beside a replay that runs. */
class TopTerminalTest {
  private static final String ENTER_SCREEN = "\033[?1049h";
  private static final String LEAVE_SCREEN = "\033[?1049l";
  private static final String SHOW_CURSOR = "\033[?25h";
  private static final Pattern LIVE = Pattern.compile("frames [1-9][0-9.]*k?/s");
  private static final long PATIENCE_NS = 60_000_000_000L;

  @TempDir Path folder;

  private Path typescript;
  private Process terminal;

  @Test
  @Timeout(200)
  void ratesMoveKeysWorkAndTheTerminalIsLeftAsItWas() throws Exception {
    Path counters = folder.resolve("replay.counters");
    try (VpcrigProcess replay =
        new VpcrigProcess(
            folder,
            "replay",
            "pcaps/vpc.yaml",
            "pcaps/demo.pcap",
            "--speed",
            "0.5",
            "--counters",
            counters.toString())) {
      replay.await(() -> Files.exists(counters));
      begin(counters);
      await("rates", () -> LIVE.matcher(seen()).find() && seen().contains("DROPPED/s"));
      assertTrue(seen().contains(ENTER_SCREEN), this::seen);
      type('p');
      await("pause", () -> seen().contains("PAUSED"));
      type('s');
      await("sort", () -> seen().contains("s sort: total"));
      type('?');
      await("help", () -> seen().contains("hold the picture"));
      assertFalse(seen().contains(LEAVE_SCREEN));
      type('q');
      await("q", () -> seen().contains("first 0"));
      assertRestored(seen());

      int second = seen().length();
      await("the second", () -> LIVE.matcher(seen().substring(second)).find());
      type(3);
      await("Ctrl-C", () -> seen().contains("second 0"));
      assertRestored(seen().substring(second));

      int third = seen().length();
      await("lines", () -> seen().substring(third).contains(" frames/s"));
      replay.kill();
      await("the end", () -> seen().contains("third 0"));
      assertFalse(seen().substring(third).contains("\033"), "control characters");
      assertTrue(seen().substring(third).contains(" held\r\n"), "no closing line");
      assertTrue(terminal.waitFor(60, TimeUnit.SECONDS));
    } finally {
      if (terminal != null) {
        terminal.destroyForcibly();
      }
    }
    assertEquals(
        Files.readString(folder.resolve("before")), Files.readString(folder.resolve("after")));
  }

  private static void assertRestored(String part) {
    int left = part.lastIndexOf(LEAVE_SCREEN);
    assertTrue(left > part.lastIndexOf(ENTER_SCREEN), "the other screen is still shown");
    assertTrue(part.lastIndexOf(SHOW_CURSOR) > 0, "no cursor");
    assertTrue(part.substring(left).contains(" frames: "), "no closing line");
  }

  /** Three tops, one after the other; the last on a terminal that can't do anything. */
  private void begin(Path counters) throws IOException {
    String top =
        VpcrigProcess.command("top", counters.toString(), "--interval", "0.3").stream()
            .map(word -> "'" + word + "'")
            .collect(Collectors.joining(" "));
    Path commands = folder.resolve("commands");
    Files.writeString(
        commands,
        """
        stty rows 24 cols 80
        stty -a > '%1$s/before'
        %2$s
        echo first $?
        %2$s
        echo second $?
        stty -a > '%1$s/after'
        TERM=dumb %2$s
        echo third $?
        """
            .formatted(folder, top));
    typescript = folder.resolve("typescript");
    ProcessBuilder script =
        new ProcessBuilder("script", "-qfc", "sh '" + commands + "'", typescript.toString());
    script.environment().put("TERM", "xterm-256color");
    script.environment().remove("NO_COLOR");
    terminal =
        script.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
  }

  private void type(int key) throws IOException {
    OutputStream keys = terminal.getOutputStream();
    keys.write(key);
    keys.flush();
  }

  /** All that was drawn so far. */
  private String seen() {
    try {
      return Files.exists(typescript)
          ? Files.readString(typescript, StandardCharsets.ISO_8859_1)
          : "";
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void await(String what, BooleanSupplier holds) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE_NS;
    while (!holds.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, () -> what + " not seen in: " + seen());
      Thread.sleep(50);
    }
  }
}
