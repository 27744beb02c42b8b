package io.vpcrig.io;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSource;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Reads a capture in order. Frames of any link type are delivered, with the number of the
 * tcpdump.org registry in the link column (12 and 14, which BSDs write for raw IP, become 101).
 *
 * <p>Whole frames before a damage are delivered first; the exception comes with the next call, and
 * with every call after it. Timestamps of pcapng are clamped to 0..2^33 s. Thread: one reader.
 */
public final class CaptureReader implements FrameSource {
  private final String name;
  private final LongSupplier position;
  private final ByteFeed feed;
  private final RecordParser parser;
  private final Compression compression;
  private final long size;
  private long frames;
  private IOException failure;

  CaptureReader(
      String name,
      LongSupplier position,
      ByteFeed feed,
      RecordParser parser,
      Compression compression,
      long size) {
    this.name = name;
    this.position = position;
    this.feed = feed;
    this.parser = parser;
    this.compression = compression;
    this.size = size;
  }

  /**
   * {@inheritDoc} The batch must have room for one more frame. A batch from a pipe may be short, so
   * that frames are not held back until more come.
   */
  @Override
  public int read(FrameBatch batch) throws IOException {
    if (failure != null) {
      throw failure;
    }
    int before = batch.size;
    try {
      parser.read(batch, frames + 1);
    } catch (IOException e) {
      failure = e;
      if (batch.size == before) {
        throw e;
      }
    }
    int added = batch.size - before;
    frames += added;
    return added;
  }

  /** Goes on at a place of an index; what it is an index of has been checked. */
  void seek(FileChannel file, CaptureIndex.Place place) throws IOException {
    feed.seek(file, place.offset());
    parser.jumped(place.previousNs());
    frames = place.frame() - 1;
  }

  /** Number of the last frame delivered: frames so far, if it began with the first. */
  public long frames() {
    return frames;
  }

  /** Bytes of the file taken so far, as packed; for progress. */
  public long position() {
    return position.getAsLong();
  }

  /** Bytes of the file as packed; -1 if that can't be known. */
  public long size() {
    return size;
  }

  /** Such as "pcap, little-endian". */
  public String format() {
    return parser.format();
  }

  public Compression compression() {
    return compression;
  }

  /** Interfaces met so far; pcapng may tell of more later. */
  public List<CaptureInterface> interfaces() {
    return parser.interfaces();
  }

  @Override
  public String describe() {
    return name;
  }

  @Override
  public void close() throws IOException {
    feed.close();
  }
}
