package io.vpcrig.io;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.Verdict;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;

/**
 * Writes what leaves, and what was dropped, as one little-endian pcapng section with timestamps in
 * nanoseconds. Forwarded, switched and originated frames are on the interface of the segment they
 * leave by, dropped ones on an interface named "dropped". Local and held frames are not written.
 *
 * <pre>
 *   | 6 | total 4 | interface 4 | time high 4 | time low 4 | captured 4 | wire 4 | bytes, padded to 4 |
 *   | 1 | length 2 | comment, padded to 4 | 5 | 8 | frame number 8 | 0 | 0 | total 4 |
 * </pre>
 *
 * The file appears at {@link #close}, whole; after {@link #abort} or a failed write it does not
 * appear. Thread: one writer.
 */
public final class PcapngWriter implements CaptureWriter {
  private static final int SECTION_HEADER = 0x0a0d0d0a;
  private static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
  private static final int INTERFACE = 1;
  private static final int ENHANCED_PACKET = 6;

  private static final int OPTION_COMMENT = 1;
  private static final int OPTION_NAME = 2;
  private static final int OPTION_APPLICATION = 4;
  private static final int OPTION_PACKET_ID = 5;
  private static final int OPTION_RESOLUTION = 9;
  private static final int NANOSECONDS = 9;

  private static final int PACKET_HEADER = 28;
  private static final int PACKET_ID_LENGTH = 12;
  private static final long LOW = 0xffff_ffffL;
  private static final int LONGEST_COMMENT = 65_535;

  private final OutputFile file;
  private final Bytes bytes;
  private final FrameComment comments;
  private final boolean onlyDropped;
  private final boolean packetIds;
  private final int leavingLink;
  private final OutputInterfaces interfaces;
  private long frames;

  /**
   * @param target the file, "-" for standard output
   * @param onlyDropped leaves out everything that was not dropped
   * @param packetIds writes each frame's number in its input as its packet id
   */
  public PcapngWriter(
      String target,
      OutputLayout layout,
      FrameComment comments,
      boolean onlyDropped,
      boolean packetIds)
      throws IOException {
    this(OutputFile.open(target), layout, comments, onlyDropped, packetIds);
  }

  /**
   * Writes to a channel, which stays open: whole blocks, when there are many and at {@link #flush}.
   */
  public PcapngWriter(WritableByteChannel channel, OutputLayout layout, FrameComment comments)
      throws IOException {
    this(OutputFile.to(channel), layout, comments, false, true);
  }

  private PcapngWriter(
      OutputFile file,
      OutputLayout layout,
      FrameComment comments,
      boolean onlyDropped,
      boolean packetIds)
      throws IOException {
    this.file = file;
    this.bytes = file.bytes;
    this.comments = comments;
    this.onlyDropped = onlyDropped;
    this.packetIds = packetIds;
    this.leavingLink = layout.linkType();
    this.interfaces = new OutputInterfaces(layout);
    writeSection();
    for (String segment : layout.segments()) {
      writeInterface(segment, layout.linkType());
    }
  }

  @Override
  public void write(FrameBatch batch, int i) throws IOException {
    int link = batch.link[i];
    switch (batch.verdict[i]) {
      case Verdict.FORWARD, Verdict.SWITCH, Verdict.ORIGINATED -> {
        if (!onlyDropped) {
          int segment = LeavingFrames.segment(batch, i);
          writePacket(batch, i, link == leavingLink ? segment : otherLink(segment, link));
        }
      }
      case Verdict.DROP -> writePacket(batch, i, dropped(link));
      default -> {}
    }
  }

  @Override
  public long frames() {
    return frames;
  }

  private int dropped(int link) throws IOException {
    int id = interfaces.dropped(link);
    return id >= 0 ? id : add(OutputInterfaces.DROPPED, link, OutputLayout.DROPPED);
  }

  private int otherLink(int segment, int link) throws IOException {
    int id = interfaces.find(segment, link);
    return id >= 0 ? id : add(segment, link, interfaces.name(segment));
  }

  private int add(int segment, int link, String name) throws IOException {
    writeInterface(name, link);
    return interfaces.add(segment, link);
  }

