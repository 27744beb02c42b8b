package io.vpcrig;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * Finds the shared input data, which is not part of the repository: the directory named by the
 * system property {@code vpcrig.data}, or {@code shared/data} beside the project or any directory
 * above it.
 */
public final class TestData {
  private TestData() {}

  /** A file or directory of the shared data, if it is there. */
  public static Optional<Path> shared(String relative) {
    String named = System.getProperty("vpcrig.data");
    if (named != null) {
      return existing(Path.of(named, relative));
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path data = at.resolve("shared").resolve("data");
      if (Files.isDirectory(data)) {
        return existing(data.resolve(relative));
      }
    }
    return Optional.empty();
  }

  /** As {@link #shared}; skips the test, saying so, where the data is absent. */
  public static Path sharedOrSkip(String relative) {
    Optional<Path> found = shared(relative);
    Assumptions.assumeTrue(
        found.isPresent(), "SKIPPED: the shared data is absent (looked for " + relative + ")");
    return found.orElseThrow();
  }

  private static Optional<Path> existing(Path path) {
    return Files.exists(path) ? Optional.of(path) : Optional.empty();
  }
}
