package io.vpcrig.control;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a file counts as changed. */
final class FileWatchTest {
  @TempDir private Path folder;
  private Path file;
  private FileWatch watch;

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("vpc.yaml");
    Files.writeString(file, "one");
    watch = new FileWatch(file);
  }

  private boolean changesWithin(int looks) {
    boolean changed = false;
    for (int k = 0; k < looks; k++) {
      changed |= watch.hasChanged();
    }
    return changed;
  }

  @Test
  void oneThatStaysIsNotChanged() {
    assertFalse(changesWithin(10));
  }

  @Test
  void aChangeIsToldOnceWhenItIsOver() throws IOException {
    for (int k = 0; k < 5; k++) {
      Files.writeString(file, "one" + "x".repeat(k));
      assertFalse(watch.hasChanged(), "still being written");
    }
    assertTrue(changesWithin(4));
    assertFalse(changesWithin(10));
  }

  @Test
  void oneThatIsPutInItsPlaceIsAChangeAndOneThatIsGoneIsNone() throws IOException {
    Files.delete(file);
    assertFalse(changesWithin(10));
    Path next = folder.resolve("next");
    Files.writeString(next, "two");
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    assertTrue(changesWithin(4));
  }

  @Test
  void aLinkThatPointsElsewhereIsAChange() throws IOException {
    Path link = folder.resolve("link");
    Files.createSymbolicLink(link, file);
    watch = new FileWatch(link);
    Path other = folder.resolve("other");
    Files.writeString(other, "one");
    Files.delete(link);
    Files.createSymbolicLink(link, other);
    assertTrue(changesWithin(4));
  }
}
