package io.vpcrig.frame;

import java.io.IOException;

/** Where frames come from: a capture, a live port, a generator. Thread: one reader. */
public interface FrameSource extends AutoCloseable {
  /**
   * Adds frames to {@code batch} until it is full or nothing more is at hand, and fills the source
   * columns. Does not clear the batch first.
   *
   * @return frames added; 0 only at the end of the input
   * @throws DamagedInputException if the input is damaged or cut short, after all frames before the
   *     damage were returned
   */
  int read(FrameBatch batch) throws IOException;

  /** Sentence for reports: what is read, such as the file's name. */
  String describe();

  @Override
  void close() throws IOException;
}
