package io.vpcrig.io;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import java.io.IOException;
import java.util.List;

/**
 * pcapng (draft-ietf-opsawg-pcapng), in either byte order, which may change with each section.
 *
 * <pre>
 *   block:    | type 4 | total length 4 | body, padded to 4 | total length 4 |
 *   section:  | 0a0d0d0a | total 4 | magic 1a2b3c4d | major 2 | minor 2 | section length 8 | options |
 *   enhanced: | 6 | total 4 | interface 4          | time high 4 | time low 4 | captured 4 | wire 4 | bytes | options |
 *   obsolete: | 2 | total 4 | interface 2, drops 2 | time high 4 | time low 4 | captured 4 | wire 4 | bytes | options |
 *   simple:   | 3 | total 4 | wire 4 | bytes |
 * </pre>
 *
 * Blocks of other types are skipped, whatever their length. The section length is not used. A
 * simple packet has no time of its own: it gets that of the frame before it, 0 if it is the first.
 */
final class PcapngParser implements RecordParser {
  static final int SECTION_HEADER = 0x0a0d0d0a;

  private static final int INTERFACE = 1;
  private static final int OBSOLETE_PACKET = 2;
  private static final int SIMPLE_PACKET = 3;
  private static final int ENHANCED_PACKET = 6;

  private static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
  private static final int SHORTEST_BLOCK = 12;
  private static final int SHORTEST_SECTION = 28;
  private static final int PACKET_HEADER = 28;
  private static final int SIMPLE_HEADER = 12;
  private static final int TRAILER = 4;

  private final String name;
  private final ByteFeed feed;
  private final PcapngInterfaces interfaces;
  private boolean little;
  private boolean firstLittle;
  private int sections;
  private long lastNs;

  // Of the packet block just parsed.
  private int dataAt;
  private int captured;
  private int wire;
  private int interfaceId;
  private long units;
  private boolean timed;

  /** {@code feed} stands at a section header. */
  PcapngParser(String name, ByteFeed feed) throws IOException {
    this.name = name;
    this.feed = feed;
    this.interfaces = new PcapngInterfaces(name);
    section();
    firstLittle = little;
  }

  @Override
  public void read(FrameBatch batch, long firstNumber) throws IOException {
    int before = batch.size;
    while (true) {
      if (feed.available() < SHORTEST_BLOCK && !nextBlock(batch, before)) {
        return;
      }
      int type = i32(feed.at);
      int length = i32(feed.at + 4);
      switch (type) {
        case ENHANCED_PACKET, OBSOLETE_PACKET, SIMPLE_PACKET -> {
          if (feed.available() < length && feed.waits() && batch.size > before) {
            return;
          }
          requireBlock("a packet block", length);
          packet(type, length);
          if (!deliver(batch, firstNumber - before)) {
            return;
          }
          feed.at += length;
        }
        case SECTION_HEADER -> section();
        case INTERFACE -> {
          requireBlock("an interface block", length);
          interfaces.add(feed, length, little, sections - 1);
          feed.at += length;
        }
        default -> skipBlock(type, length);
      }
    }
  }

  /** False at the end of the input, or where to go on would be to wait. */
  private boolean nextBlock(FrameBatch batch, int before) throws IOException {
    if (feed.waits() && batch.size > before) {
      return false;
    }
    if (feed.require(SHORTEST_BLOCK)) {
      return true;
    }
    if (feed.available() > 0) {
      throw Damage.cut(name, feed.position(), "a block header", feed.available(), SHORTEST_BLOCK);
    }
    return false;
  }

  private void section() throws IOException {
    if (!feed.require(SHORTEST_SECTION)) {
      throw Damage.cut(
          name, feed.position(), "a section header", feed.available(), SHORTEST_SECTION);
    }
    Bytes bytes = feed.bytes;
    int at = feed.at;
    little = bytes.i32Le(at + 8) == BYTE_ORDER_MAGIC;
    if (!little && bytes.i32(at + 8) != BYTE_ORDER_MAGIC) {
      throw Damage.found(
          name,
          feed.position() + 8,
          "byte-order magic " + Damage.hex(bytes.i32(at + 8)),
          "0x1a2b3c4d in either byte order");
    }
    int length = i32(at + 4);
    if (Integer.compareUnsigned(length, SHORTEST_SECTION) < 0) {
      throw badLength(length, SHORTEST_SECTION);
    }
    int major = u16(at + 12);
    int minor = u16(at + 14);
    if (major != 1 || minor != 0 && minor != 2) {
      throw Damage.found(
          name, feed.position() + 12, "pcapng version " + major + "." + minor, "1.0 and 1.2");
    }
    requireBlock("a section header", length);
    feed.at += length;
    sections++;
    interfaces.newSection();
  }

  /** Gets a whole block into the window and checks both its lengths. */
  private void requireBlock(String what, int length) throws IOException {
    checkLength(length);
    if (Integer.compareUnsigned(length, ByteFeed.LARGEST) > 0) {
      throw badLength(length, SHORTEST_BLOCK);
    }
    if (!feed.require(length)) {
      throw Damage.cut(name, feed.position(), what, feed.available(), length);
    }
    checkTrailer(feed.at + length - TRAILER, length);
  }

