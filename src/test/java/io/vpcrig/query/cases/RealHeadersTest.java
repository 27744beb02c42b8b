package io.vpcrig.query.cases;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.Flows;
import io.vpcrig.query.Packet;
import io.vpcrig.query.regions.VpcRegions;
import io.vpcrig.symbolic.Header;
import io.vpcrig.symbolic.HeaderSpace;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.testing.VpcBuilder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The headers that VPCs are compared on are those that the data path takes from frames. */
class RealHeadersTest {
  private static final List<String> EDGES =
      List.of(
          "0.0.0.0",
          "0.255.255.255",
          "1.0.0.0",
          "126.255.255.255",
          "127.0.0.0",
          "127.255.255.255",
          "128.0.0.0",
          "223.255.255.255",
          "224.0.0.0",
          "239.255.255.255",
          "240.0.0.0",
          "255.255.255.254",
          "255.255.255.255");

  @Test
  void addressesAreThoseThatCanBeOnAWire() {
    Vpc vpc =
        new VpcBuilder("10.10.0.0/16")
            .publicNetwork(
                "public", new Encapsulation.Vlan(100), "203.0.113.10/24", Optional.empty())
            .tier("web", new Encapsulation.Vlan(101), "10.10.1.1/24")
            .build();
    try (HeaderSpace space = new HeaderSpace();
        EngineProbe engine = new EngineProbe(vpc)) {
      VpcRegions regions = new VpcRegions(space, vpc);
      for (String from : EDGES) {
        for (String to : EDGES) {
          var flow = Flows.of(Protocol.UDP, Ipv4Text.parse(from), 68, Ipv4Text.parse(to), 67);
          Reason reason = engine.sendAlone(Packet.of("web", flow, 0, 64, 0)).orElseThrow().reason();
          assertEquals(
              reason != Reason.IPV4_ADDRESS,
              regions.all().contains(Header.of(flow)),
              flow + " is " + reason);
        }
      }
    }
  }
}
