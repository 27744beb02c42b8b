package io.vpcrig.engine;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.TraceRing;
import io.vpcrig.tunnel.DecapStage;

/**
 * Looks at frames just read to find their workers, and hands them out. The decapsulation done here
 * is thrown away: the worker does it again on its own memory, which costs less than handing over
 * its columns. Thread: the reader.
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
    decap.process(batch, mute);
    batch.spreadAll();
    for (int i = 0; i < batch.size; i++) {
      int worker = dispatcher.workerOf(batch, i);
      round.owner[i] = (byte) worker;
      round.parts[worker].addCopy(batch, i);
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
