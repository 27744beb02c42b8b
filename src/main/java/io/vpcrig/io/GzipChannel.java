package io.vpcrig.io;

import io.vpcrig.frame.DamagedInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Unpacks gzip (RFC 1952): any number of members one behind the other, zero padding after the last
 * one ignored, checksum and length of each member checked.
 *
 * <pre>
 *   member: | 1f 8b | 8 | flags 1 | time 4 | 2 | extra | name 0 | comment 0 | crc 2 | deflate | crc 4 | size 4 |
 * </pre>
 *
 * Not java.util.zip.GZIPInputStream: it copies through heap arrays, trusts available() to find a
 * second member, and can't tell where the input is damaged. Thread: one.
 */
final class GzipChannel implements ReadableByteChannel {
  private static final int HEADER = 10;
  private static final int TRAILER = 8;
  private static final int DEFLATE = 8;
  private static final int HEADER_CRC = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int RESERVED = 0xe0;

  private final String name;
  private final ByteFeed packed;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private boolean inMember;
  private long memberStart;
  private DamagedInputException found;

  GzipChannel(String name, ByteFeed packed) {
    this.name = name;
    this.packed = packed;
  }

  static boolean isMagic(int first, int second) {
    return first == 0x1f && second == 0x8b;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    int before = target.position();
    while (target.position() == before) {
      if (found != null) {
        throw found;
      }
      if (!inMember && !startMember()) {
        return -1;
      }
      inflate(target);
    }
    return target.position() - before;
  }

  private void inflate(ByteBuffer target) throws IOException {
    if (!packed.require(1)) {
      throw new DamagedInputException(
          name + ": byte " + packed.position() + ": cut off inside gzip data");
    }
    ByteBuffer window = packed.window();
    int from = window.position();
    int to = target.position();
    inflater.setInput(window);
    try {
      inflater.inflate(target);
    } catch (DataFormatException e) {
      found = damage(e);
    }
    packed.at += window.position() - from;
    if (target.position() > to) {
      crc.update(target.duplicate().flip().position(to));
    }
    if (inflater.finished()) {
      endMember();
    } else if (found == null && window.position() == from && target.position() == to) {
      found = damage(null);
    }
  }

  private DamagedInputException damage(DataFormatException cause) {
    String why = cause == null || cause.getMessage() == null ? "no progress" : cause.getMessage();
    DamagedInputException damage =
        Damage.found(
            name,
            memberStart,
            "the gzip member here is damaged (" + why + ")",
            "deflate, RFC 1951");
    damage.initCause(cause);
    return damage;
  }

  private boolean startMember() throws IOException {
    if (!packed.require(2) || !isMagic(u8(0), u8(1))) {
      skipPadding();
      return false;
    }
    memberStart = packed.position();
    need(HEADER);
    int method = u8(2);
    int flags = u8(3);
    if (method != DEFLATE || (flags & RESERVED) != 0) {
      throw Damage.found(
          name,
          memberStart + 2,
          "gzip method " + method + ", flags " + flags,
          "method 8, flags 0 to 31");
    }
    packed.at += HEADER;
    if ((flags & EXTRA) != 0) {
      need(2);
      int extra = packed.bytes.u16Le(packed.at);
      need(2 + extra);
      packed.at += 2 + extra;
    }
    if ((flags & NAME) != 0) {
      skipText();
    }
    if ((flags & COMMENT) != 0) {
      skipText();
    }
    if ((flags & HEADER_CRC) != 0) {
      need(2);
      packed.at += 2;
    }
    inflater.reset();
    crc.reset();
    inMember = true;
    return true;
  }

  private void endMember() throws IOException {
    inMember = false;
    try {
      need(TRAILER);
      int foundCrc = packed.bytes.i32Le(packed.at);
      int foundSize = packed.bytes.i32Le(packed.at + 4);
      if (foundCrc != (int) crc.getValue() || foundSize != (int) inflater.getBytesWritten()) {
        throw Damage.found(
            name,
            packed.position(),
            "gzip checksum " + Damage.hex(foundCrc) + ", size " + Damage.unsigned(foundSize),
            "those of the data: "
                + Damage.hex((int) crc.getValue())
                + ", "
                + Damage.unsigned((int) inflater.getBytesWritten()));
      }
      packed.at += TRAILER;
    } catch (DamagedInputException e) {
      found = e;
    }
  }

  /** Zero bytes may follow the last member; anything else is damage. */
  private void skipPadding() throws IOException {
    while (packed.require(1)) {
      if (u8(0) != 0) {
        throw Damage.found(
            name,
            packed.position(),
            "byte " + u8(0) + " after the gzip data",
            "another gzip member, or zeros");
      }
      packed.at++;
    }
  }

  private void skipText() throws IOException {
    int octet;
    do {
      need(1);
      octet = u8(0);
      packed.at++;
    } while (octet != 0);
  }

  private void need(int n) throws IOException {
    if (!packed.require(n)) {
      throw Damage.cut(name, packed.position(), "a gzip header or trailer", packed.available(), n);
    }
  }

  private int u8(int offset) {
    return packed.bytes.u8(packed.at + offset);
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    packed.close();
  }
}
