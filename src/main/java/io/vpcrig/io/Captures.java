package io.vpcrig.io;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.LongSupplier;

/** Opens captures; what they are is told by their first bytes, never by their names. */
public final class Captures {
  /** The name that stands for standard input and output. */
  public static final String STANDARD_STREAM = "-";

  private Captures() {}

  /**
   * Opens a file, or standard input for "-".
   *
   * @throws io.vpcrig.frame.DamagedInputException if it is empty or not a capture
   */
  public static CaptureReader open(String file) throws IOException {
    if (file.equals(STANDARD_STREAM)) {
      return open("standard input", new FileInputStream(FileDescriptor.in).getChannel(), true, -1);
    }
    return open(Path.of(file));
  }

  /**
   * Opens a file.
   *
   * @throws io.vpcrig.frame.DamagedInputException if it is empty or not a capture
   */
  public static CaptureReader open(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new FileSystemException(file.toString(), null, "is a directory");
    }
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    boolean regular = Files.isRegularFile(file);
    return open(file.toString(), channel, !regular, regular ? channel.size() : -1);
  }

  /**
   * Reads a capture from {@code channel}, which is closed with the reader, or at once if it is no
   * capture.
   *
   * @param name for messages
   */
  public static CaptureReader open(String name, ReadableByteChannel channel) throws IOException {
    return open(name, channel, false, -1);
  }

  static CaptureReader open(String name, ReadableByteChannel channel, boolean waits, long size)
      throws IOException {
    ByteFeed raw = new ByteFeed(channel, waits);
    ByteFeed feed = raw;
    try {
      Compression compression = compression(raw);
      String inner = name;
      LongSupplier position = raw::position;
      if (compression != Compression.NONE) {
        inner = name + " (unpacked)";
        AheadChannel ahead =
            new AheadChannel(
                compression == Compression.GZIP
                    ? new GzipChannel(name, raw)
                    : new ZstdChannel(name, raw),
                channel,
                raw::position);
        position = ahead::position;
        feed = new ByteFeed(ahead, waits);
      }
      RecordParser parser = parser(inner, feed);
      return new CaptureReader(name, position, feed, parser, compression, size);
    } catch (IOException | RuntimeException e) {
      feed.close();
      throw e;
    }
  }

  private static Compression compression(ByteFeed raw) throws IOException {
    if (!raw.require(4)) {
      return Compression.NONE;
    }
    if (GzipChannel.isMagic(raw.bytes.u8(raw.at), raw.bytes.u8(raw.at + 1))) {
      return Compression.GZIP;
    }
    return ZstdChannel.isMagic(raw.bytes.i32Le(raw.at)) ? Compression.ZSTD : Compression.NONE;
  }

  private static RecordParser parser(String name, ByteFeed feed) throws IOException {
    if (!feed.require(4)) {
      if (feed.available() == 0) {
        throw Damage.found(name, 0, "nothing: the input is empty", "a pcap or pcapng capture");
      }
      throw Damage.cut(name, 0, "the magic number", feed.available(), 4);
    }
    int magic = feed.bytes.i32(feed.at);
    if (magic == PcapngParser.SECTION_HEADER) {
      return new PcapngParser(name, feed);
    }
    if (PcapParser.isMagic(magic) || PcapParser.isMagic(Integer.reverseBytes(magic))) {
      return new PcapParser(name, feed);
    }
    throw Damage.found(
        name,
        0,
        "begins with " + Damage.hex(magic),
        "a pcap or pcapng capture, also packed by gzip or zstd");
  }
}
