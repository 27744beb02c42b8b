package io.vpcrig.io;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.DamagedInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A {@link CaptureIndex} as a file, everything big-endian:
 *
 * <pre>
 *   | "vpcidx 1" 8 | size 8 | modified, ns 8 | SHA-256 of the head 32 | frames 8 | places 8 | place... |
 *   place: | frame 8 | offset 8 | latest, ns 8 | previous, ns 8 |
 * </pre>
 */
final class IndexFile {
  private static final long MAGIC =
      ByteBuffer.wrap("vpcidx 1".getBytes(StandardCharsets.US_ASCII)).getLong();

  private static final int HEADER = 72;
  private static final int PLACE = 32;

  private IndexFile() {}

  static void write(Path file, CaptureIndex index) throws IOException {
    OutputFile out = OutputFile.open(file.toString());
    boolean done = false;
    try {
      Bytes bytes = out.bytes;
      int at = out.reserve(HEADER);
      bytes.putI64(at, MAGIC);
      bytes.putI64(at + 8, index.state().size());
      bytes.putI64(at + 16, index.state().modifiedNs());
      byte[] head = HexFormat.of().parseHex(index.state().head());
      bytes.put(at + 24, head, 0, CaptureState.DIGEST);
      bytes.putI64(at + 56, index.frames());
      bytes.putI64(at + 64, index.places().size());
      for (CaptureIndex.Place place : index.places()) {
        int next = out.reserve(PLACE);
        bytes.putI64(next, place.frame());
        bytes.putI64(next + 8, place.offset());
        bytes.putI64(next + 16, place.latestNs());
        bytes.putI64(next + 24, place.previousNs());
      }
      done = true;
    } finally {
      if (done) {
        out.close();
      } else {
        out.abort();
      }
    }
  }

  static CaptureIndex read(Path file, Path capture) throws IOException {
    // 32 bytes for a thousand frames: small beside its capture.
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    String name = file.toString();
    if (bytes.capacity() < HEADER) {
      throw Damage.cut(name, 0, "the header of an index", bytes.capacity(), HEADER);
    }
    if (bytes.getLong() != MAGIC) {
      throw Damage.found(name, 0, "no index of this version", "\"vpcidx 1\"");
    }
    long size = bytes.getLong();
    long modified = bytes.getLong();
    byte[] head = new byte[CaptureState.DIGEST];
    bytes.get(head);
    CaptureState state = new CaptureState(size, modified, HexFormat.of().formatHex(head));
    long frames = bytes.getLong();
    long count = bytes.getLong();
    if (count < 0 || count != bytes.remaining() / PLACE || bytes.remaining() % PLACE != 0) {
      throw Damage.found(
          name, 64, count + " places in " + bytes.remaining() + " bytes", PLACE + " bytes each");
    }
    List<CaptureIndex.Place> places = new ArrayList<>();
    for (long k = 0; k < count; k++) {
      places.add(place(bytes, name, k == 0 ? null : places.getLast(), frames, size));
    }
    state.requireSame(capture);
    return new CaptureIndex(capture, state, frames, places);
  }

  /** Places go up, and lie within the capture. */
  private static CaptureIndex.Place place(
      ByteBuffer bytes, String name, CaptureIndex.Place before, long frames, long size)
      throws DamagedInputException {
    int at = bytes.position();
    CaptureIndex.Place place =
        new CaptureIndex.Place(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
    long leastFrame = before == null ? 2 : before.frame() + 1;
    long leastOffset = before == null ? 1 : before.offset() + 1;
    long leastTime = before == null ? Long.MIN_VALUE : before.latestNs();
    if (place.frame() < leastFrame
        || place.frame() > frames + 1
        || place.offset() < leastOffset
        || place.offset() > size
        || place.latestNs() < leastTime) {
      throw Damage.found(
          name,
          at,
          "frame " + place.frame() + " at byte " + place.offset(),
          "frames and bytes that go up, to " + (frames + 1) + " and " + size);
    }
    return place;
  }
}
