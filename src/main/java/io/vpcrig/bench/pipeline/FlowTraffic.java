package io.vpcrig.bench.pipeline;

import io.vpcrig.bench.Skew;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSource;
import io.vpcrig.frame.LinkType;
import io.vpcrig.header.Tcp;
import io.vpcrig.tunnel.SegmentTable;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The frames of a scenario, without end: those of established flows in a random order that is the
 * same in every round, and among them, evenly, those that open connections.
 *
 * <p>A connection that was opened stays as long as a lone SYN does, {@value #OPEN_SECONDS} s. Time
 * passes so that in these as many are opened as shall be there at once; their numbers come again
 * only when they are over. Thread: one reader.
 */
final class FlowTraffic implements FrameSource {
  /** nf_conntrack_tcp_timeout_syn_sent. */
  private static final long OPEN_SECONDS = 120;

  /** Where no connection comes or goes. */
  private static final long STEADY_STEP_NS = 100;

  /** A share of all frames. */
  private static final long WHOLE = 1L << 32;

  private final Scenario scenario;
  private final FrameStore steady;
  private final FrameStore opening;
  private final long share;
  private final long stepNs;
  private long due;
  private long nowNs;

  /**
   * @param startNs time of the first frame, less a step
   */
  FlowTraffic(Scenario scenario, SegmentTable segments, long seed, long startNs) {
    this.scenario = scenario;
    this.nowNs = startNs;
    FlowFrames frames = new FlowFrames(segments, scenario.size());
    SplittableRandom random = new SplittableRandom(seed);
    steady = new FrameStore(0, skewed(order(scenario.steady(), random), random));
    int opened = scenario.opened();
    // One in 20 more than are there at once, so that the oldest is over when its number comes.
    opening = new FrameStore(scenario.steady(), order(opened + opened / 20, random));
    fill(steady, frames, true);
    fill(opening, frames, false);
    share = Math.round((double) opened / scenario.flows() * WHOLE);
    stepNs = opened == 0 ? STEADY_STEP_NS : OPEN_SECONDS * 1_000_000_000L / scenario.flows();
  }

  /** Frames until as many connections are open as shall be. */
  long framesToFill() {
    return opening.size() == 0 ? 0 : scenario.flows() + scenario.flows() / 20L;
  }

  /** The most sessions there can be at once: some stay a tick or two after their end. */
  int mostSessions() {
    return steady.size() + opening.size();
  }

  /** The time of the frame read last. */
  long nowNs() {
    return nowNs;
  }

  /** The flow of a frame. */
  int flow(long number) {
    int k = (int) number - 1;
    return k < steady.size() ? steady.flow(k) : opening.flow(k - steady.size());
  }

  /** Whether a frame opens a connection. */
  boolean opens(long number) {
    return number > steady.size();
  }

  @Override
  public int read(FrameBatch batch) {
    return read(batch, Integer.MAX_VALUE);
  }

  /** As {@link #read(FrameBatch)}, but no more than {@code most} frames. */
  int read(FrameBatch batch, int most) {
    int before = batch.size;
    while (true) {
      // How many go before the next that opens: each brings it nearer by a share.
      long untilOpen = share == 0 ? Long.MAX_VALUE : (WHOLE - due + share - 1) / share - 1;
      int added = steady.addTo(batch, Math.min(untilOpen, (long) before + most - batch.size), 1L);
      due += added * share;
      if (added < untilOpen
          || batch.size - before == most
          || opening.addTo(batch, 1, 1L + steady.size()) == 0) {
        break;
      }
      due += share - WHOLE;
    }
    for (int i = before; i < batch.size; i++) {
      nowNs += stepNs;
      batch.timestampNs[i] = nowNs;
    }
    Arrays.fill(batch.missing, before, batch.size, 0);
    Arrays.fill(batch.link, before, batch.size, LinkType.ETHERNET);
    Arrays.fill(batch.inputInterface, before, batch.size, 0);
    return batch.size - before;
  }

  @Override
  public String describe() {
    return "frames of " + scenario.flows() + " flows";
  }

  @Override
  public void close() {
    steady.close();
    opening.close();
  }

  /** Established flows get the frame that is measured, the others the one that opens them. */
  private void fill(FrameStore store, FlowFrames frames, boolean established) {
    Flow flow = new Flow(scenario);
    for (int k = 0; k < store.size(); k++) {
      int number = store.flow(k);
      flow.number(number);
      boolean backward = established && flow.backward;
      int bytes = frames.length(number, backward ? flow.serverSegment : flow.clientSegment);
      store.setLength(k, bytes);
      if (backward) {
        frames.fromServer(store.heads(), FrameStore.at(k), flow, Tcp.ACK, bytes);
      } else {
        frames.fromClient(
            store.heads(), FrameStore.at(k), flow, established ? Tcp.ACK : Tcp.SYN, bytes);
      }
    }
  }

  /** Flows of the places of a round: each once, or some more often than others. */
  private int[] skewed(int[] order, SplittableRandom random) {
    if (scenario.skew() == Skew.uniform) {
      return order;
    }
    int[] drawn = new int[order.length];
    for (int k = 0; k < drawn.length; k++) {
      drawn[k] = order[scenario.skew().rank(order.length, random)];
    }
    return drawn;
  }

  private static int[] order(int count, SplittableRandom random) {
    int[] order = new int[count];
    for (int k = 0; k < count; k++) {
      int other = random.nextInt(k + 1);
      order[k] = order[other];
      order[other] = k;
    }
    return order;
  }
}
