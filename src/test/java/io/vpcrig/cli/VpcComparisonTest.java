package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code prove} and {@code diff} of two whole VPCs. */
class VpcComparisonTest {
  private static final Path SHIPPED = Path.of("pcaps/vpc.yaml");
  private static final Path BALANCED = Path.of("pcaps/balanced/vpc.yaml");

  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... all) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return VpcrigCommand.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all);
  }

  /** The shipped VPC with some text replaced, which must be there. */
  private String changed(Path original, String... replacements) throws IOException {
    String text = Files.readString(original);
    for (int k = 0; k < replacements.length; k += 2) {
      assertTrue(text.contains(replacements[k]), replacements[k]);
      text = text.replace(replacements[k], replacements[k + 1]);
    }
    return Files.writeString(directory.resolve("changed.yaml"), text).toString();
  }

  private void saysAll(String... parts) {
    for (String part : parts) {
      assertTrue(out.toString().contains(part), () -> part + " is not in\n" + out + err);
    }
  }

  @Test
  void theShippedVpcIsEqualToItself() {
    assertEquals(0, run("prove", SHIPPED.toString(), SHIPPED.toString()), err::toString);
    saysAll("via public: equal", "via web: equal", "via db: equal", "via dc: equal");
    assertTrue(err.toString().startsWith("5 asked: 5 equal, 0 different, 0 undecided"));
    assertEquals(0, run("diff", SHIPPED.toString(), SHIPPED.toString()), err::toString);
    assertEquals("", out.toString());
  }

  @Test
  void listsOfOtherNamesWithTheirRulesInAnotherOrderAreEqual() throws IOException {
    String other =
        changed(
            SHIPPED,
            "acl: web}",
            "acl: front}",
            "  web:\n    - {number: 10",
            "  front:\n    - {number: 50",
            "{number: 20, direction: ingress, action: deny, protocol: tcp, ports: 22-23",
            "{number: 5, direction: ingress, action: deny, protocol: tcp, ports: 22-23");
    assertEquals(0, run("prove", SHIPPED.toString(), other), () -> out + "\n" + err);
    assertEquals(0, run("diff", SHIPPED.toString(), other), () -> out + "\n" + err);
  }

  @Test
  void aRuleIsFoundWithBothDecidersAndSaved() throws IOException {
    String other =
        changed(SHIPPED, "ports: 8080, cidr: 10.10.1.0/24", "ports: 8081, cidr: 10.10.1.0/24");
    Path folder = directory.resolve("found");
    assertEquals(1, run("prove", SHIPPED.toString(), other, "--save", folder.toString()));
    saysAll(
        "via web: different",
        "flow  tcp 10.10.1.10:40000 > 10.10.2.10:8080 via web",
        "A     ALLOW acl.allow.rule app #10 (pcaps/vpc.yaml:17), sent as"
            + " tcp 10.10.1.10:40000 > 10.10.2.10:8080 by app",
        "B     DENY acl.deny.default app default");
    assertTrue(Files.size(folder.resolve("counter-examples.pcapng")) > 100);
    Path cases = folder.resolve("counter-examples.yaml");
    assertTrue(Files.readString(cases).contains("8080 via web"));
    assertEquals(1, run("test", cases.toString()), () -> out + "\n" + err);
    Files.copy(SHIPPED, Path.of(other), StandardCopyOption.REPLACE_EXISTING);
    assertEquals(0, run("test", cases.toString()), () -> out + "\n" + err);
  }

  @Test
  void aRouteAListAndAPortForwardAreFound() throws IOException {
    String route = changed(SHIPPED, "172.20.0.0/16", "172.20.0.0/17");
    assertEquals(1, run("prove", SHIPPED.toString(), route));
    saysAll("via app: different", "> 172.20.128.0:1 via app", "by dc to 192.168.50.1");

    String list = changed(SHIPPED, "vlan: 102, acl: app}", "vlan: 102}");
    assertEquals(1, run("prove", SHIPPED.toString(), list));
    saysAll("via web: different", "B     DENY acl.deny.no-list");

    String forward = changed(SHIPPED, "ports: 8443, host: web1", "ports: 8443, host: web2");
    assertEquals(1, run("prove", SHIPPED.toString(), forward));
    saysAll(
        "flow  tcp 198.51.100.7:40000 > 203.0.113.11:8443 via public",
        "10.10.1.10:443 by web",
        "10.10.1.11:443 by web");
  }

  @Test
  void diffTellsWhatPassesWhatNoLongerDoesAndWhatGoesElsewhere() throws IOException {
    String other =
        changed(
            SHIPPED,
            "protocol: tcp, ports: 443, cidr: 0.0.0.0/0",
            "protocol: tcp, ports: 442-443, cidr: 0.0.0.0/0",
            "protocol: udp, ports: 6000",
            "protocol: udp, ports: 6001",
            "gateway: 203.0.113.1}",
            "gateway: 203.0.113.2}");
    assertEquals(1, run("diff", SHIPPED.toString(), other, "--examples", "1"), err::toString);
    String text = out.toString();
    int allowed = text.indexOf("via public: newly allowed");
    int denied = text.indexOf("via web: newly denied");
    int otherwise = text.indexOf("via db: goes otherwise");
    assertTrue(0 <= allowed && allowed < denied && denied < otherwise, text);
    saysAll(
        "was     DENY acl.deny.default web default (pcaps/vpc.yaml:11)",
        "region  tcp 0.0.0.0/0 > 10.10.1.0/24:442",
        "e.g. tcp 198.51.100.7:40000 > 10.10.1.10:442 via public",
        "region  udp 10.10.1.0/24 > 10.10.2.0/24:6000",
        "to 203.0.113.2");
  }

  @Test
  void diffAsJsonHasEveryChangeWithBothStories() throws IOException {
    String other = changed(SHIPPED, "protocol: udp, ports: 6000", "protocol: udp, ports: 6001");
    assertEquals(1, run("diff", SHIPPED.toString(), other, "--format", "json"), err::toString);
    JsonNode root = new ObjectMapper().readTree(out.toString());
    assertTrue(root.get("complete").asBoolean());
    List<String> becomes = new ArrayList<>();
    for (JsonNode change : root.get("changes")) {
      JsonNode example = change.get("examples").get(0);
      assertTrue(
          example.get("flow").asText().endsWith("via " + change.get("via").asText()),
          change::toString);
      assertTrue(example.get("before").asText().contains("acl."), change::toString);
      assertTrue(change.get("headers").asText().matches("[1-9][0-9]*"), change::toString);
      becomes.add(change.get("becomes").asText());
    }
    assertTrue(becomes.contains("allow") && becomes.contains("deny"), becomes::toString);
  }

  @Test
  void aSegmentThatOnlyOneHasIsADifference() throws IOException {
    String other =
        changed(
            SHIPPED,
            "  db:  {gateway: 10.10.3.1/24, vxlan: 5003}",
            "  dx:  {gateway: 10.10.3.1/24, vxlan: 5003}",
            "{tier: db,",
            "{tier: dx,");
    assertEquals(1, run("prove", SHIPPED.toString(), other), err::toString);
    saysAll("via db: different", "via dx: different", "there is no such segment");
    assertEquals(1, run("diff", SHIPPED.toString(), other), err::toString);
    saysAll("via db: the segment is gone", "via dx: the segment is new");
  }

  @Test
  void otherMembersOfABalancerShowAtLastInALaterConnection() throws IOException {
    String other =
        changed(
            BALANCED,
            "source: router, members: [web1, web2]",
            "source: router, members: [web2, web1]");
    assertEquals(1, run("prove", BALANCED.toString(), other), err::toString);
    saysAll("via public: different", "203.0.113.11:80 via public", "10.10.1.11:8080");
    String fewer =
        changed(
            BALANCED, "source: router, members: [web1, web2]", "source: router, members: [web1]");
    assertEquals(1, run("prove", BALANCED.toString(), fewer), err::toString);
    saysAll("via public: different", "(connection number 2)");
  }

  @Test
  void aBalancerThatChoosesOtherwiseButWasNotSeenToIsUndecided() throws IOException {
    String other =
        changed(
            BALANCED,
            "source: router, members: [web1, web2]",
            "source: router, members: [web1, web2], health: {fails: 1000}");
    assertEquals(5, run("prove", BALANCED.toString(), other), () -> out + "\n" + err);
    saysAll("via public: undecided: members of a load balancer are chosen otherwise");
    assertEquals(5, run("diff", BALANCED.toString(), other), () -> out + "\n" + err);
    saysAll("via public: goes otherwise");
  }

  @Test
  void aNamedListIsComparedAsAList() throws IOException {
    String other =
        changed(SHIPPED, "ports: 8080, cidr: 10.10.1.0/24", "ports: 8081, cidr: 10.10.1.0/24");
    assertEquals(1, run("prove", SHIPPED + "#app:ingress", other + "#app:ingress"), err::toString);
    saysAll("app:ingress: different");
    assertEquals(0, run("prove", SHIPPED + "#web:ingress", other + "#web:ingress"), err::toString);
  }

  @Test
  void aVpcWithErrorsIsToldOfWithItsLine() throws IOException {
    String broken = changed(SHIPPED, "cidr: 10.10.0.0/16}", "cidr: 10.10.0.0/99}");
    assertEquals(2, run("prove", SHIPPED.toString(), broken));
    assertTrue(err.toString().contains("changed.yaml:2"), err::toString);
    assertEquals(2, run("diff", broken, SHIPPED.toString()));
  }

  @Test
  void noTimeIsAUsageError() {
    assertEquals(2, run("prove", SHIPPED.toString(), SHIPPED.toString(), "--timeout", "0"));
    assertTrue(err.toString().contains("--timeout is 0, legal from 1"), err::toString);
    assertEquals(2, run("diff", SHIPPED.toString(), SHIPPED.toString(), "--timeout", "0"));
  }
}
