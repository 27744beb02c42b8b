package io.vpcrig.io;

import io.vpcrig.frame.Bytes;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that appears whole or not at all: written beside its place under a name of its own, moved
 * there in one step by {@link #close}, deleted by {@link #abort}, after a failed write, or when the
 * JVM ends before. Standard output, pipes and devices are written directly.
 *
 * <p>Bytes are put into {@link #bytes} at the offset that {@link #reserve} gives; they go out in
 * pieces of about {@link #CAPACITY}. Thread: one writer; {@link #abort} also from a shutdown hook.
 */
final class OutputFile implements AutoCloseable {
  /** Bytes gathered before a write: stays in a second-level cache. */
  static final int CAPACITY = 1 << 19;

  final Bytes bytes = Bytes.allocate(CAPACITY);

  private final Path target;
  private final Path temporary;
  private final WritableByteChannel channel;
  private final Thread hook;
  private final ByteBuffer view = bytes.view();
  private int at;
  private boolean failed;
  private boolean closed;

  private OutputFile(Path target, Path temporary, WritableByteChannel channel) {
    this.target = target;
    this.temporary = temporary;
    this.channel = channel;
    this.hook = temporary == null ? null : new Thread(this::deleteTemporary, "output-cleanup");
    if (hook != null) {
      Runtime.getRuntime().addShutdownHook(hook);
    }
  }

  /**
   * Opens {@code file}, or standard output for "-". A symbolic link is followed: the file it names
   * is replaced, not the link.
   */
  @SuppressWarnings("resource") // the channel of standard output is not ours to close
  static OutputFile open(String file) throws IOException {
    if (file.equals(Captures.STANDARD_STREAM)) {
      return new OutputFile(null, null, new FileOutputStream(FileDescriptor.out).getChannel());
    }
    Path asked = Path.of(file);
    Path target = Files.exists(asked) ? asked.toRealPath() : asked.toAbsolutePath();
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      return new OutputFile(target, null, FileChannel.open(target, StandardOpenOption.WRITE));
    }
    if (target.getParent() == null || !Files.isDirectory(target.getParent())) {
      throw new IOException("can't write " + file + ": its folder does not exist");
    }
    Path temporary =
        target.resolveSibling(
            "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".part");
    FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS);
    return new OutputFile(target, temporary, channel);
  }

  /** Writes to a channel, which stays open. */
  static OutputFile to(WritableByteChannel channel) {
    return new OutputFile(null, null, channel);
  }

  /** Offset in {@link #bytes} where {@code n} bytes may be put, 0..{@link #CAPACITY}. */
  int reserve(int n) throws IOException {
    if (CAPACITY - at < n) {
      flush();
    }
    int reserved = at;
    at += n;
    return reserved;
  }

  /** Hands everything to the system. */
  void flush() throws IOException {
    view.limit(at).position(0);
    try {
      while (view.hasRemaining()) {
        channel.write(view);
      }
    } catch (IOException e) {
      failed = true;
      throw e;
    }
    at = 0;
  }

  /** Leaves nothing behind, and what stood at the place untouched. */
  void abort() {
    failed = true;
    try {
      close();
    } catch (IOException e) {
      // The bytes were not wanted any more; deleteTemporary did what could be done.
      deleteTemporary();
    }
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (!failed) {
        flush();
      }
      if (target != null) {
        channel.close();
      }
      if (!failed && temporary != null) {
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      }
    } finally {
      bytes.close();
      deleteTemporary();
      forgetHook();
    }
  }

  private void deleteTemporary() {
    if (temporary != null) {
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException e) {
        System.getLogger(OutputFile.class.getName())
            .log(System.Logger.Level.WARNING, "left behind: " + temporary, e);
      }
    }
  }

  private void forgetHook() {
    if (hook != null && !Thread.currentThread().equals(hook)) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The JVM is going down; the hook finds nothing left to do.
        return;
      }
    }
  }
}
