package io.vpcrig.judge;

import java.util.EnumMap;
import java.util.Map;

/** What was compared, and how often each difference was explained. */
final class Tally {
  private final Map<Explained, Long> explained = new EnumMap<>(Explained.class);

  /** Packets sent through both. */
  long packets;

  /** Of these, forwarded by both. */
  long forwarded;

  /** Connections compared. */
  long states;

  long vpcs;

  void explain(Explained kind) {
    explained.merge(kind, 1L, Long::sum);
  }

  void add(Tally other) {
    packets += other.packets;
    forwarded += other.forwarded;
    states += other.states;
    vpcs += other.vpcs;
    other.explained.forEach((kind, count) -> explained.merge(kind, count, Long::sum));
  }

  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder(
            "%,d packets through %,d VPCs, %,d forwarded, %,d connections compared"
                .formatted(packets, vpcs, forwarded, states));
    explained.forEach(
        (kind, count) ->
            text.append("%n  %,12d  %s (%s): %s".formatted(count, kind, kind.where, kind.what)));
    return text.toString();
  }
}
