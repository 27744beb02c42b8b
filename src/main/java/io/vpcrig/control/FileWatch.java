package io.vpcrig.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Tells when a file has changed and then stayed as it is for a moment, so that one half written is
 * not read. It is looked at now and then, by name: that works where it is replaced, or is a link to
 * something that is, and on every file system; looking takes microseconds. Thread: one.
 */
final class FileWatch {
  /** Looks for which it must have stayed the same. */
  private static final int CALM_LOOKS = 2;

  private final Path file;
  private State known;
  private State latest;
  private int calm;

  private record State(Object key, long modifiedMs, long length) {
    static State of(Path file) {
      try {
        BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
        return new State(now.fileKey(), now.lastModifiedTime().toMillis(), now.size());
      } catch (IOException e) {
        return new State(null, 0, -1);
      }
    }
  }

  /** Watches from its present state on. */
  FileWatch(Path file) {
    this.file = file;
    known = State.of(file);
    latest = known;
  }

  /** Looks; answers whether there is a new state, once for each. One that is gone is none. */
  boolean hasChanged() {
    State now = State.of(file);
    calm = now.equals(latest) ? calm + 1 : 0;
    latest = now;
    if (calm < CALM_LOOKS || now.equals(known) || now.length() < 0) {
      return false;
    }
    known = now;
    return true;
  }
}
