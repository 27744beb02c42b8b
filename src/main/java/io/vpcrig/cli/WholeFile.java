package io.vpcrig.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An output file that appears whole or not at all: written beside its place, moved there by {@link
 * #commit}, removed by {@link #close} if that never came. A symbolic link is followed. {@code -} is
 * stdout; that, pipes and devices are written directly.
 */
final class WholeFile implements AutoCloseable {
  private static final AtomicLong NUMBER = new AtomicLong();

  private final Path target;
  private final Path temporary;
  private final OutputStream stream;
  private boolean done;

  WholeFile(String name) throws IOException {
    if (name.equals("-")) {
      target = null;
      temporary = null;
      stream = new Uncloseable(System.out);
      return;
    }
    Path asked = Path.of(name);
    Path real = Files.exists(asked) ? asked.toRealPath() : asked.toAbsolutePath();
    if (Files.exists(real) && !Files.isRegularFile(real)) {
      target = null;
      temporary = null;
      stream = Files.newOutputStream(real, StandardOpenOption.WRITE);
      return;
    }
    target = real;
    Path folder = target.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new IOException("can't write " + name + ": its folder does not exist");
    }
    // Not createTempFile: what that makes, others may not read.
    String unique = "%d.%x".formatted(ProcessHandle.current().pid(), NUMBER.incrementAndGet());
    temporary = target.resolveSibling("." + target.getFileName() + "." + unique + ".part");
    stream =
        Files.newOutputStream(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    temporary.toFile().deleteOnExit(); // Also where the process is interrupted.
  }

  /**
   * Makes sure that a file can be written, before the work whose result it is for.
   *
   * @throws IOException with a sentence for people
   */
  static void requireWritable(String name) throws IOException {
    new WholeFile(name).close();
  }

  OutputStream stream() {
    return stream;
  }

  /** Closes the stream and puts the file in its place. */
  void commit() throws IOException {
    stream.close();
    if (target != null && !done) {
      Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
    }
    done = true;
  }

  @Override
  public void close() throws IOException {
    if (!done) {
      stream.close();
      if (temporary != null) {
        Files.deleteIfExists(temporary);
      }
    }
  }

  /** Stdout stays open for what comes after. */
  private static final class Uncloseable extends FilterOutputStream {
    Uncloseable(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
