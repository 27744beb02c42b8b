package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A vpcrig in a process of its own, from the classes of this build; killed at the latest at close.
 */
final class VpcrigProcess implements AutoCloseable {
  private static final long PATIENCE_S = 60;

  private final Process process;
  private final Path output;

  /**
   * Starts one.
   *
   * @param folder takes its output, and its counters if it has no other place for them
   */
  VpcrigProcess(Path folder, String... arguments) throws IOException {
    this(folder, command(arguments));
  }

  /** Starts one by a whole command. */
  VpcrigProcess(Path folder, List<String> command) throws IOException {
    output = Files.createTempFile(folder, "process", ".out");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("XDG_RUNTIME_DIR", folder.toString());
    process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
  }

  /** What starts vpcrig on this machine. */
  static List<String> command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--add-opens",
            "java.base/jdk.internal.misc=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            "io.vpcrig.Main"));
    Collections.addAll(command, arguments);
    return command;
  }

  long pid() {
    return process.pid();
  }

  /** All it printed so far. */
  String printed() throws IOException {
    return Files.readString(output, StandardCharsets.UTF_8);
  }

  /** Waits until something holds. */
  void await(BooleanSupplier holds) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
    while (!holds.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "waited too long");
      assertTrue(process.isAlive(), printed());
      Thread.sleep(20);
    }
  }

  /** Waits for its end; answers the exit code. */
  int end() throws IOException, InterruptedException {
    assertTrue(process.waitFor(PATIENCE_S, TimeUnit.SECONDS), printed());
    return process.exitValue();
  }

  /** As {@code kill -9}. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
