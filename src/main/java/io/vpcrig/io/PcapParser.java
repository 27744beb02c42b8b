package io.vpcrig.io;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import java.io.IOException;
import java.util.List;

/**
 * Classic pcap, in either byte order.
 *
 * <pre>
 *   file:    | magic 4 | major 2 | minor 2 | zone 4 | accuracy 4 | snaplen 4 | link 4 | records...
 *   link:    bits 0-15 the link type; bit 26 and bits 28-31 tell of a frame check sequence
 *   record:  | seconds 4 | fraction 4 | captured length 4 | wire length 4 | bytes...
 *   patched: | seconds 4 | fraction 4 | captured length 4 | wire length 4 | interface 4 | other 4 | bytes...
 * </pre>
 *
 * Files before version 2.3 have the two lengths the other way round, files of 2.3 either way.
 */
final class PcapParser implements RecordParser {
  static final int MICROSECONDS = 0xa1b2c3d4;
  static final int NANOSECONDS = 0xa1b23c4d;

  /** Alexey Kuznetsov's patched libpcap. */
  static final int PATCHED = 0xa1b2cd34;

  private static final int FILE_HEADER = 24;
  private static final int RECORD_HEADER = 16;
  private static final int PATCHED_RECORD_HEADER = 24;
  private static final int LINK_TYPE_MASK = 0xffff;

  private final String name;
  private final ByteFeed feed;
  private final boolean little;
  private final int header;
  private final long nanosPerUnit;
  private final int capturedAt;
  private final int wireAt;
  private final boolean maybeSwapped;
  private final int link;
  private final String format;
  private final List<CaptureInterface> interfaces;

  /** Reads the file header; {@code feed} stands at its magic number, which is one of ours. */
  PcapParser(String name, ByteFeed feed) throws IOException {
    this.name = name;
    this.feed = feed;
    if (!feed.require(FILE_HEADER)) {
      throw Damage.cut(
          name, feed.position(), "the pcap file header", feed.available(), FILE_HEADER);
    }
    Bytes bytes = feed.bytes;
    int at = feed.at;
    little = isMagic(bytes.i32Le(at));
    int magic = i32(bytes, at);
    boolean nanoseconds = magic == NANOSECONDS;
    header = magic == PATCHED ? PATCHED_RECORD_HEADER : RECORD_HEADER;
    nanosPerUnit = nanoseconds ? 1 : 1000;
    int major = little ? bytes.u16Le(at + 4) : bytes.u16(at + 4);
    int minor = little ? bytes.u16Le(at + 6) : bytes.u16(at + 6);
    if (major != 2 || minor > 4) {
      throw Damage.found(
          name, feed.position() + 4, "pcap version " + major + "." + minor, "2.0 to 2.4");
    }
    capturedAt = minor < 3 ? 12 : 8;
    wireAt = minor < 3 ? 8 : 12;
    maybeSwapped = minor == 3;
    link = LinkTypes.normalise(i32(bytes, at + 20) & LINK_TYPE_MASK);
    format =
        (magic == PATCHED ? "pcap (patched libpcap), " : "pcap, ")
            + (little ? "little-endian" : "big-endian");
    interfaces =
        List.of(
            new CaptureInterface(
                0,
                0,
                "",
                link,
                i32(bytes, at + 16) & 0xffff_ffffL,
                nanoseconds ? "10^-9 s" : "10^-6 s"));
    feed.at += FILE_HEADER;
  }

  static boolean isMagic(int value) {
    return value == MICROSECONDS || value == NANOSECONDS || value == PATCHED;
  }

  @Override
  public void read(FrameBatch batch, long firstNumber) throws IOException {
    int before = batch.size;
    while (readWindow(batch, firstNumber - before)) {
      if (feed.waits() && batch.size > before || !nextWindow(firstNumber + batch.size - before)) {
        return;
      }
    }
  }

  /** Takes the whole records of the window; false if the batch is full. */
  private boolean readWindow(FrameBatch batch, long numberOfFirst) {
    Bytes bytes = feed.bytes;
    int end = feed.end;
    int at = feed.at;
    boolean room = true;
    while (end - at >= header) {
      int captured = i32(bytes, at + capturedAt);
      int wire = i32(bytes, at + wireAt);
      if (maybeSwapped && Integer.compareUnsigned(captured, wire) > 0) {
        int swap = captured;
        captured = wire;
        wire = swap;
      }
      if (captured < 0 || captured > FrameBatch.MAX_FRAME_LENGTH || captured > end - at - header) {
        break;
      }
      int i = batch.add(captured);
      if (i == FrameBatch.NONE) {
        room = false;
        break;
      }
      batch.bytes.put(batch.start[i], bytes, at + header, captured);
      batch.number[i] = numberOfFirst + i;
      batch.timestampNs[i] =
          (i32(bytes, at) & 0xffff_ffffL) * 1_000_000_000L
              + (i32(bytes, at + 4) & 0xffff_ffffL) * nanosPerUnit;
      batch.missing[i] = LinkTypes.missing(captured, wire);
      batch.link[i] = link;
      batch.inputInterface[i] = 0;
      at += header + captured;
    }
    feed.at = at;
    return room;
  }

  /** Gets the next record into the window; false at the end of the input. */
  private boolean nextWindow(long number) throws IOException {
    if (!feed.require(header)) {
      if (feed.available() == 0) {
        return false;
      }
      throw Damage.cut(
          name, feed.position(), "the header of frame " + number, feed.available(), header);
    }
    int first = i32(feed.bytes, feed.at + capturedAt);
    int second = i32(feed.bytes, feed.at + wireAt);
    int captured = maybeSwapped && Integer.compareUnsigned(first, second) > 0 ? second : first;
    if (captured < 0 || captured > FrameBatch.MAX_FRAME_LENGTH) {
      throw Damage.found(
          name,
          feed.position() + capturedAt,
          "frame " + number + " has " + Damage.unsigned(captured) + " bytes",
          "0 to " + FrameBatch.MAX_FRAME_LENGTH);
    }
    if (!feed.require(header + captured)) {
      throw Damage.cut(
          name, feed.position(), "frame " + number, (long) feed.available() - header, captured);
    }
    return true;
  }

  private int i32(Bytes bytes, int at) {
    return little ? bytes.i32Le(at) : bytes.i32(at);
  }

  @Override
  public void jumped(long previousNs) {
    // Each record has everything that is known of its frame.
  }

  @Override
  public List<CaptureInterface> interfaces() {
    return interfaces;
  }

  @Override
  public String format() {
    return format;
  }
}
