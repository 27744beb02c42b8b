package io.vpcrig.io.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.testing.Netns;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** {@link LivePortContract} of {@link AfXdpPort}, and what is its own. */
final class AfXdpPortTest extends LivePortContract {
  AfXdpPortTest() {
    super(Driver.AFXDP);
  }

  @Override
  void seen(PortCounters counters) {
    assertTrue(counters.received() > 20 << 20 >> 11, counters::toString);
  }

  @Test
  void itsProgramIsAtTheHookWhileItIsOpen() throws IOException {
    try (LivePort port = Wire.open(Driver.AFXDP, wire().middle, "p0")) {
      String link = Netns.in(wire().middle, "", "ip", "-d", "link", "show", "p0");
      assertTrue(link.contains("prog/xdp"), link);
      assertEquals("copy mode, XDP in its driver, 1 queue", port.details());
    }
  }
}
