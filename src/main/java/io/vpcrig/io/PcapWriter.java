package io.vpcrig.io;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import java.io.IOException;

/**
 * Writes what leaves as a classic pcap, little-endian, with timestamps in nanoseconds: the bytes
 * and the time of each frame and nothing else, for tools that read no pcapng. It can't tell by
 * which segment a frame leaves, or why; dropped frames are not in it.
 *
 * <pre>
 *   file:   | a1b23c4d | 2 | 4 | 0 (4) | 0 (4) | 262144 (4) | link type 4 | records...
 *   record: | seconds 4 | nanoseconds 4 | captured length 4 | wire length 4 | bytes...
 * </pre>
 */
public final class PcapWriter implements CaptureWriter {
  private static final int FILE_HEADER = 24;
  private static final int RECORD_HEADER = 16;
  private static final long NANOS = 1_000_000_000L;
  private static final long VERSION = 4L << 48 | 2L << 32;

  private final OutputFile file;
  private final Bytes bytes;
  private final int link;
  private long frames;
  private long secondNs;
  private long second;

  /**
   * @param target the file, "-" for standard output
   * @param linkType of all its frames
   */
  public PcapWriter(String target, int linkType) throws IOException {
    file = OutputFile.open(target);
    bytes = file.bytes;
    link = linkType;
    long header = bytes.window(file.reserve(FILE_HEADER), FILE_HEADER);
    Bytes.putRaw64(header, PcapParser.NANOSECONDS & 0xffff_ffffL | VERSION);
    Bytes.putRaw64(header + 8, 0);
    Bytes.putRaw64(header + 16, FrameBatch.MAX_FRAME_LENGTH | (long) linkType << 32);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IOException also if the frame is of another link type: a pcap has one for all
   */
  @Override
  public void write(FrameBatch batch, int i) throws IOException {
    if (!LeavingFrames.leaves(batch, i)) {
      return;
    }
    if (batch.link[i] != link) {
      throw new IOException(
          "frame "
              + batch.number[i]
              + " is of link type "
              + batch.link[i]
              + ", and a pcap holds one type, here "
              + link
              + "; write pcapng instead");
    }
    int length = batch.length[i];
    int at = file.reserve(RECORD_HEADER + length);
    long record = bytes.window(at, RECORD_HEADER);
    long fraction = batch.timestampNs[i] - secondNs;
    if (fraction < 0 || fraction >= NANOS) {
      second = Math.floorDiv(batch.timestampNs[i], NANOS);
      secondNs = second * NANOS;
      fraction = batch.timestampNs[i] - secondNs;
    }
    long wire = Math.min((long) length + batch.missing[i], Integer.MAX_VALUE);
    Bytes.putRaw64(record, second & 0xffff_ffffL | fraction << 32);
    Bytes.putRaw64(record + 8, length | wire << 32);
    bytes.put(at + RECORD_HEADER, batch.bytes, batch.start[i], length);
    frames++;
  }

  @Override
  public long frames() {
    return frames;
  }

  @Override
  public void abort() {
    file.abort();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
