package io.vpcrig.engine;

/**
 * Shape of the pipeline.
 *
 * @param mode how the way is spread over threads
 * @param workers threads that decide, 1..127
 * @param batch frames read at once, 1..4096
 * @param rounds rounds in the ring, from 2
 * @param path options of the way itself
 */
public record PipelineOptions(
    PipelineMode mode, int workers, int batch, int rounds, PathOptions path) {
  public PipelineOptions {
    if (workers < 1 || workers > Byte.MAX_VALUE) {
      throw new IllegalArgumentException(workers + " workers, legal 1..127");
    }
    if (rounds < 2) {
      throw new IllegalArgumentException(rounds + " rounds, legal from 2");
    }
  }

  /** The usual shape: batches of 256, eight rounds. */
  public static PipelineOptions of(PipelineMode mode, int workers, PathOptions path) {
    return new PipelineOptions(mode, workers, 256, 8, path);
  }
}
