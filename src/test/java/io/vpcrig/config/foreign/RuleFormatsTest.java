package io.vpcrig.config.foreign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.model.Action;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.MalformedLineException;
import io.vpcrig.model.Protocol;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each reader makes of small texts, its mistakes and losses included. */
class RuleFormatsTest {
  private static ReadList read(String format, String name, String text)
      throws MalformedLineException {
    RuleText all = new RuleText("f", text);
    assertEquals(format, RuleFormats.detect(all).name());
    return RuleFormats.detect(all).read(all).read(name).orElseThrow();
  }

  /** Rules as {@code ALLOW 10.0.0.0/8 > 0.0.0.0/0 0-65535 > 22 tcp}. */
  private static List<String> rules(ReadList read) {
    return read.list().rules().stream().map(RuleFormatsTest::text).toList();
  }

  private static String text(FilterRule rule) {
    return rule.action()
        + " "
        + rule.source()
        + " > "
        + rule.destination()
        + " "
        + rule.sourcePorts()
        + " > "
        + rule.destinationPorts()
        + " "
        + Protocol.name(rule.protocol());
  }

  @Test
  void ciscoWildcardsWithGapsAndPortOperatorsAreExpanded() throws MalformedLineException {
    ReadList read =
        read(
            "cisco",
            "101",
            """
            hostname r
            access-list 7 permit 192.0.2.0 0.0.0.255
            access-list 101 remark it isn't "closed
            access-list 101 permit tcp host 192.0.2.1 gt 1023 10.0.0.0 0.0.1.2 neq www log
            access-list 101 permit tcp any any established
            access-list 101 deny icmp any any unreachable
            access-list 101 permit ip any any
            """);
    assertEquals(
        List.of(
            "ALLOW 192.0.2.1/32 > 10.0.0.0/32 1024-65535 > 0-79 tcp",
            "ALLOW 192.0.2.1/32 > 10.0.0.0/32 1024-65535 > 81-65535 tcp"),
        rules(read).subList(0, 2));
    assertEquals(10, read.list().rules().size());
    assertEquals("DENY 0.0.0.0/0 > 0.0.0.0/0 0-65535 > 768-1023 icmp", rules(read).get(8));
    assertEquals(Action.DENY, read.list().otherwise());
    assertTrue(read.isWhole());
    assertEquals(1, read.losses().size());
  }

  @Test
  void namedCiscoListsEndWhereTheConfigurationGoesOn() throws MalformedLineException {
    ReadList read =
        read(
            "cisco",
            "in",
            """
            ip access-list extended in
             10 permit udp any any range netbios-ns netbios-ss
             20 permit tcp any any time-range NIGHT
            interface Vlan1
             deny everything
            """);
    assertEquals("ALLOW 0.0.0.0/0 > 0.0.0.0/0 0-65535 > 137-139 udp", rules(read).getFirst());
    assertEquals(2, read.list().rules().size());
    assertEquals(
        "f:3: lost: 'time-range NIGHT' can't be modelled; read over",
        read.losses().getFirst().toString());
  }

  @Test
  void nftSetsComparisonsAndNegations() throws MalformedLineException {
    ReadList read =
        read(
            "nft",
            "t/c",
            """
            {"nftables": [
            {"table": {"family": "inet", "name": "t"}},
            {"set": {"family": "inet", "table": "t", "name": "s", "elem": ["10.0.0.1", {"prefix": {"addr": "10.1.0.0", "len": 16}}]}},
            {"chain": {"family": "inet", "table": "t", "name": "c", "hook": "forward", "type": "filter", "prio": 0, "policy": "accept"}},
            {"rule": {"family": "inet", "table": "t", "chain": "c", "expr": [
              {"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "saddr"}}, "right": "@s"}},
              {"match": {"op": "!=", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": {"set": [22, {"range": [80, 90]}]}}},
              {"counter": {"packets": 1, "bytes": 2}}, {"drop": null}]}},
            {"rule": {"family": "inet", "table": "t", "chain": "c", "expr": [
              {"match": {"op": ">", "left": {"payload": {"protocol": "udp", "field": "sport"}}, "right": 1023}},
              {"limit": {"rate": 1, "per": "second"}}, {"accept": null}]}},
            {"rule": {"family": "ip6", "table": "u", "chain": "c", "expr": []}}
            ]}
            """);
    assertEquals(
        List.of(
            "DENY 10.0.0.1/32 > 0.0.0.0/0 0-65535 > 0-21 tcp",
            "DENY 10.0.0.1/32 > 0.0.0.0/0 0-65535 > 23-79 tcp",
            "DENY 10.0.0.1/32 > 0.0.0.0/0 0-65535 > 91-65535 tcp",
            "DENY 10.1.0.0/16 > 0.0.0.0/0 0-65535 > 0-21 tcp",
            "DENY 10.1.0.0/16 > 0.0.0.0/0 0-65535 > 23-79 tcp",
            "DENY 10.1.0.0/16 > 0.0.0.0/0 0-65535 > 91-65535 tcp",
            "ALLOW 0.0.0.0/0 > 0.0.0.0/0 1024-65535 > 0-65535 udp"),
        rules(read));
    assertEquals(
        List.of("f:9: lost: 'limit' can't be modelled; the list lets pass what may pass"),
        read.losses().stream().map(Loss::toString).toList());
  }

