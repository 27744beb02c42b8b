package io.vpcrig.engine;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.TraceRing;
import io.vpcrig.tunnel.DecapStage;

/**
 * Looks at frames just read to find their workers, and hands them out. What is found of plain
 * frames goes with them; what is found of others is thrown away: the worker looks again on its own
 * memory, which costs less than handing over its columns. Thread: the reader.
 */
final class Peek implements AutoCloseable {
  private final FrameBatch batch;
  private final StageContext mute = new StageContext(new TraceRing(1));
  private final PipelineOptions options;
  private int generation;
  private DecapStage decap;
  private Dispatcher dispatcher;

  Peek(PipelineOptions options) {
    this.options = options;
    this.batch = new FrameBatch(options.batch());
  }

  /** What the source reads into. */
  FrameBatch batch() {
    return batch;
  }

  /** Copies each frame of {@link #batch} into the part of its worker. */
  void spread(Round round) {
    use(round.snapshot);
    batch.startAll();
    decap.peek(batch, mute);
    for (int i = 0; i < batch.size; i++) {
      int worker = dispatcher.workerOf(batch, i);
      round.owner[i] = (byte) worker;
      int at = round.parts[worker].addCopy(batch, i);
      round.parts[worker].takeFound(at, batch, i);
    }
    for (FrameBatch part : round.parts) {
      part.found = true;
    }
  }

  private void use(Snapshot next) {
    if (next.generation() != generation) {
      generation = next.generation();
      decap = PacketPath.decap(next, options.path());
      dispatcher = new Dispatcher(next.vpc(), options.workers());
    }
  }

  @Override
  public void close() {
    batch.close();
  }
}
