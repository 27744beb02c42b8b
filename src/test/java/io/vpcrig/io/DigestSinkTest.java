package io.vpcrig.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.Verdict;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DigestSinkTest {
  @Test
  void isTheSha256OfSegmentLengthAndBytesOfWhatLeaves() throws NoSuchAlgorithmException {
    long seed = 3;
    SplittableRandom random = new SplittableRandom(seed);
    MessageDigest plain = MessageDigest.getInstance("SHA-256");
    try (FrameBatch batch = new FrameBatch(1);
        DigestSink sink = new DigestSink()) {
      long frames = 0;
      long bytes = 0;
      for (int k = 0; k < 5000; k++) {
        batch.clear();
        byte[] frame = new byte[k % 1000 == 0 ? FrameBatch.MAX_FRAME_LENGTH : random.nextInt(900)];
        random.nextBytes(frame);
        int i = batch.add(frame.length);
        batch.bytes.put(batch.start[i], frame, 0, frame.length);
        batch.verdict[i] = (byte) (1 + random.nextInt(6));
        batch.segment[i] = random.nextInt(5);
        boolean switched = batch.verdict[i] == Verdict.SWITCH;
        batch.outSegment[i] = switched ? FrameBatch.NONE : random.nextInt(5);
        if (switched
            || batch.verdict[i] == Verdict.FORWARD
            || batch.verdict[i] == Verdict.ORIGINATED) {
          int out = switched ? batch.segment[i] : batch.outSegment[i];
          plain.update(ByteBuffer.allocate(8).putInt(out).putInt(frame.length).array());
          plain.update(frame);
          frames++;
          bytes += frame.length;
        }
        sink.write(batch, i);
      }
      assertEquals(frames, sink.frames());
      assertEquals(bytes, sink.bytes());
      assertEquals(HexFormat.of().formatHex(plain.digest()), sink.finish(), "seed " + seed);
    }
  }

  @Test
  void ofNothingIsTheSha256OfNothing() {
    try (DigestSink sink = new DigestSink()) {
      assertEquals(
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", sink.finish());
    }
  }
}