  private void writePacket(FrameBatch batch, int i, int id) throws IOException {
    int length = batch.length[i];
    int padded = length + 3 & ~3;
    byte[] comment = comments.of(batch, i);
    int options = optionsLength(comment);
    int total = PACKET_HEADER + padded + options + 4;
    int at = file.reserve(total);
    long time = batch.timestampNs[i];
    long block = bytes.window(at, total);
    // The padding first: without data, these four bytes are the wire length.
    Bytes.putRaw32(block + PACKET_HEADER + padded - 4, 0);
    Bytes.putRaw64(block, ENHANCED_PACKET | (long) total << 32);
    Bytes.putRaw64(block + 8, id & LOW | time >>> 32 << 32);
    Bytes.putRaw64(block + 16, time & LOW | (long) length << 32);
    Bytes.putRaw32(block + 24, wireLength(length, batch.missing[i]));
    bytes.put(at + PACKET_HEADER, batch.bytes, batch.start[i], length);
    if (options != 0) {
      writeOptions(at + PACKET_HEADER + padded, comment, batch.number[i]);
    }
    Bytes.putRaw32(block + total - 4, total);
    frames++;
  }

  private int optionsLength(byte[] comment) {
    int length = packetIds ? PACKET_ID_LENGTH : 0;
    if (comment != null) {
      if (comment.length > LONGEST_COMMENT) {
        throw new IllegalArgumentException(
            "comment of " + comment.length + " bytes, legal 0.." + LONGEST_COMMENT);
      }
      length += 4 + (comment.length + 3 & ~3);
    }
    return length == 0 ? 0 : length + 4;
  }

  private void writeOptions(int from, byte[] comment, long number) {
    int at = from;
    if (comment != null) {
      at = putOption(at, OPTION_COMMENT, comment);
    }
    if (packetIds) {
      bytes.putU16Le(at, OPTION_PACKET_ID);
      bytes.putU16Le(at + 2, 8);
      bytes.putI32Le(at + 4, (int) number);
      bytes.putI32Le(at + 8, (int) (number >>> 32));
      at += PACKET_ID_LENGTH;
    }
    bytes.putI32Le(at, 0);
  }

  /** Puts an option with its padding; returns the offset behind it. */
  private int putOption(int at, int code, byte[] value) {
    int padded = value.length + 3 & ~3;
    bytes.putI32Le(at + padded, 0);
    bytes.putU16Le(at, code);
    bytes.putU16Le(at + 2, value.length);
    bytes.put(at + 4, value, 0, value.length);
    return at + 4 + padded;
  }

  private static int wireLength(int length, int missing) {
    return (int) Math.min((long) length + missing, Integer.MAX_VALUE);
  }

  private void writeSection() throws IOException {
    byte[] application = "vpcrig".getBytes(StandardCharsets.UTF_8);
    int total = 24 + optionLength(application) + 4 + 4;
    int at = file.reserve(total);
    bytes.putI32Le(at, SECTION_HEADER);
    bytes.putI32Le(at + 4, total);
    bytes.putI32Le(at + 8, BYTE_ORDER_MAGIC);
    bytes.putU16Le(at + 12, 1);
    bytes.putU16Le(at + 14, 0);
    bytes.putI64(at + 16, -1);
    int end = putOption(at + 24, OPTION_APPLICATION, application);
    bytes.putI32Le(end, 0);
    bytes.putI32Le(end + 4, total);
  }

  private void writeInterface(String name, int linkType) throws IOException {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    byte[] resolution = {NANOSECONDS};
    int total = 16 + optionLength(text) + optionLength(resolution) + 4 + 4;
    int at = file.reserve(total);
    bytes.putI32Le(at, INTERFACE);
    bytes.putI32Le(at + 4, total);
    bytes.putU16Le(at + 8, linkType);
    bytes.putU16Le(at + 10, 0);
    bytes.putI32Le(at + 12, 0);
    int end = putOption(at + 16, OPTION_NAME, text);
    end = putOption(end, OPTION_RESOLUTION, resolution);
    bytes.putI32Le(end, 0);
    bytes.putI32Le(end + 4, total);
  }

  private static int optionLength(byte[] value) {
    return 4 + (value.length + 3 & ~3);
  }

  /** Hands over all blocks written so far. */
  public void flush() throws IOException {
    file.flush();
  }

  @Override
  public void abort() {
    file.abort();
  }

  /**
   * Finishes the file and puts it in its place. After {@link #abort} or a failed write: nothing.
   */
  @Override
  public void close() throws IOException {
    file.close();
  }
}
