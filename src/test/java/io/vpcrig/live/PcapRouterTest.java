package io.vpcrig.live;

import io.vpcrig.io.live.Driver;

/** {@link LiveRouterTest} with interfaces reached by libpcap. */
final class PcapRouterTest extends LiveRouterTest {
  @Override
  Driver driver() {
    return Driver.PCAP;
  }
}
