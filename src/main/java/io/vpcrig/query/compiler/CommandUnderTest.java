package io.vpcrig.query.compiler;

import io.vpcrig.model.Flow;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A command that compiles: run by {@code /bin/sh -c} once for each list, rules on stdin, the
 * compiled form on stdout. Its three streams are files in a folder of its own, so that nothing it
 * leaves running can hold us up; it and what it started are killed when its time is over or it has
 * written more than {@link #MOST_BYTES}.
 */
public final class CommandUnderTest implements CompilerUnderTest {
  /** Most bytes of output. */
  static final long MOST_BYTES = 64L << 20;

  /** What a shell exits with if it can't run a command, or finds none. */
  private static final int CANNOT_RUN = 126;

  private static final int NOT_FOUND = 127;

  /** How often the size of the output is looked at. */
  private static final long LOOK_MS = 100;

  /** Characters of stderr or of unreadable output that are shown. */
  private static final int SHOWN = 2000;

  private final String command;
  private final CompiledOutput output;
  private final long timeoutNs;
  private final Path folder;
  private final Path stdin;
  private final Path stdout;
  private final Path stderr;

  /**
   * @param timeoutNs what one run may take
   */
  public CommandUnderTest(String command, CompiledOutput output, long timeoutNs)
      throws IOException {
    this.command = command;
    this.output = output;
    this.timeoutNs = timeoutNs;
    folder = Files.createTempDirectory("vpcrig-compiler");
    stdin = folder.resolve("stdin");
    stdout = folder.resolve("stdout");
    stderr = folder.resolve("stderr");
    // Also where we are interrupted; what is registered last is deleted first.
    List.of(folder, stdin, stdout, stderr).forEach(each -> each.toFile().deleteOnExit());
  }

  /** Whether a failure means that there is no such command. */
  public static boolean isMissing(CompilerFailure failure) {
    return failure.exitCode() == NOT_FOUND || failure.exitCode() == CANNOT_RUN;
  }

  @Override
  public String name() {
    return command;
  }

  /** With the SHA-256 of each word of the command that is a file. */
  @Override
  public String identity() {
    StringBuilder identity = new StringBuilder("command ").append(command);
    for (String word : command.split("\\s+")) {
      Path file = Path.of(word);
      if (Files.isRegularFile(file)) {
        identity.append("; ").append(word).append(" sha256:").append(digest(file));
      }
    }
    return identity.toString();
  }

  private static String digest(Path file) {
    try {
      return Digests.sha256(Files.readAllBytes(file));
    } catch (IOException e) {
      return "unreadable";
    }
  }

  @Override
  public List<Answer> judge(WrittenList list, List<Flow> headers) throws CompilerFailure {
    try {
      Files.writeString(
          stdin,
          output.form() == OutputForm.verdicts ? RuleLines.of(list, headers) : RuleLines.of(list));
      run();
      if (Files.size(stdout) > MOST_BYTES) {
        throw failure(CompilerFailure.Kind.UNREADABLE, "more than 64 MiB of output", -1);
      }
    } catch (IOException e) {
      throw new CompilerFailure(
          CompilerFailure.Kind.FAILED, "could not be run: " + e.getMessage(), -1, "");
    }
    return read(headers);
  }

  private List<Answer> read(List<Flow> headers) throws CompilerFailure {
    try {
      return output.judge(Files.readString(stdout, StandardCharsets.ISO_8859_1), headers);
    } catch (IOException e) {
      throw new CompilerFailure(
          CompilerFailure.Kind.UNREADABLE, e.getMessage(), 0, head(stdout) + head(stderr));
    }
  }

  private void run() throws IOException, CompilerFailure {
    Process process =
        new ProcessBuilder("/bin/sh", "-c", command)
            .redirectInput(stdin.toFile())
            .redirectOutput(stdout.toFile())
            .redirectError(stderr.toFile())
            .start();
    try {
      long deadline = System.nanoTime() + timeoutNs;
      while (!process.waitFor(LOOK_MS, TimeUnit.MILLISECONDS)) {
        if (System.nanoTime() - deadline > 0) {
          throw failure(
              CompilerFailure.Kind.TIMED_OUT,
              "took longer than %d ms".formatted(timeoutNs / 1_000_000),
              -1);
        }
        if (Files.size(stdout) > MOST_BYTES) {
          return;
        }
      }
      if (process.exitValue() != 0) {
        int code = process.exitValue();
        throw failure(CompilerFailure.Kind.FAILED, "exit code " + code, code);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure(CompilerFailure.Kind.FAILED, "interrupted", -1);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private CompilerFailure failure(CompilerFailure.Kind kind, String sentence, int exitCode) {
    return new CompilerFailure(kind, sentence, exitCode, head(stderr));
  }

  private static String head(Path file) {
    try (InputStream bytes = Files.newInputStream(file)) {
      byte[] first = bytes.readNBytes(SHOWN + 1);
      String text = new String(first, StandardCharsets.UTF_8);
      return text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public void close() {
    for (Path file : List.of(stdin, stdout, stderr, folder)) {
      // What can't be deleted now is tried again when the JVM ends.
      file.toFile().delete();
    }
  }
}
