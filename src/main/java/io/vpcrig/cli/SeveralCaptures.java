package io.vpcrig.cli;

import io.vpcrig.frame.DamagedInputException;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSource;
import io.vpcrig.io.CaptureIndex;
import io.vpcrig.io.CaptureReader;
import io.vpcrig.io.Captures;
import io.vpcrig.io.FrameFilter;
import io.vpcrig.io.StaleIndexException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Captures one after the other, their frames numbered through. A damaged one is noted, and reading
 * goes on with the next. Thread: one reader; progress may be read by any.
 */
final class SeveralCaptures implements FrameSource {
  private final List<String> files;
  private Iterator<String> rest;
  private final List<String> damage = new ArrayList<>();
  private final int total;
  private CaptureReader current;
  private int begun;
  private volatile double share;
  private long frames;

  /**
   * Opens the first capture, so that a name that does not exist is told before anything is done.
   */
  SeveralCaptures(List<String> files) throws IOException {
    this.files = files;
    this.rest = files.iterator();
    this.total = files.size();
    next();
  }

  /** Begins again at the first capture and frame; damage met before is not told twice. */
  void rewind() throws IOException {
    if (current != null) {
      current.close();
      current = null;
    }
    rest = files.iterator();
    begun = 0;
    frames = 0;
    next();
  }

  /**
   * Goes on to where the first frame lies that a filter may take, if that can be told by an index;
   * at the first frame only.
   *
   * @return frames left out
   */
  long skipTo(FrameFilter filter) throws IOException {
    Path file = Path.of(files.getFirst());
    if (total > 1 || current == null || !Files.isRegularFile(CaptureIndex.beside(file))) {
      return 0;
    }
    CaptureReader further;
    try {
      further = CaptureIndex.open(file).at(filter);
    } catch (StaleIndexException | DamagedInputException e) {
      System.err.println("vpcrig: read from its begin: " + e.getMessage());
      return 0;
    }
    current.close();
    current = further;
    frames = further.frames();
    return frames;
  }

  /** What was wrong with which capture, in order. */
  List<String> damage() {
    return damage;
  }

  /** How much has been read, 0..1, or -1 if a size is not known. Any thread. */
  double share() {
    return share;
  }

  @Override
  public int read(FrameBatch batch) throws IOException {
    while (current != null) {
      int from = batch.size;
      try {
        int read = current.read(batch);
        if (read > 0) {
          number(batch, from);
          share = shareNow();
          return read;
        }
      } catch (DamagedInputException e) {
        note(e);
      }
      next();
    }
    return 0;
  }

  private void note(DamagedInputException e) {
    if (!damage.contains(e.getMessage())) {
      damage.add(e.getMessage());
    }
  }

  private double shareNow() {
    return current.size() <= 0
        ? -1
        : (begun - 1 + (double) current.position() / current.size()) / total;
  }

  /** A second capture's frames count on where the first one's ended. */
  private void number(FrameBatch batch, int from) {
    for (int i = from; i < batch.size; i++) {
      batch.number[i] = ++frames;
    }
  }

  private void next() throws IOException {
    if (current != null) {
      current.close();
      current = null;
    }
    while (current == null && rest.hasNext()) {
      begun++;
      try {
        current = Captures.open(rest.next());
      } catch (DamagedInputException e) {
        note(e);
      }
    }
  }

  @Override
  public String describe() {
    return String.join(" ", files);
  }

  @Override
  public void close() throws IOException {
    if (current != null) {
      current.close();
    }
  }
}
