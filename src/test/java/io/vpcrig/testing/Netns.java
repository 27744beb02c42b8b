package io.vpcrig.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Network namespaces of {@code ip netns}: what runs in them, programs and threads. */
public final class Netns {
  private static final List<String> FOLDERS = List.of("/usr/sbin/", "/sbin/", "/usr/bin/", "/bin/");
  private static final int O_RDONLY = 0;
  private static final int CLONE_NEWNET = 0x4000_0000;

  private Netns() {}

  /**
   * Why this machine can't have any; empty if it can.
   *
   * @param tools programs needed beside {@code ip}
   */
  public static Optional<String> missing(String... tools) {
    if (!"root".equals(System.getProperty("user.name"))) {
      return Optional.of("needs root for network namespaces");
    }
    List<String> all = new ArrayList<>(List.of(tools));
    all.add("ip");
    for (String tool : all) {
      if (FOLDERS.stream().noneMatch(folder -> Files.isExecutable(Path.of(folder + tool)))) {
        return Optional.of("needs the program " + tool);
      }
    }
    return Optional.empty();
  }

  /** Runs a program; its output, or an exception with what it complained of. */
  public static String run(String input, String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (OutputStream to = process.getOutputStream()) {
      to.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException(
            String.join(" ", command) + " failed: " + output + "\ninput was:\n" + input);
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return output;
  }

  /** As {@link #run}, in a namespace. */
  public static String in(String namespace, String input, String... command) throws IOException {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    all.addAll(List.of(command));
    return run(input, all.toArray(String[]::new));
  }

  /** Does something on a thread of its own inside a namespace; sockets made there stay there. */
  public static <T> T inside(String namespace, Callable<T> action) throws IOException {
    FutureTask<T> task = start(namespace, action);
    try {
      return task.get();
    } catch (ExecutionException | InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** As {@link #inside}, without waiting for the end. */
  public static <T> FutureTask<T> start(String namespace, Callable<T> action) {
    FutureTask<T> task =
        new FutureTask<>(
            () -> {
              enter(namespace);
              return action.call();
            });
    Thread.ofPlatform().daemon().name("inside " + namespace).start(task);
    return task;
  }

  /** Removes namespaces, where they are there. */
  public static void remove(String... namespaces) throws IOException {
    for (String namespace : namespaces) {
      if (Files.exists(Path.of("/run/netns/" + namespace))) {
        run("", "ip", "netns", "del", namespace);
      }
    }
  }

  /** Moves the calling thread, for good, into a namespace. */
  @SuppressWarnings("restricted")
  private static void enter(String namespace) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      int file =
          call(
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
              "open",
              arena.allocateFrom("/run/netns/" + namespace),
              O_RDONLY);
      call(
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
          "setns",
          file,
          CLONE_NEWNET);
      call(FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT), "close", file);
    }
  }

  @SuppressWarnings("restricted")
  private static int call(FunctionDescriptor form, String name, Object... arguments)
      throws IOException {
    Linker linker = Linker.nativeLinker();
    MemoryLayout state = Linker.Option.captureStateLayout();
    try (Arena arena = Arena.ofConfined()) {
      var captured = arena.allocate(state);
      Object[] all = new Object[arguments.length + 1];
      all[0] = captured;
      System.arraycopy(arguments, 0, all, 1, arguments.length);
      int value =
          (int)
              linker
                  .downcallHandle(
                      linker.defaultLookup().findOrThrow(name),
                      form,
                      Linker.Option.captureCallState("errno"))
                  .invokeWithArguments(all);
      if (value < 0) {
        int errno =
            (int) state.varHandle(MemoryLayout.PathElement.groupElement("errno")).get(captured, 0L);
        throw new IOException(name + ": errno " + errno);
      }
      return value;
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
