package io.vpcrig.io.live;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** {@link LivePortContract} of {@link AfPacketPort}. */
final class AfPacketPortTest extends LivePortContract {
  AfPacketPortTest() {
    super(Driver.AFPACKET);
  }

  @Override
  void seen(PortCounters counters) {
    assertTrue(counters.cut() > 0, () -> "the sender made no long segments: " + counters);
  }
}
