package io.vpcrig.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.bench.AnswerException;
import io.vpcrig.bench.ForkMerge;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/**
 * Runs this very command again, in JVMs with the same flags, one after the other: so each figure of
 * one process lies between those of others, and what one compilation was lucky with, another is
 * not.
 */
final class BenchForks {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The class that starts the command line; it imports this room, and not the other way round. */
  private static final String MAIN = "io.vpcrig.Main";

  private final CommandLine line;
  private final boolean quiet;

  /**
   * What became of the forks.
   *
   * @param report of all together; null if one failed
   */
  record Outcome(int exit, ObjectNode report) {}

  /**
   * @param line the command, parsed
   */
  BenchForks(CommandLine line, boolean quiet) {
    this.line = line;
    this.quiet = quiet;
  }

  /**
   * What a fork complained of is told of the one that failed, and that ends it; a figure that was
   * left undecided does not.
   */
  Outcome run(int forks) throws IOException {
    PrintWriter err = line.getErr();
    Path folder = Files.createTempDirectory("vpcrig-forks");
    Path result = folder.resolve("result.json");
    Path complaints = folder.resolve("stderr");
    List<ObjectNode> reports = new ArrayList<>();
    int worst = ExitCode.OK;
    try {
      for (int fork = 1; fork <= forks; fork++) {
        if (!quiet) {
          err.printf("process %d of %d%n", fork, forks);
          err.flush();
        }
        int exit = run(result, complaints);
        if (exit == ExitCode.UNDECIDED) {
          worst = exit;
        } else if (exit != ExitCode.OK) {
          err.print(Files.readString(complaints, StandardCharsets.UTF_8));
          err.flush();
          return new Outcome(exit, null);
        }
        reports.add((ObjectNode) JSON.readTree(result.toFile()));
      }
      return new Outcome(worst, ForkMerge.merge(reports));
    } catch (AnswerException e) {
      err.println("vpcrig: " + e.getMessage());
      return new Outcome(ExitCode.DIFFERENT, null);
    } finally {
      Files.deleteIfExists(result);
      Files.deleteIfExists(complaints);
      Files.deleteIfExists(folder);
    }
  }

  private int run(Path result, Path complaints) throws IOException {
    List<String> command = jvm();
    CommandLine root = line;
    while (root.getParent() != null) {
      root = root.getParent();
    }
    command.addAll(root.getParseResult().originalArgs());
    command.addAll(List.of("--fork-result", result.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(complaints.toFile())
            .start();
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      return ExitCode.INTERRUPTED;
    }
  }

  /** The JVM that this is, with its flags. A jar's manifest opens modules only if it is run. */
  private static List<String> jvm() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    String path = System.getProperty("java.class.path");
    String own = BenchForks.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    if (own.endsWith(".jar") && Path.of(path).toAbsolutePath().equals(Path.of(own))) {
      command.addAll(List.of("-jar", path));
    } else {
      command.addAll(List.of("-cp", path, MAIN));
    }
    return command;
  }
}
