package io.vpcrig.config;

import static io.vpcrig.config.Refusals.accepts;
import static io.vpcrig.config.Refusals.refuses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vpcrig.model.AclRule;
import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.PortRange;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AclRulesTest {
  private static String list(String... rules) {
    StringBuilder text =
        new StringBuilder(
            """
            vpc: {name: v, cidr: 10.10.0.0/16}
            tiers: {web: {gateway: 10.10.1.1/24, vlan: 101, acl: web}}
            acls:
              web:
            """);
    for (String rule : rules) {
      text.append("    - ").append(rule).append('\n');
    }
    return text.toString();
  }

  private static AclRule rule(String text) {
    return accepts(list(text)).list("web").rules().getFirst();
  }

  @Test
  void fillsInWhatARuleLeavesOut() {
    AclRule rule = rule("{number: 5, protocol: all}");
    assertEquals(Direction.INGRESS, rule.direction());
    assertEquals(Action.ALLOW, rule.action());
    assertEquals(Optional.empty(), rule.ports());
    assertEquals(List.of(Cidr.ANY), rule.cidrs());
    assertEquals(-1, rule.icmpType());
    assertEquals(-1, rule.icmpCode());
  }

  @Test
  void readsAllOfARule() {
    AclRule rule =
        rule(
            "{number: 2147483647, direction: egress, action: deny, protocol: udp, ports: 0-65535,"
                + " cidr: [10.0.0.0/8, 1.2.3.4], reason: because}");
    assertEquals(Integer.MAX_VALUE, rule.number());
    assertEquals(Direction.EGRESS, rule.direction());
    assertEquals(Action.DENY, rule.action());
    assertEquals(Optional.of(PortRange.ALL), rule.ports());
    assertEquals(
        List.of(Ipv4Text.parseCidr("10.0.0.0/8"), Ipv4Text.parseCidr("1.2.3.4/32")), rule.cidrs());
    assertEquals("vpc.yaml:5", rule.origin().toString());
    assertEquals(7, rule.origin().column());
  }

  @Test
  void readsProtocolOneAsIcmp() {
    AclRule rule = rule("{number: 5, protocol: 1, icmp-type: 3, icmp-code: 16}");
    assertEquals(false, rule.protocolByNumber());
    assertEquals(16, rule.icmpCode());
  }

  @Test
  void refusesANumberUsedTwiceAcrossBothDirections() {
    refuses(
        list(
            "{number: 10, protocol: all}",
            "{number: 20, protocol: all}",
            "{number: §10, direction: egress, protocol: all}"),
        "acls.web[2].number",
        "rule number 10 is used on line 5, legal once in a list, both directions together");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-3", "2147483648"})
  void refusesNumbersOutOfRange(String number) {
    refuses(
        list("{number: §" + number + ", protocol: all}"),
        "acls.web[0].number",
        "rule number " + number + ", legal 1..2147483647");
  }

  @Test
  void refusesARuleWithoutNumber() {
    refuses(list("§{protocol: all}"), "acls.web[0]", "'number' is missing");
  }

  @Test
  void refusesARuleWithoutProtocol() {
    refuses(list("§{number: 1}"), "acls.web[0]", "'protocol' is missing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tpc | protocol 'tpc', legal tcp, udp, icmp, all, 0..255; did you mean 'tcp'?",
        "256 | protocol 256, legal 0..255",
        "-1 | protocol -1, legal 0..255",
        "gre | protocol 'gre', legal tcp, udp, icmp, all, 0..255"
      })
  void refusesUnknownProtocols(String protocol, String part) {
    refuses(list("{number: 1, protocol: §" + protocol + "}"), "acls.web[0].protocol", part);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "65536 | port 65536, legal 0..65535",
        "80-65536 | port 65536, legal 0..65535",
        "90-80 | ports '90-80', legal with the smaller first; write 80-90",
        "80,443 | legal 0..65535; write a whole decimal number",
        "http | port 'http', legal 0..65535",
        "'80 - 90' | port '80 ', legal 0..65535",
        "80- | port '', legal 0..65535"
      })
  void refusesBadPorts(String ports, String part) {
    refuses(
        list("{number: 1, protocol: tcp, ports: §\"" + ports + "\"}"), "acls.web[0].ports", part);
  }

  @Test
  void refusesPortsOfIcmp() {
    refuses(
        list("{number: 1, protocol: icmp, ports: §80}"),
        "acls.web[0].ports",
        "ports with protocol icmp, legal with tcp, udp or a number; use icmp-type");
  }

  @Test
  void refusesPortsOfAll() {
    refuses(
        list("{number: 1, protocol: all, ports: §80}"),
        "acls.web[0].ports",
        "ports with protocol all",
        "name tcp or udp");
  }

  @Test
  void refusesIcmpTypesOfOthers() {
    refuses(
        list("{number: 1, protocol: tcp, ports: 80, icmp-type: §8}"),
        "acls.web[0].icmp-type",
        "'icmp-type' with protocol tcp, legal with icmp; remove it");
  }

  @Test
  void refusesIcmpCodesOfOthers() {
    refuses(
        list("{number: 1, protocol: 47, icmp-code: §0}"),
        "acls.web[0].icmp-code",
        "'icmp-code' with protocol 47");
  }

  @ParameterizedTest
  @ValueSource(ints = {-2, 256})
  void refusesIcmpTypesOutOfRange(int type) {
    refuses(
        list("{number: 1, protocol: icmp, icmp-type: §" + type + "}"),
        "acls.web[0].icmp-type",
        "ICMP type " + type + ", legal -1..255; -1 is any");
  }

  @ParameterizedTest
  @ValueSource(ints = {-2, 17})
  void refusesIcmpCodesOutOfRange(int code) {
    refuses(
        list("{number: 1, protocol: icmp, icmp-type: 3, icmp-code: §" + code + "}"),
        "acls.web[0].icmp-code",
        "ICMP code " + code + ", legal -1..16; -1 is any");
  }

  @Test
  void refusesACodeWithoutType() {
    refuses(
        list("{number: 1, protocol: icmp, icmp-code: §3}"),
        "acls.web[0].icmp-code",
        "ICMP code 3 of any type; add icmp-type: 0..255");
  }

  @Test
  void takesAnyTypeAndCode() {
    assertEquals(-1, rule("{number: 1, protocol: icmp, icmp-type: -1, icmp-code: -1}").icmpType());
  }

  @Test
  void refusesABadCidrInAList() {
    refuses(
        list("{number: 1, protocol: all, cidr: [10.0.0.0/8, §10.0.0.0/40]}"),
        "acls.web[0].cidr[1]",
        "'10.0.0.0/40' has prefix length '40', legal 0..32");
  }

  @Test
  void refusesAnEmptyListOfCidrs() {
    refuses(
        list("{number: 1, protocol: all, cidr: §[]}"),
        "acls.web[0].cidr",
        "no CIDR, legal at least one; leave 'cidr' out for all addresses");
  }

  @Test
  void refusesIpv6Cidrs() {
    refuses(
        list("{number: 1, protocol: all, cidr: §\"::/0\"}"),
        "acls.web[0].cidr",
        "'::/0' is IPv6, legal IPv4 only; leave it out");
  }

  @Test
  void refusesAReasonThatIsTooLong() {
    refuses(
        list("{number: 1, protocol: all, reason: §" + "r".repeat(2501) + "}"),
        "acls.web[0].reason",
        "reason of 2501 characters, legal up to 2500");
  }

  @ParameterizedTest
  @ValueSource(strings = {"default_allow", "default_deny"})
  void refusesToRedefineBuiltInLists(String name) {
    refuses(
        "vpc: {name: v, cidr: 10.10.0.0/16}\nacls:\n  §" + name + ": []\n",
        "acls." + name,
        "list '" + name + "' is built in and can't be changed; choose another name");
  }

  @Test
  void refusesUnknownDirections() {
    refuses(
        list("{number: 1, protocol: all, direction: §Ingress}"),
        "acls.web[0].direction",
        "direction 'Ingress', legal ingress, egress; did you mean 'ingress'?");
  }

  @Test
  void refusesUnknownActions() {
    refuses(
        list("{number: 1, protocol: all, action: §drop}"),
        "acls.web[0].action",
        "action 'drop', legal allow, deny");
  }
}
