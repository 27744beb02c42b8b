package io.vpcrig.query.capture;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.LinkType;
import io.vpcrig.frame.Verdict;
import io.vpcrig.io.OutputLayout;
import io.vpcrig.io.PcapngWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes the frames that change as they came: an interface for each {@link CaptureDiff.Kind}, what
 * decided before and after as comment, the number in the input as packet id. In the order in which
 * both sides had decided. The file appears at {@link #commit}.
 */
public final class ChangedFrames implements AutoCloseable {
  private final PcapngWriter writer;
  private final FrameBatch batch = new FrameBatch(1);
  private byte[] comment;
  private boolean done;

  /**
   * @param file where to
   * @throws IOException if it can't be made
   */
  public ChangedFrames(String file) throws IOException {
    OutputLayout layout =
        new OutputLayout(
            Arrays.stream(CaptureDiff.Kind.values()).map(CaptureDiff.Kind::label).toList(),
            LinkType.ETHERNET);
    try {
      writer = new PcapngWriter(file, layout, (unused, i) -> comment, false, true);
    } catch (IOException e) {
      batch.close();
      throw e;
    }
  }

  /** A frame as it came. */
  record Kept(byte[] bytes, long number, long timestampNs, int missing, int link) {}

  static Kept keep(FrameBatch from, int i) {
    byte[] bytes = new byte[from.length[i]];
    from.bytes.get(from.start[i], bytes, 0, bytes.length);
    return new Kept(bytes, from.number[i], from.timestampNs[i], from.missing[i], from.link[i]);
  }

  void write(Kept frame, CaptureDiff.Kind kind, String words) throws IOException {
    comment = words.getBytes(StandardCharsets.UTF_8);
    batch.clear();
    int i = batch.add(frame.bytes.length);
    batch.bytes.put(batch.start[i], frame.bytes, 0, frame.bytes.length);
    batch.number[i] = frame.number;
    batch.timestampNs[i] = frame.timestampNs;
    batch.missing[i] = frame.missing;
    batch.link[i] = frame.link;
    batch.inputInterface[i] = 0;
    batch.verdict[i] = Verdict.FORWARD;
    batch.outSegment[i] = kind.ordinal();
    writer.write(batch, i);
  }

  /** Puts the file in its place. */
  public void commit() throws IOException {
    writer.close();
    done = true;
  }

  /** Without {@link #commit} no file appears. */
  @Override
  public void close() {
    if (!done) {
      writer.abort();
    }
    batch.close();
  }
}
