package io.vpcrig.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs two commands by turns, base first in one pair and last in the next, so that neither a drift
 * of the machine nor its warmth favours one. Results lie in two folders, numbered by pair.
 */
final class PairedRuns implements AutoCloseable {
  private final boolean temporary;
  private final Path folder;
  private final PrintWriter progress;

  /**
   * @param keep where results stay; null: they are gone after {@link #close}
   * @param progress a line for each pair; null: none
   */
  PairedRuns(Path keep, PrintWriter progress) throws IOException {
    temporary = keep == null;
    folder = temporary ? Files.createTempDirectory("vpcrig-compare") : keep;
    this.progress = progress;
    for (Path side : List.of(base(), changed())) {
      Files.createDirectories(side);
      try (Stream<Path> there = Files.list(side)) {
        if (there.findAny().isPresent()) {
          throw new IllegalArgumentException("--keep: " + side + " is not empty");
        }
      }
    }
  }

  Path base() {
    return folder.resolve("base");
  }

  Path changed() {
    return folder.resolve("new");
  }

  /**
   * Runs all pairs.
   *
   * @throws IOException if a command fails, names it and its exit code
   */
  void run(String baseCommand, String changedCommand, int pairs) throws IOException {
    for (int pair = 1; pair <= pairs; pair++) {
      if (progress != null) {
        progress.printf("pair %d of %d%n", pair, pairs);
        progress.flush();
      }
      for (int turn = 0; turn < 2; turn++) {
        boolean base = (pair + turn) % 2 == 1;
        Path result = (base ? base() : changed()).resolve("%03d.json".formatted(pair));
        String command = base ? baseCommand : changedCommand;
        int exit = run(command, result);
        if (exit != ExitCode.OK) {
          throw new IOException("exit %d of: %s".formatted(exit, command));
        }
      }
    }
  }

  /** What the command prints is not wanted; what it complains of is. */
  private static int run(String command, Path result) throws IOException {
    Process process =
        new ProcessBuilder("sh", "-c", command + " -q --json \"$0\"", result.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      process.getOutputStream().close();
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      return ExitCode.INTERRUPTED;
    }
  }

  @Override
  public void close() throws IOException {
    if (temporary) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(each);
        }
      }
    }
  }
}