  @Test
  void tcamRowsAreTakenByPriorityAndMasksWithGapsExpanded() throws MalformedLineException {
    ReadList read =
        read(
            "tcam",
            "rows",
            """
            # source dest sport dport protocol
            default allow
            5 0a000000000000000000001606 ff000000000000000000fffdff deny
            9 0a000000000000000000001606 ff000000000000000000ffffff allow first
            """);
    assertEquals(
        List.of(
            "ALLOW 10.0.0.0/8 > 0.0.0.0/0 0-65535 > 22 tcp",
            "DENY 10.0.0.0/8 > 0.0.0.0/0 0-65535 > 20 tcp",
            "DENY 10.0.0.0/8 > 0.0.0.0/0 0-65535 > 22 tcp"),
        rules(read));
    assertEquals("first", read.list().rules().getFirst().label());
    assertEquals(Action.ALLOW, read.list().otherwise());
  }

  @Test
  void awsEntriesAreTakenByNumber() throws MalformedLineException {
    ReadList read =
        read(
            "aws",
            "acl-1:ingress",
            """
            {"NetworkAcls": [{"NetworkAclId": "acl-1", "Entries": [
              {"CidrBlock": "0.0.0.0/0", "Egress": false, "Protocol": "-1", "RuleAction": "deny", "RuleNumber": 32767},
              {"CidrBlock": "10.0.0.0/8", "Egress": false, "Protocol": "1", "RuleAction": "allow", "RuleNumber": 100, "IcmpTypeCode": {"Type": 8, "Code": -1}},
              {"Ipv6CidrBlock": "::/0", "Egress": false, "Protocol": "-1", "RuleAction": "deny", "RuleNumber": 101},
              {"CidrBlock": "0.0.0.0/0", "Egress": true, "Protocol": "6", "PortRange": {"From": 1, "To": 2}, "RuleAction": "allow", "RuleNumber": 1}
            ]}]}
            """);
    assertEquals(
        List.of(
            "ALLOW 10.0.0.0/8 > 0.0.0.0/0 0-65535 > 2048-2303 icmp",
            "DENY 0.0.0.0/0 > 0.0.0.0/0 0-65535 > 0-65535 all"),
        rules(read));
    assertEquals("f:4: lost: rule 101 is of IPv6; left out", read.losses().getFirst().toString());
  }

  @Test
  void cloudStackItemsJoinTheListsOfBothReplies() throws MalformedLineException {
    String items =
        """
        {"listnetworkaclsresponse": {"count": 2, "networkacl": [
          {"number": 2, "aclid": "u1", "protocol": "tcp", "startport": "22", "endport": "23", "cidrlist": "10.0.0.0/8,::/0", "action": "Allow", "traffictype": "Ingress"},
          {"number": 1, "aclid": "u1", "protocol": "all", "cidrlist": "10.9.0.0/16", "action": "Deny", "traffictype": "ingress"}]}}
        """;
    String lists =
        """
        {"listnetworkacllistsresponse": {"count": 1, "networkacllist": [{"id": "u1", "name": "web"}]}}
        """;
    ReadList read = read("cloudstack", "web:ingress", "[" + lists + "," + items + "]");
    assertEquals(
        List.of(
            "DENY 10.9.0.0/16 > 0.0.0.0/0 0-65535 > 0-65535 all",
            "ALLOW 10.0.0.0/8 > 0.0.0.0/0 0-65535 > 22-23 tcp"),
        rules(read));
    assertEquals(1, read.losses().size(), "the IPv6 CIDR");
    assertEquals(
        "f:1: lost: items of list web are not told; add the reply of listNetworkACLs",
        read("cloudstack", "web:egress", lists).losses().getFirst().toString());
  }

  @Test
  void theRoutersJsonKnowsNumberedProtocolsAndSeveralCidrs() throws MalformedLineException {
    ReadList read =
        read(
            "router",
            "eth2:egress",
            """
            {"eth2": {"device": "eth2", "nic_ip": "10.10.1.1", "ingress_rules": [],
              "egress_rules": [
                {"type": "protocol", "protocol": 47, "cidr": "10.0.0.0/8,192.0.2.1", "allowed": false},
                {"type": "udp", "first_port": 53, "cidr": "0.0.0.0/0", "allowed": true}]},
             "id": "networkacl"}
            """);
    assertEquals(
        List.of(
            "DENY 0.0.0.0/0 > 10.0.0.0/8 0-65535 > 0-65535 47",
            "DENY 0.0.0.0/0 > 192.0.2.1/32 0-65535 > 0-65535 47",
            "ALLOW 0.0.0.0/0 > 0.0.0.0/0 0-65535 > 53 udp"),
        rules(read));
    assertEquals(Action.ALLOW, read.list().otherwise());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "access-list 101 permit tcp any any eq nowhere | f:1:39: port 'nowhere', legal 0..65535 or",
        "access-list 101 permit ip 10.0.0.0 any | f:1:36: 'any' is no IPv4 address",
        "access-list 101 permit ip 0.0.0.0 85.85.85.85 any | f:1:35: the mask has gaps",
        "access-list 101 permit quic any any | f:1:24: the protocol is neither 0..255 nor",
        "{\"nftables\": 7} | f:1:14: this is '7', legal: a list",
        "{\"nftables\": [} | f:1:15: no JSON: Unexpected close marker",
        "{\"NetworkAcls\": [{}]} | f:1:18: 'NetworkAclId' is missing; add it",
        "default perhaps | f:1:1: no known rule format, but a text that begins with 'default",
        "default allow more | f:1:1: no known rule format",
        "acls: {web: [{number: 1, protocol: tpc}]} | f:1:36: acls.web[0].protocol: protocol 'tpc'",
      })
  void mistakesAreToldWithTheirPlace(String text, String message) {
    MalformedLineException e =
        assertThrows(
            MalformedLineException.class,
            () -> {
              RuleText all = new RuleText("f", text);
              RuleFormats.detect(all).read(all);
            });
    assertTrue(e.getMessage().startsWith(message), e::getMessage);
  }
}
