package io.vpcrig.live;

import io.vpcrig.io.live.Driver;

/** {@link LiveRouterTest} with interfaces reached by AF_XDP. */
final class AfXdpRouterTest extends LiveRouterTest {
  @Override
  Driver driver() {
    return Driver.AFXDP;
  }
}
