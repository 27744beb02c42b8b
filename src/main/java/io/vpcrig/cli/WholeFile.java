package io.vpcrig.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * An output file that appears whole or not at all: written beside its place, moved there by {@link
 * #commit}, removed by {@link #close} if that never came. A symbolic link is followed. {@code -} is
 * stdout; that, pipes and devices are written directly.
 */
final class WholeFile implements AutoCloseable {
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
    temporary = Files.createTempFile(folder, "." + target.getFileName(), ".part");
    temporary.toFile().deleteOnExit(); // Also where the process is interrupted.
    stream = Files.newOutputStream(temporary);
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
