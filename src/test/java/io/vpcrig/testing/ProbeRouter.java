package io.vpcrig.testing;

import io.vpcrig.model.Vpc;
import io.vpcrig.query.Outcome;
import io.vpcrig.query.Packet;
import java.util.List;

/** A router under test, whatever it is made of: one packet at a time, in order. */
public interface ProbeRouter extends AutoCloseable {
  Outcome send(Packet packet);

  /** Takes several, in order; the same as one by one. */
  default List<Outcome> sendAll(List<Packet> packets) {
    return packets.stream().map(this::send).toList();
  }

  /** Judges from now on by another VPC; sessions live on. */
  void apply(Vpc vpc);

  @Override
  default void close() {}

  /** Makes a router. */
  @FunctionalInterface
  interface Factory {
    ProbeRouter start(Vpc vpc);
  }
}
