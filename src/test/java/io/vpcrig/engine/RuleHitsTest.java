package io.vpcrig.engine;

import static io.vpcrig.testing.Vpcs.allowOut;
import static io.vpcrig.testing.Vpcs.denyIn;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.FlowSyntax;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.Packet;
import io.vpcrig.testing.Vpcs;
import org.junit.jupiter.api.Test;

/** Every rule that a frame met is counted once for it, whatever became of the frame. */
class RuleHitsTest {
  private static final int EGRESS = 0;
  private static final int INGRESS = 1;

  @Test
  void aFrameForTheRouterCountsAtTheEgressRuleThatLetItBy() {
    assertEquals("1 0", hits("tcp 10.10.1.10:40000 > 10.10.2.1:80"));
  }

  @Test
  void aFrameDeniedOnItsWayInCountsAtBothRules() {
    assertEquals("1 1", hits("tcp 10.10.1.10:40000 > 10.10.2.10:22"));
  }

  @Test
  void aFrameDeniedByTheDefaultCountsAtTheRuleThatLetItOut() {
    assertEquals("1 0", hits("tcp 10.10.1.10:40000 > 10.10.2.10:23"));
  }

  @Test
  void aFrameWithASessionIsCountedByTheSession() {
    assertEquals("1 0", hits("tcp 10.10.1.10:40000 > 198.51.100.50:80"));
  }

  private static String hits(String flow) {
    Vpc vpc =
        Vpcs.vpc("10.10.0.0/16")
            .publicNetwork("public", new Encapsulation.Vlan(100), "203.0.113.10/24", "203.0.113.1")
            .tier("t1", new Encapsulation.Vlan(101), "10.10.1.1/24")
            .tier("t2", new Encapsulation.Vlan(102), "10.10.2.1/24")
            .list("l1", allowOut(1, "tcp"))
            .list("l2", denyIn(1, "tcp 22"))
            .attach("t1", "l1")
            .attach("t2", "l2")
            .build();
    try (EngineRouter router = new EngineRouter(vpc)) {
      router.send(Packet.of("t1", FlowSyntax.parse(flow), Packet.SYN, 64, 1_000_000_000L));
      router.path().drain();
      RuleCounters counters = router.path().hits();
      return counters.packets(EGRESS) + " " + counters.packets(INGRESS);
    }
  }
}
