package io.vpcrig.live;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.io.live.LivePort;
import io.vpcrig.io.live.PortCounters;
import java.io.IOException;
import java.util.SplittableRandom;

/** A port that loses frames, both ways. */
final class LossyPort implements LivePort {
  private final LivePort port;
  private final double share;
  private final SplittableRandom random;
  private long lost;

  /**
   * @param share of the frames, 0..1
   */
  LossyPort(LivePort port, double share, long seed) {
    this.port = port;
    this.share = share;
    random = new SplittableRandom(seed);
  }

  /** Frames lost. */
  long lost() {
    return lost;
  }

  private boolean isLost() {
    boolean isLost = random.nextDouble() < share;
    lost += isLost ? 1 : 0;
    return isLost;
  }

  @Override
  public int receive(FrameBatch batch, int number, int tag, long nowNs) throws IOException {
    int before = batch.size;
    port.receive(batch, number, tag, nowNs);
    batch.retain(before, i -> !isLost());
    return batch.size - before;
  }

  @Override
  public void send(Bytes bytes, int start, int length) throws IOException {
    if (!isLost()) {
      port.send(bytes, start, length);
    }
  }

  @Override
  public String name() {
    return port.name();
  }

  @Override
  public String driver() {
    return port.driver();
  }

  @Override
  public long mac() {
    return port.mac();
  }

  @Override
  public int mtu() {
    return port.mtu();
  }

  @Override
  public int[] files() {
    return port.files();
  }

  @Override
  public void flush() throws IOException {
    port.flush();
  }

  @Override
  public PortCounters counters() {
    return port.counters();
  }

  @Override
  public void close() throws IOException {
    port.close();
  }
}
