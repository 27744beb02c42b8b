package io.vpcrig.bench.pipeline;

import io.vpcrig.acl.live.Recompiler;
import io.vpcrig.bench.AnswerException;
import io.vpcrig.engine.LiveVpc;
import io.vpcrig.engine.PacketPath;
import io.vpcrig.engine.PathOptions;
import io.vpcrig.engine.Snapshot;
import io.vpcrig.engine.SnapshotCell;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.LinkType;
import io.vpcrig.frame.Verdict;
import io.vpcrig.header.Tcp;
import io.vpcrig.model.Vpc;
import java.util.Optional;

/**
 * A router with the sessions of a scenario, and the frames that go through it. Everything happens
 * on the caller's thread; another one that reads counts sees those of a moment ago.
 */
public final class PathRun implements AutoCloseable {
  /** When virtual time begins: somewhere in 2023. */
  private static final long START_NS = 1_700_000_000_000_000_000L;

  private static final long HANDSHAKE_STEP_NS = 100;
  private static final int OPENING_BATCH = 256;
  private static final int[] HANDSHAKE = {Tcp.SYN, Tcp.SYN | Tcp.ACK, Tcp.ACK};

  private final Scenario scenario;
  private final Snapshot snapshot;
  private final SnapshotCell cell;
  private final Optional<LiveVpc> live;
  private final PacketPath path;
  private final FlowTraffic traffic;
  private final FrameBatch batch;
  private long forwarded;
  private long read;

  /**
   * Compiles the VPC, prepares the frames, and establishes the flows that stay.
   *
   * @throws AnswerException if a frame of that is not forwarded
   */
  public PathRun(Scenario scenario, long seed) {
    this(scenario, seed, Optional.empty());
  }

  /**
   * As {@link #PathRun(Scenario, long)}.
   *
   * @param background where lists that are edited are compiled again; empty: no list can be edited
   */
  PathRun(Scenario scenario, long seed, Optional<Recompiler.Background> background) {
    this.scenario = scenario;
    Vpc vpc = BenchVpc.of(scenario, seed);
    live = background.map(where -> new LiveVpc(vpc, Optional.empty(), where));
    cell =
        live.map(LiveVpc::cell)
            .orElseGet(() -> new SnapshotCell(Snapshot.compile(vpc, 1, Optional.empty())));
    snapshot = cell.getAcquire();
    long opened = START_NS + 3L * HANDSHAKE_STEP_NS * scenario.steady();
    traffic = new FlowTraffic(scenario, snapshot.segments(), seed, opened);
    path =
        new PacketPath(
            new PathOptions(Math.max(1, traffic.mostSessions()), false, Optional.empty()));
    batch = new FrameBatch(scenario.batch());
    establish();
    requireForwarded();
    read = 0;
    forwarded = 0;
    while (read < traffic.framesToFill()) {
      next();
    }
    requireForwarded();
  }

  /** Takes the next batch through the way; answers how many frames that was. */
  public int next() {
    return next(Integer.MAX_VALUE);
  }

  /** As {@link #next()}, but no more than {@code most} frames, at least 1. */
  int next(int most) {
    batch.clear();
    traffic.read(batch, most);
    path.process(batch, cell.getAcquire());
    return count(batch);
  }

  /** Reads the next batch, and no more. */
  public int copy() {
    return copy(Integer.MAX_VALUE);
  }

  /** As {@link #copy()}, but no more than {@code most} frames, at least 1. */
  int copy(int most) {
    batch.clear();
    return traffic.read(batch, most);
  }

  /** The VPC to edit, if it was asked for. */
  Optional<LiveVpc> live() {
    return live;
  }

  /** What {@link #next} took through last. */
  public FrameBatch batch() {
    return batch;
  }

  public PacketPath path() {
    return path;
  }

  /** The tables at the start. */
  public Snapshot snapshot() {
    return snapshot;
  }

  /** Frames taken through since all flows were there. */
  public long frames() {
    return read;
  }

  /** Those of them that were forwarded. */
  public long forwarded() {
    return forwarded;
  }

  FlowTraffic traffic() {
    return traffic;
  }

  /** The sink: sees what became of each frame. */
  private int count(FrameBatch done) {
    int size = done.size;
    int passed = 0;
    for (int i = 0; i < size; i++) {
      passed += done.verdict[i] == Verdict.FORWARD ? 1 : 0;
    }
    forwarded += passed;
    read += size;
    return size;
  }

  /**
   * @throws AnswerException unless all frames until now were forwarded, no other frames made, and
   *     the table holds what it should
   */
  public void requireForwarded() {
    if (forwarded != read || batch.extras != 0) {
      throw new AnswerException(
          "%d of %d frames forwarded, %d answers in the last batch"
              .formatted(forwarded, read, batch.extras));
    }
    if (path.sessions().droppedEarly() != 0 || path.sessions().size() < scenario.steady()) {
      throw new AnswerException(
          "%d sessions of %d, %d dropped early"
              .formatted(path.sessions().size(), scenario.flows(), path.sessions().droppedEarly()));
    }
  }

  /** SYN, SYN and ACK, ACK of every flow that stays, in the order of their numbers. */
  private void establish() {
    Flow flow = new Flow(scenario);
    FlowFrames frames = new FlowFrames(snapshot.segments(), FrameSize.parse("60"));
    long nowNs = START_NS;
    try (FrameBatch opening = new FrameBatch(OPENING_BATCH)) {
      for (int first = 0; first < scenario.steady(); first += OPENING_BATCH) {
        int end = Math.min(first + OPENING_BATCH, scenario.steady());
        for (int step = 0; step < HANDSHAKE.length; step++) {
          opening.clear();
          for (int f = first; f < end; f++) {
            flow.number(f);
            int segment = step == 1 ? flow.serverSegment : flow.clientSegment;
            int length = frames.length(f, segment);
            int i = opening.add(length);
            if (step == 1) {
              frames.fromServer(opening.bytes, opening.start[i], flow, HANDSHAKE[step], length);
            } else {
              frames.fromClient(opening.bytes, opening.start[i], flow, HANDSHAKE[step], length);
            }
            nowNs += HANDSHAKE_STEP_NS;
            opening.number[i] = f + 1L;
            opening.timestampNs[i] = nowNs;
            opening.missing[i] = 0;
            opening.link[i] = LinkType.ETHERNET;
            opening.inputInterface[i] = 0;
          }
          path.process(opening, snapshot);
          count(opening);
        }
      }
    }
  }

  @Override
  public void close() {
    path.close();
    batch.close();
    traffic.close();
  }
}
