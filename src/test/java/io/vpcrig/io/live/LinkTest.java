package io.vpcrig.io.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpcrig.testing.Netns;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is said of interfaces without addresses, which routers should have. */
final class LinkTest {
  @Test
  void aLinkRunsWhenItIsUpAndTheOtherEndTooWhateverAddressesItHas() throws IOException {
    Optional<String> missing = Netns.missing("sysctl");
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    try (Wire wire = new Wire()) {
      Netns.in(wire.middle, "", "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1");
      assertRuns(wire, true);
      Wire.ip(wire.left, "link set end down\n");
      assertRuns(wire, false);
      assertEquals(true, Netns.inside(wire.middle, () -> Link.of("p0").up()));
      Wire.ip(wire.left, "link set end up\n");
      assertRuns(wire, true);
      Wire.ip(wire.middle, "link set p0 down\n");
      assertEquals(false, Netns.inside(wire.middle, () -> Link.of("p0").up()));
      assertEquals(false, Netns.inside(wire.middle, () -> Link.isRunning("absent")));
    }
  }

  /** The kernel tells of carriers at most once a second. */
  private static void assertRuns(Wire wire, boolean expected) throws IOException {
    boolean runs =
        Netns.inside(
            wire.middle,
            () -> {
              long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
              while (Link.isRunning("p0") != expected && System.nanoTime() < end) {
                Thread.sleep(20);
              }
              return Link.isRunning("p0");
            });
    assertEquals(expected, runs);
  }
}