  private void skipBlock(int type, int length) throws IOException {
    checkLength(length);
    long start = feed.position();
    long total = length & 0xffff_ffffL;
    if (!feed.skip(total - TRAILER) || !feed.require(TRAILER)) {
      long have = feed.position() + feed.available() - start;
      throw Damage.cut(name, start, "a block of type " + Damage.hex(type), have, total);
    }
    checkTrailer(feed.at, length);
    feed.at += TRAILER;
  }

  private void checkLength(int length) throws IOException {
    if (Integer.compareUnsigned(length, SHORTEST_BLOCK) < 0 || (length & 3) != 0) {
      throw badLength(length, SHORTEST_BLOCK);
    }
  }

  private IOException badLength(int length, int least) {
    return Damage.found(
        name,
        feed.position() + 4,
        "block of type "
            + Damage.hex(i32(feed.at))
            + " is "
            + Damage.unsigned(length)
            + " bytes long",
        least + " to " + ByteFeed.LARGEST + ", a multiple of 4");
  }

  private void checkTrailer(int at, int length) throws IOException {
    if (i32(at) != length) {
      throw Damage.found(
          name,
          feed.position() + at - feed.at,
          "block ends with the length " + Damage.unsigned(i32(at)),
          Damage.unsigned(length) + ", as it began");
    }
  }

  /** Parses a packet block that lies whole in the window. */
  private void packet(int type, int length) throws IOException {
    int at = feed.at;
    if (type == SIMPLE_PACKET) {
      simplePacket(at, length);
      return;
    }
    if (length < PACKET_HEADER + TRAILER) {
      throw badLength(length, PACKET_HEADER + TRAILER);
    }
    interfaceId = type == ENHANCED_PACKET ? i32(at + 8) : u16(at + 8);
    units = (long) i32(at + 12) << 32 | i32(at + 16) & 0xffff_ffffL;
    timed = true;
    captured = i32(at + 20);
    wire = i32(at + 24);
    dataAt = at + PACKET_HEADER;
    checkCaptured(at + 20, length - PACKET_HEADER - TRAILER);
    if (Integer.compareUnsigned(interfaceId, interfaces.ofSection()) >= 0) {
      throw unknownInterface(at + 8);
    }
  }

  private void simplePacket(int at, int length) throws IOException {
    if (length < SIMPLE_HEADER + TRAILER) {
      throw badLength(length, SIMPLE_HEADER + TRAILER);
    }
    interfaceId = 0;
    if (interfaces.ofSection() == 0) {
      throw unknownInterface(at + 4);
    }
    timed = false;
    wire = i32(at + 8);
    int room = length - SIMPLE_HEADER - TRAILER;
    long most = wire & 0xffff_ffffL;
    long snapLength = interfaces.snapLength(0);
    if (snapLength != 0) {
      most = Math.min(most, snapLength);
    }
    captured = (int) Math.min(most, room);
    dataAt = at + SIMPLE_HEADER;
    checkCaptured(at + 8, room);
  }

  private void checkCaptured(int at, int room) throws IOException {
    if (captured < 0 || captured > room || captured > FrameBatch.MAX_FRAME_LENGTH) {
      throw Damage.found(
          name,
          feed.position() + at - feed.at,
          "frame of " + Damage.unsigned(captured) + " bytes in a block with room for " + room,
          "0 to " + Math.min(room, FrameBatch.MAX_FRAME_LENGTH));
    }
  }

  private IOException unknownInterface(int at) {
    return Damage.found(
        name,
        feed.position() + at - feed.at,
        "frame of interface " + Damage.unsigned(interfaceId),
        interfaces.ofSection() == 0
            ? "none, since the section has no interface yet"
            : "0 to " + (interfaces.ofSection() - 1));
  }

  /** Puts the packet just parsed into the batch; false if that is full. */
  private boolean deliver(FrameBatch batch, long numberOfFirst) {
    int i = batch.add(captured);
    if (i == FrameBatch.NONE) {
      return false;
    }
    batch.bytes.put(batch.start[i], feed.bytes, dataAt, captured);
    batch.number[i] = numberOfFirst + i;
    if (timed) {
      lastNs = interfaces.scale(interfaceId).toNs(units);
    }
    batch.timestampNs[i] = lastNs;
    batch.missing[i] = LinkTypes.missing(captured, wire);
    batch.link[i] = interfaces.linkType(interfaceId);
    batch.inputInterface[i] = interfaces.index(interfaceId);
    return true;
  }

  private int i32(int at) {
    return little ? feed.bytes.i32Le(at) : feed.bytes.i32(at);
  }

  private int u16(int at) {
    return little ? feed.bytes.u16Le(at) : feed.bytes.u16(at);
  }

  @Override
  public void jumped(long previousNs) {
    lastNs = previousNs;
  }

  @Override
  public List<CaptureInterface> interfaces() {
    return interfaces.all();
  }

  @Override
  public String format() {
    return "pcapng, "
        + (firstLittle ? "little-endian" : "big-endian")
        + (sections > 1 ? ", " + sections + " sections" : "");
  }
}
