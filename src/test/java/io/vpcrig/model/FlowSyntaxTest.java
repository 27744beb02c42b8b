package io.vpcrig.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlowSyntaxTest {
  private static final Vpc VPC =
      new Vpc(
          "v",
          Ipv4Text.parseCidr("10.10.0.0/16"),
          Semantics.INTENDED,
          List.of(),
          List.of(
              new Segment.Tier(
                  "web",
                  new Encapsulation.Vlan(1),
                  Ipv4Text.parseCidr("10.10.1.1/24"),
                  OptionalLong.empty(),
                  Optional.empty(),
                  Origin.BUILT_IN)),
          List.of(),
          VxlanSettings.DEFAULT,
          Map.of(),
          List.of(
              new Host(
                  "web1",
                  "web",
                  Ipv4Text.parse("10.10.1.10"),
                  OptionalLong.empty(),
                  Origin.BUILT_IN)),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          Origin.BUILT_IN);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tcp 10.10.1.5:40000 > 10.10.2.9:443",
        "udp 198.51.100.7:5000 > 203.0.113.11:53 via public",
        "icmp 10.10.1.5 > 10.10.2.9 echo-request",
        "icmp 10.10.1.5 > 10.10.2.9 echo-reply id 7 via web",
        "icmp 10.10.1.5 > 10.10.2.9 port-unreachable",
        "icmp 10.10.1.5 > 10.10.2.9 type 3 code 200",
        "47 10.10.1.5 > 10.10.2.9",
        "0 0.0.0.0 > 255.255.255.255"
      })
  void printsWhatItRead(String text) {
    assertEquals(text, FlowSyntax.parse(text).toString());
  }

  @ParameterizedTest
  @CsvSource({
    "tcp 1.2.3.4 > 5.6.7.8:80, tcp 1.2.3.4:40000 > 5.6.7.8:80",
    "6 1.2.3.4:1>5.6.7.8:80, tcp 1.2.3.4:1 > 5.6.7.8:80",
    "icmp 1.2.3.4 > 5.6.7.8, icmp 1.2.3.4 > 5.6.7.8 echo-request",
    "icmp 1.2.3.4 > 5.6.7.8 type 3, icmp 1.2.3.4 > 5.6.7.8 network-unreachable",
    "proto 47 1.2.3.4 > 5.6.7.8, 47 1.2.3.4 > 5.6.7.8",
    "proto 1 1.2.3.4 > 5.6.7.8, icmp 1.2.3.4 > 5.6.7.8 echo-request"
  })
  void fillsInWhatIsLeftOut(String text, String whole) {
    assertEquals(whole, FlowSyntax.parse(text).toString());
  }

  @Test
  void readsNamesOfHosts() {
    assertEquals(
        "tcp 10.10.1.10:5 > 10.10.1.10:80 via web",
        FlowSyntax.parse("tcp web1:5 > web1:80 via web", VPC).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tcp web2:5 > 1.2.3.4:80 | neither an IPv4 address nor a host; did you mean 'web1'?",
        "tcp web1:5 > 1.2.3.4:80 via wbe | no segment of the VPC; did you mean 'web'?",
        "tcp web1:5 > 1.2.3.4:80 via internet | no segment of the VPC; there is web",
        "tcp web1:5 > 1.2.3.4 | has no port",
        "tcp web1:5 > 1.2.3.4:65536 | port '65536', legal 0..65535",
        "tcp web1:5 1.2.3.4:80 | '1.2.3.4:80' stands where '>' belongs",
        "icmp web1 > 1.2.3.4:80 | only tcp and udp have ports",
        "icmp web1 > 1.2.3.4 echo | 'echo' is not understood here; there are echo-reply",
        "icmp web1 > 1.2.3.4 type 256 | ICMP type '256', legal 0..255",
        "icmp web1 > 1.2.3.4 type 3 code | ends where a number belongs",
        "sctp web1 > 1.2.3.4 | protocol 'sctp', legal tcp, udp, icmp or 0..255",
        "256 web1 > 1.2.3.4 | protocol '256'",
        "tcp 1.2.3:5 > 1.2.3.4:80 | '1.2.3' is no IPv4 address",
        "tcp | ends where a source address belongs",
        "'' | ends where a protocol belongs"
      })
  void saysWhatIsWrong(String text, String part) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> FlowSyntax.parse(text, VPC))
            .getMessage();
    assertTrue(message.contains(part), message);
  }

  @Test
  void columnsAndTextCarryTheSame() {
    long seed = 20251122;
    Random random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      int protocol = random.nextInt(4) == 0 ? random.nextInt(256) : new int[] {1, 6, 17}[round % 3];
      int ports = protocol == 1 || protocol == 6 || protocol == 17 ? random.nextInt() : 0;
      Optional<String> via = random.nextBoolean() ? Optional.of("web") : Optional.empty();
      Flow flow = Flow.of(protocol, random.nextInt(), random.nextInt(), ports, via);
      String hint = "seed " + seed + " round " + round + ": " + flow;
      assertEquals(ports, flow.ports(), hint);
      assertEquals(flow, FlowSyntax.parse(flow.toString()), hint);
    }
  }

  @Test
  void noTextCausesAnythingButARefusal() {
    long seed = 7;
    Random random = new Random(seed);
    String[] pieces = {
      "tcp",
      "icmp",
      "proto",
      "1",
      "99999999999",
      ">",
      ":",
      " ",
      "1.2.3.4",
      "web1",
      "via",
      "type",
      "code",
      "id",
      "-",
      "é",
      "\t",
      "echo-request"
    };
    for (int round = 0; round < 50_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int k = random.nextInt(12); k > 0; k--) {
        text.append(pieces[random.nextInt(pieces.length)]).append(random.nextBoolean() ? " " : "");
      }
      try {
        Flow flow = FlowSyntax.parse(text.toString(), VPC);
        assertEquals(flow, FlowSyntax.parse(flow.toString(), VPC), text.toString());
      } catch (IllegalArgumentException expected) {
        assertTrue(!expected.getMessage().isBlank(), text.toString());
      }
    }
  }
}
