package io.vpcrig.cli;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSink;
import java.io.IOException;
import java.util.List;

/** Gives each frame to several sinks, in their order. */
final class Fanout implements FrameSink {
  private final FrameSink[] sinks;

  Fanout(List<FrameSink> sinks) {
    this.sinks = sinks.toArray(FrameSink[]::new);
  }

  @Override
  public void write(FrameBatch batch, int i) throws IOException {
    for (FrameSink sink : sinks) {
      sink.write(batch, i);
    }
  }

  @Override
  public void close() throws IOException {
    for (FrameSink sink : sinks) {
      sink.close();
    }
  }
}
