package io.vpcrig.engine;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameRow;
import io.vpcrig.frame.Verdict;
import io.vpcrig.header.Checksum;
import io.vpcrig.header.Ipv4;
import io.vpcrig.stage.Stage;
import io.vpcrig.stage.StageContext;
import io.vpcrig.tunnel.Headers;
import io.vpcrig.tunnel.SegmentTable;

/**
 * The last three steps for {@link FrameBatch#plain} frames at one go: addresses, ports, TTL and
 * checksums rewritten, the next hop's header put before them, the verdict given. What it does not
 * take, {@code RewriteStage}, {@code EncapStage} and {@link FinishStage} do, step by step; for what
 * it takes they would write the same bytes.
 *
 * <p>Checksums are brought up to date as RFC 1624, equation 3, says; all arithmetic is on words in
 * little-endian order, which ones' complement sums do not mind (RFC 1071 2). Thread: one worker.
 */
final class PlainEgress implements Stage {
  /** Change of a header's sum when its TTL, the low half of a little-endian word, sinks by one. */
  private static final int TTL_DELTA = 0xffff - 1;

  private final Headers headers;
  private final SegmentTable table;

  PlainEgress(Headers headers, SegmentTable table) {
    this.headers = headers;
    this.table = table;
  }

  @Override
  public void process(FrameBatch batch, StageContext context) {
    headers.use(table);
    rewrite(batch);
    encap(batch);
  }

  private static void rewrite(FrameBatch batch) {
    int count = batch.liveCount;
    Bytes bytes = batch.bytes;
    int[] live = batch.live;
    byte[] plain = batch.plain;
    for (int k = 0; k < count; k++) {
      int i = live[k];
      if (plain[i] == 0) {
        continue;
      }
      long row = batch.row(i);
      int newSource = Bytes.raw32(row + FrameRow.NEW_SOURCE);
      int newDestination = Bytes.raw32(row + FrameRow.NEW_DESTINATION);
      int newPorts = Bytes.raw32(row + FrameRow.NEW_PORTS);
      long ip = bytes.window(Bytes.raw32(row + FrameRow.L3), 28);
      // TTL, protocol, checksum and source lie together.
      long word = Bytes.raw64(ip + 8);
      if ((Bytes.raw32(row + FrameRow.SOURCE) ^ newSource
              | Bytes.raw32(row + FrameRow.DESTINATION) ^ newDestination
              | Bytes.raw32(row + FrameRow.PORTS) ^ newPorts)
          == 0) {
        int checksum = Checksum.updated((int) (word >>> 16) & 0xffff, TTL_DELTA);
        Bytes.putRaw32(ip + 8, (int) (word & 0xffff) - 1 | checksum << 16);
      } else {
        translate(ip, word, newSource, newDestination, newPorts);
      }
    }
  }

  private void encap(FrameBatch batch) {
    int count = batch.liveCount;
    Headers lines = headers;
    Bytes bytes = batch.bytes;
    int[] live = batch.live;
    byte[] plain = batch.plain;
    int[] starts = batch.start;
    int[] lengths = batch.length;
    byte[] verdicts = batch.verdict;
    int left = 0;
    for (int k = 0; k < count; k++) {
      int i = live[k];
      if (plain[i] == 0) {
        live[left++] = i;
        continue;
      }
      long row = batch.row(i);
      int l3 = Bytes.raw32(row + FrameRow.L3);
      int total = Bytes.raw32(row + FrameRow.L3_END) - l3;
      int length =
          lines.write(
              bytes.window(l3 - Headers.LINE, Headers.LINE),
              Bytes.raw32(row + FrameRow.NEXT_SEGMENT),
              Bytes.raw64(row + FrameRow.NEXT_MAC),
              Bytes.raw32(row + FrameRow.NEXT_ENDPOINT),
              total,
              flowHash(row));
      starts[i] = l3 - length;
      lengths[i] = total + length;
      verdicts[i] = Verdict.FORWARD;
    }
    batch.liveCount = left;
  }

  private static int flowHash(long row) {
    return Headers.flowHash(
        Bytes.raw32(row + FrameRow.NEW_SOURCE),
        Bytes.raw32(row + FrameRow.NEW_DESTINATION),
        Bytes.raw32(row + FrameRow.NEW_PORTS),
        Bytes.raw32(row + FrameRow.PROTOCOL_FLAGS) & 0xff);
  }

  private static void translate(
      long ip, long word, int newSource, int newDestination, int newPorts) {
    int source = Integer.reverseBytes(newSource);
    int destination = Integer.reverseBytes(newDestination);
    int ports = Integer.reverseBytes(newPorts);
    int addresses =
        Checksum.delta((int) (word >>> 32), source)
            + Checksum.delta(Bytes.raw32(ip + 16), destination);
    int checksum = Checksum.updated((int) (word >>> 16) & 0xffff, addresses + TTL_DELTA);
    Bytes.putRaw64(ip + 8, (word & 0xffff) - 1 | (long) checksum << 16 | (long) source << 32);
    Bytes.putRaw32(ip + 16, destination);
    int all = addresses + Checksum.delta(Bytes.raw32(ip + 20), ports);
    Bytes.putRaw32(ip + 20, ports);
    boolean tcp = (word >>> 8 & 0xff) == Ipv4.TCP;
    long at = ip + (tcp ? 36 : 26);
    int old = Bytes.raw16(at);
    if (tcp) {
      Bytes.putRaw16(at, Checksum.updated(old, all));
    } else if (old != 0) {
      int changed = Checksum.updated(old, all);
      Bytes.putRaw16(at, changed == 0 ? 0xffff : changed);
    }
  }
}
