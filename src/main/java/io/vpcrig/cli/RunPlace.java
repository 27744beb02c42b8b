package io.vpcrig.cli;

import io.vpcrig.telemetry.CounterFiles;
import io.vpcrig.telemetry.CounterFiles.Found;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Finds the run that is meant by FILE, by PID, or by nothing: then it is the latest running one.
 */
final class RunPlace {
  private static final int MOST_NAMED = 5;

  private RunPlace() {}

  /**
   * The counters meant.
   *
   * @param asked FILE or PID; null: the latest run, running ones first
   * @return empty if nothing was asked for and there is none; {@code err} has been told
   * @throws IOException if what was asked for can't be read
   */
  static Optional<Path> find(String asked, PrintWriter err) throws IOException {
    CounterFiles place = CounterFiles.here();
    if (asked != null) {
      boolean isPid = asked.matches("[0-9]{1,10}") && !Files.exists(Path.of(asked));
      return Optional.of(isPid ? place.of(Long.parseLong(asked)) : Path.of(asked));
    }
    List<Found> found = place.find();
    if (found.isEmpty()) {
      err.println(
          "vpcrig: no run has counters in "
              + place.folder()
              + "; start forward or replay, or name the file that --counters was given");
      return Optional.empty();
    }
    if (found.size() > 1) {
      err.println(
          "vpcrig: PID "
              + found.getFirst().run().pid()
              + " of "
              + found.size()
              + " runs; others: "
              + found.stream()
                  .skip(1)
                  .limit(MOST_NAMED)
                  .map(other -> Long.toString(other.run().pid()))
                  .collect(Collectors.joining(" "))
              + (found.size() > MOST_NAMED + 1 ? " ..." : ""));
    }
    return Optional.of(found.getFirst().path());
  }
}
