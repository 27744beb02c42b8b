package io.vpcrig.stage;

import io.vpcrig.frame.FrameBatch;

/**
 * One step of the way, applied to the live frames of a batch. Called once per batch by the worker
 * that owns it. Must not allocate, block, log or throw for anything a frame can contain: what a
 * frame causes is a drop through {@link StageContext#drop}.
 */
public interface Stage {
  void process(FrameBatch batch, StageContext context);
}
