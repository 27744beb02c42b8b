package io.vpcrig.io.live;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** {@link LivePortContract} of {@link PcapPort}. */
final class PcapPortTest extends LivePortContract {
  PcapPortTest() {
    super(Driver.PCAP);
  }

  @Override
  void seen(PortCounters counters) {
    assertTrue(counters.cut() > 0, () -> "the sender made no long segments: " + counters);
  }
}
