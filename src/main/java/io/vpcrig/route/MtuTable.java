package io.vpcrig.route;

import io.vpcrig.model.Vpc;

/** The longest IP datagram of each segment, bytes. Immutable; any thread. */
public final class MtuTable {
  private final int[] mtus;
  private final boolean limited;

  private MtuTable(int[] mtus, boolean limited) {
    this.mtus = mtus;
    this.limited = limited;
  }

  public static MtuTable compile(Vpc vpc) {
    int[] mtus = vpc.segments().stream().mapToInt(segment -> vpc.mtu(segment.name())).toArray();
    return new MtuTable(mtus, !vpc.mtus().isEmpty());
  }

  /** Whether any segment has a limit. */
  public boolean isLimited() {
    return limited;
  }

  /** Of a segment; {@link Vpc#NO_MTU} if it has no limit. */
  public int of(int segment) {
    return mtus[segment];
  }
}
