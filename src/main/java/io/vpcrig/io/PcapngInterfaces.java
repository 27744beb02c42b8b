package io.vpcrig.io;

import io.vpcrig.frame.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The interfaces of a pcapng input. A frame names an interface by its number inside the section;
 * here they are also numbered through the whole input.
 *
 * <pre>
 *   block:  | 1 | total 4 | link type 2 | reserved 2 | snaplen 4 | options | total 4 |
 *   option: | code 2 | length 2 | value, padded to 4 |
 * </pre>
 */
final class PcapngInterfaces {
  /** Most interfaces of one input; more are damage, so that memory stays bounded. */
  static final int LIMIT = 65_536;

  private static final int HEADER = 16;
  private static final int TRAILER = 4;
  private static final int END_OF_OPTIONS = 0;
  private static final int NAME = 2;
  private static final int RESOLUTION = 9;
  private static final int OFFSET = 14;

  private final String file;
  private final List<CaptureInterface> all = new ArrayList<>();
  private final List<TimestampScale> scales = new ArrayList<>();
  private int first;

  // Of the options just parsed.
  private String name;
  private int resolution;
  private long offsetSeconds;

  PcapngInterfaces(String file) {
    this.file = file;
  }

  void newSection() {
    first = all.size();
  }

  /** Interfaces of the current section. */
  int ofSection() {
    return all.size() - first;
  }

  /** Number through the whole input of interface {@code id} of the section. */
  int index(int id) {
    return first + id;
  }

  int linkType(int id) {
    return all.get(first + id).linkType();
  }

  long snapLength(int id) {
    return all.get(first + id).snapLength();
  }

  TimestampScale scale(int id) {
    return scales.get(first + id);
  }

  List<CaptureInterface> all() {
    return Collections.unmodifiableList(all);
  }

  /** Adds the interface whose block of {@code length} bytes lies at the feed's position. */
  void add(ByteFeed feed, int length, boolean little, int section) throws IOException {
    if (length < HEADER + TRAILER) {
      throw Damage.found(
          file,
          feed.position() + 4,
          "interface block is " + length + " bytes long",
          "at least " + (HEADER + TRAILER));
    }
    if (all.size() == LIMIT) {
      throw Damage.found(
          file, feed.position(), "interface " + (LIMIT + 1) + " of the input", "at most " + LIMIT);
    }
    Bytes bytes = feed.bytes;
    int at = feed.at;
    int linkType = LinkTypes.normalise(u16(bytes, at + 8, little));
    long snapLength = (little ? bytes.i32Le(at + 12) : bytes.i32(at + 12)) & 0xffff_ffffL;
    options(feed, at + HEADER, at + length - TRAILER, little);
    TimestampScale scale = new TimestampScale(resolution, offsetSeconds);
    all.add(
        new CaptureInterface(all.size(), section, name, linkType, snapLength, scale.toString()));
    scales.add(scale);
  }

  private void options(ByteFeed feed, int from, int end, boolean little) throws IOException {
    Bytes bytes = feed.bytes;
    name = "";
    resolution = TimestampScale.DEFAULT;
    offsetSeconds = 0;
    int at = from;
    while (end - at >= 4) {
      int code = u16(bytes, at, little);
      int length = u16(bytes, at + 2, little);
      if (code == END_OF_OPTIONS) {
        return;
      }
      if (length > end - at - 4) {
        throw Damage.found(
            file,
            feed.position() + at + 2 - feed.at,
            "option " + code + " has " + length + " bytes",
            "0 to " + (end - at - 4));
      }
      option(feed, code, at + 4, length, little);
      at += 4 + (length + 3 & ~3);
    }
  }

  private void option(ByteFeed feed, int code, int at, int length, boolean little)
      throws IOException {
    Bytes bytes = feed.bytes;
    if (code == NAME) {
      name = new String(bytes.copy(at, length), StandardCharsets.UTF_8);
    } else if (code == RESOLUTION && length == 1) {
      resolution = bytes.u8(at);
      if (!TimestampScale.isLegal(resolution)) {
        throw Damage.found(
            file,
            feed.position() + at - feed.at,
            "time resolution " + resolution,
            "0 to 27 for powers of 10, 128 to 191 for powers of 2");
      }
    } else if (code == OFFSET && length == 8) {
      offsetSeconds =
          little
              ? (long) bytes.i32Le(at + 4) << 32 | bytes.i32Le(at) & 0xffff_ffffL
              : bytes.i64(at);
    } else if (code == RESOLUTION || code == OFFSET) {
      throw Damage.found(
          file,
          feed.position() + at - 2 - feed.at,
          "option " + code + " has " + length + " bytes",
          code == RESOLUTION ? "1" : "8");
    }
  }

  private static int u16(Bytes bytes, int at, boolean little) {
    return little ? bytes.u16Le(at) : bytes.u16(at);
  }
}
