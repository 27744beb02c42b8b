package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.cli.TopView.Screen;
import io.vpcrig.cli.TopView.Sort;
import io.vpcrig.telemetry.Run;
import io.vpcrig.telemetry.RunSnapshot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What top draws, held to pictures that were looked at, and to the size of the screen. */
class TopViewTest {
  private static final RunSnapshot BEFORE = SampleRuns.after(10, Run.State.RUNNING);
  private static final RunSnapshot NOW = SampleRuns.after(11, Run.State.RUNNING);

  private static String draw(int width, int height, Sort sort, boolean help, boolean color) {
    Screen screen = new Screen(width, height, sort, false, help);
    return String.join("\n", TopView.lines(NOW, BEFORE, screen, NOW.atMs() + 50, new Style(color)))
        + "\n";
  }

  private static void assertGolden(String name, String picture) throws IOException {
    try (InputStream golden = TopViewTest.class.getResourceAsStream(name)) {
      assertEquals(
          golden == null ? "" : new String(golden.readAllBytes(), StandardCharsets.UTF_8),
          picture,
          name);
    }
  }

  @Test
  void aSmallScreen() throws IOException {
    assertGolden("top-80x24.txt", draw(80, 24, Sort.RATE, false, false));
  }

  @Test
  void aSmallScreenInColour() throws IOException {
    assertGolden("top-80x24-colour.txt", draw(80, 24, Sort.RATE, false, true).replace('\033', '^'));
  }

  @Test
  void aLargeScreen() throws IOException {
    assertGolden("top-120x40.txt", draw(120, 40, Sort.NAME, false, false));
  }

  @Test
  void aLargeScreenInColour() throws IOException {
    assertGolden(
        "top-120x40-colour.txt", draw(120, 40, Sort.NAME, false, true).replace('\033', '^'));
  }

  @Test
  void help() throws IOException {
    assertGolden("top-help.txt", draw(80, 24, Sort.RATE, true, false));
  }

  @Test
  void colourChangesNothingButColour() {
    String plain = draw(120, 40, Sort.TOTAL, false, false);
    String coloured = draw(120, 40, Sort.TOTAL, false, true);
    assertNotEquals(plain, coloured);
    assertEquals(plain, coloured.replaceAll("\033\\[[0-9]+m", ""));
  }

  @Test
  void anyPictureFitsItsScreen() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int trial = 0; trial < 200; trial++) {
      int width = random.nextInt(40, 200);
      int height = random.nextInt(8, 80);
      Screen screen =
          new Screen(
              width,
              height,
              Sort.values()[random.nextInt(3)],
              random.nextBoolean(),
              random.nextInt(8) == 0);
      List<String> lines =
          TopView.lines(
              SampleRuns.random(random),
              random.nextBoolean() ? SampleRuns.random(random) : null,
              screen,
              SampleRuns.BEGUN_MS,
              new Style(random.nextBoolean()));
      assertEquals(height, lines.size(), "seed " + seed);
      for (String line : lines) {
        String visible = line.replaceAll("\033\\[[0-9]+m", "");
        assertTrue(visible.length() <= width, () -> "seed " + seed + ": " + line);
        assertFalse(visible.chars().anyMatch(Character::isISOControl), () -> line);
      }
    }
  }

  @Test
  void aRunThatWasKilledOrHangsIsToldSo() {
    Screen screen = new Screen(80, 24, Sort.RATE, false, false);
    RunSnapshot dead = SampleRuns.after(10, Run.State.DEAD);
    assertTrue(head(TopView.lines(dead, null, screen, 0, new Style(false))).contains("died"));
    assertTrue(
        head(TopView.lines(NOW, null, screen, NOW.atMs() + 4_000, new Style(false)))
            .contains("not answering for 4.0 s"));
  }

  private static String head(List<String> lines) {
    return lines.getFirst();
  }

  @Test
  void withoutAnEarlierSnapshotRatesAreThoseSinceTheBeginning() {
    assertEquals(
        "  10.0 s  12.3M frames/s  forward 12.0M  drop 346k  local 78  sessions 65.5k",
        TopView.plainLine(BEFORE, null));
  }

  @Test
  void briefNumbersHaveThreeDigits() {
    assertEquals("0", RunText.brief(0));
    assertEquals("999", RunText.brief(999.4));
    assertEquals("1.00k", RunText.brief(999.6));
    assertEquals("9.99k", RunText.brief(9_994));
    assertEquals("10.0k", RunText.brief(9_996));
    assertEquals("100k", RunText.brief(99_960));
    assertEquals("1.00M", RunText.brief(999_600));
  }
}
