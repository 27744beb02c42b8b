package io.vpcrig.engine;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Writes the capture of the file-to-file benchmark: {@code MakeCapture OUT.pcap FRAMES FLOWS},
 * frames of {@link Traffic} a microsecond apart, each of a random flow; and beside it {@code
 * OUT.pcap.yaml}, its VPC.
 */
public final class MakeCapture {
  private MakeCapture() {}

  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[0]);
    long count = Long.parseLong(args[1]);
    List<byte[]> frames = Traffic.frames(Integer.parseInt(args[2]), 1);
    SplittableRandom random = new SplittableRandom(1);
    ByteBuffer record = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
      record.putInt(0xa1b2c3d4).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0);
      record.putInt(262_144).putInt(1);
      flush(record, out);
      for (long n = 0; n < count; n++) {
        byte[] frame = frames.get(random.nextInt(frames.size()));
        record.putInt((int) (1_700_000_000 + n / 1_000_000)).putInt((int) (n % 1_000_000));
        record.putInt(frame.length).putInt(frame.length).put(frame);
        flush(record, out);
      }
    }
    Files.writeString(Path.of(args[0] + ".yaml"), Traffic.VPC_FILE);
  }

  private static void flush(ByteBuffer record, OutputStream out) throws IOException {
    byte[] bytes = new byte[record.flip().remaining()];
    record.get(bytes);
    out.write(bytes);
    record.clear();
  }
}
