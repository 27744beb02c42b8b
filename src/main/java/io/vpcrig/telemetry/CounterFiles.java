package io.vpcrig.telemetry;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Where counter files are if nobody says otherwise: {@code vpcrig-PID.counters} in the user's
 * runtime folder (XDG_RUNTIME_DIR), or else in the folder for temporary files.
 */
public final class CounterFiles {
  private static final String PREFIX = "vpcrig-";
  private static final String SUFFIX = ".counters";

  private final Path folder;

  public CounterFiles(Path folder) {
    this.folder = folder;
  }

  /** This system's place. */
  public static CounterFiles here() {
    String runtime = System.getenv("XDG_RUNTIME_DIR");
    if (runtime != null && !runtime.isEmpty() && Files.isWritable(Path.of(runtime))) {
      return new CounterFiles(Path.of(runtime));
    }
    return new CounterFiles(Path.of(System.getProperty("java.io.tmpdir")));
  }

  public Path folder() {
    return folder;
  }

  /** Where a process of this PID has its file. */
  public Path of(long pid) {
    return folder.resolve(PREFIX + pid + SUFFIX);
  }

  /** A file, and whose it is. */
  public record Found(Path path, Run run, Run.State state) {}

  /** All readable files: running ones first, the latest first among each. */
  public List<Found> find() throws IOException {
    List<Found> found = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, PREFIX + "*" + SUFFIX)) {
      for (Path path : all) {
        try (CounterReader reader = new CounterReader(path)) {
          found.add(new Found(path, reader.run(), reader.state()));
        } catch (IOException e) {
          continue; // Gone meanwhile, another user's, or foreign.
        }
      }
    }
    found.sort(
        Comparator.comparing((Found file) -> file.state() != Run.State.RUNNING)
            .thenComparing(file -> -file.run().begunMs()));
    return found;
  }
}
