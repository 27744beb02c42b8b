package io.vpcrig.acl;

import static io.vpcrig.acl.AclSamples.allow;
import static io.vpcrig.acl.AclSamples.deny;
import static io.vpcrig.acl.AclSamples.list;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vpcrig.model.AclList;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;
import io.vpcrig.model.Semantics;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListCompilerTest {
  private static final String A = "192.0.2.1/32";
  private static final String B = "192.0.2.2/32";
  private static final String C = "192.0.2.3/32";

  @Test
  void rulesStandByNumberNotByCreation() {
    AclList list = list(allow(20).tcp("22"), deny(10).all());
    assertEquals(List.of("0.0.0.0/0 deny", "0.0.0.0/0 allow"), actions(list, Semantics.INTENDED));
    assertEquals(List.of("0.0.0.0/0 deny", "0.0.0.0/0 allow"), actions(list, Semantics.SHIPPED));
  }

  @Test
  void cidrIsTheSourceOfIngressAndTheDestinationOfEgress() {
    AclList list = list(allow(1).from(A).tcp("22"), deny(2).egress().from(B).tcp("23"));
    MatchRule ingress = only(list, Direction.INGRESS, Semantics.INTENDED);
    assertEquals(Ipv4Text.parseCidr(A), ingress.source());
    assertEquals(Cidr.ANY, ingress.destination());
    assertEquals(0, ingress.id());
    MatchRule egress = only(list, Direction.EGRESS, Semantics.INTENDED);
    assertEquals(Cidr.ANY, egress.source());
    assertEquals(Ipv4Text.parseCidr(B), egress.destination());
    assertEquals(1, egress.id());
  }

  @Test
  void allCidrsOfARuleHaveItsRankAsIntended() {
    AclList list = list(allow(1).from(A, B, C).tcp("22"), deny(2).all());
    assertEquals(
        List.of(A + " allow", B + " allow", C + " allow", "0.0.0.0/0 deny"),
        actions(list, Semantics.INTENDED));
  }

  /** P20. */
  @Test
  void onlyTheLastCidrKeepsItsRankAsShipped() {
    AclList list = list(allow(1).from(A, B, C).tcp("22"), deny(2).all());
    assertEquals(
        List.of(C + " allow", "0.0.0.0/0 deny", B + " allow", A + " allow"),
        actions(list, Semantics.SHIPPED));
    assertEquals(
        List.of(Quirk.NONE, Quirk.NONE, Quirk.SEVERAL_CIDRS, Quirk.SEVERAL_CIDRS),
        compile(list, Direction.INGRESS, Semantics.SHIPPED).rules().stream()
            .map(MatchRule::quirk)
            .toList());
  }

  @Test
  void ranksAreCountedPerDirectionAsShipped() {
    AclList list =
        list(deny(1).egress().all(), allow(2).from(A, B).tcp("22"), deny(3).from(C).all());
    assertEquals(
        List.of(B + " allow", C + " deny", A + " allow"), actions(list, Semantics.SHIPPED));
  }

  @Test
  void leftBehindCidrsOfLaterRulesComeFirst() {
    AclList list =
        list(allow(1).from(A, B, C).tcp("22"), deny(2).from(C, B, A).all(), allow(3).all());
    List<String> closedForm =
        List.of(
            C + " allow",
            A + " deny",
            "0.0.0.0/0 allow",
            B + " deny",
            C + " deny",
            B + " allow",
            A + " allow");
    assertEquals(closedForm, actions(list, Semantics.SHIPPED));
  }

  /** P18. */
  @Test
  void numberedProtocolLosesItsPortsAsShipped() {
    AclList list = list(allow(1).number(6, "22"));
    MatchRule shipped = only(list, Direction.INGRESS, Semantics.SHIPPED);
    assertEquals(PortRange.ALL, shipped.destinationPorts());
    assertEquals(6, shipped.protocol());
    assertEquals(Quirk.NUMBERED_PROTOCOL, shipped.quirk());
    MatchRule intended = only(list, Direction.INGRESS, Semantics.INTENDED);
    assertEquals(new PortRange(22, 22), intended.destinationPorts());
    assertEquals(Quirk.NONE, intended.quirk());
  }

  @Test
  void numberedProtocolWithoutPortsIsNoQuirk() {
    MatchRule shipped = only(list(allow(1).number(6, null)), Direction.INGRESS, Semantics.SHIPPED);
    assertEquals(PortRange.ALL, shipped.destinationPorts());
    assertEquals(Quirk.NONE, shipped.quirk());
  }

  @Test
  void portsOfAProtocolWithoutPortsAreIgnoredAndNoQuirk() {
    MatchRule shipped = only(list(allow(1).number(47, "22")), Direction.INGRESS, Semantics.SHIPPED);
    assertEquals(PortRange.ALL, shipped.destinationPorts());
    assertEquals(Quirk.NONE, shipped.quirk());
  }

  /** P19. */
  @Test
  void tcpWithoutPortsIsPortZeroAsShipped() {
    AclList list = list(allow(1).tcp(null));
    MatchRule shipped = only(list, Direction.INGRESS, Semantics.SHIPPED);
    assertEquals(new PortRange(0, 0), shipped.destinationPorts());
    assertEquals(Quirk.ABSENT_PORTS, shipped.quirk());
    MatchRule intended = only(list, Direction.INGRESS, Semantics.INTENDED);
    assertEquals(PortRange.ALL, intended.destinationPorts());
  }

  @Test
  void icmpTypeAndCodeAreTheDestinationPort() {
    assertEquals(PortRange.ALL, icmpPorts(-1, -1));
    assertEquals(new PortRange(0x0800, 0x08ff), icmpPorts(8, -1));
    assertEquals(new PortRange(0x0800, 0x0800), icmpPorts(8, 0));
    assertEquals(new PortRange(0xff10, 0xff10), icmpPorts(255, 16));
  }

  private static PortRange icmpPorts(int type, int code) {
    AclList list = list(allow(1).icmp(type, code));
    MatchRule shipped = only(list, Direction.INGRESS, Semantics.SHIPPED);
    assertEquals(only(list, Direction.INGRESS, Semantics.INTENDED), shipped);
    assertEquals(Protocol.ICMP, shipped.protocol());
    return shipped.destinationPorts();
  }

  private static RuleSet compile(AclList list, Direction direction, Semantics semantics) {
    return ListCompiler.compile(list, direction, semantics);
  }

  private static MatchRule only(AclList list, Direction direction, Semantics semantics) {
    RuleSet rules = compile(list, direction, semantics);
    assertEquals(1, rules.size());
    return rules.rule(0);
  }

  /** Ingress lines as "source action". */
  private static List<String> actions(AclList list, Semantics semantics) {
    List<String> actions = new ArrayList<>();
    for (MatchRule line : compile(list, Direction.INGRESS, semantics).rules()) {
      String action = list.rules().get(line.id()).action().name();
      actions.add(line.source() + " " + action.toLowerCase(java.util.Locale.ROOT));
    }
    return actions;
  }
}
