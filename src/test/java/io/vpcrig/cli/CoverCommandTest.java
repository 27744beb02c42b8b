package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vpcrig.frame.BytesLedger;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CoverCommandTest {
  private static final String VPC =
      """
      vpc: {name: v, cidr: 10.10.0.0/16}
      segments:
        public: {vlan: 100, subnet: 203.0.113.0/24, address: 203.0.113.10, gateway: 203.0.113.1}
      tiers:
        web: {gateway: 10.10.1.1/24, vxlan: 5001, acl: web}
        db: {gateway: 10.10.2.1/24, vlan: 102}
      hosts: {web1: {tier: web, address: 10.10.1.10}}
      source-nat: [203.0.113.10]
      port-forwarding: [{public: 203.0.113.11, protocol: tcp, ports: 8443, host: web1, to: 443}]
      acls:
        web:
          - {number: 1, protocol: tcp, ports: 443, cidr: 198.51.100.0/24}
          - {number: 2, protocol: udp, ports: 100-150, cidr: 10.10.2.0/24}
          - {number: 3, protocol: udp, ports: 151-200, cidr: 10.10.2.0/24}
          - {number: 4, action: deny, protocol: udp, ports: 120-180, cidr: 10.10.2.128/25}
          - {number: 5, protocol: icmp, icmp-type: 8, icmp-code: 0, cidr: 10.10.2.0/24}
          - {number: 6, direction: egress, action: deny, protocol: 47, cidr: 10.10.2.0/24}
        spare:
          - {number: 1, protocol: tcp, ports: 80, cidr: 0.0.0.0/0}
      """;

  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @ValueSource(strings = {"intended", "shipped"})
  void aGeneratedCaptureReachesEveryRuleThatCanBe(String semantics) throws IOException {
    long held = BytesLedger.heldBytes();
    String vpc = vpc(VPC.replace("/16}", "/16, semantics: " + semantics + "}"));
    Path capture = directory.resolve("all.pcapng");
    assertEquals(0, run(vpc, "--generate", capture.toString(), "--format", "json"), err::toString);
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertEquals(5, json.get("coverage").get("rulesHit").asInt(), out::toString);
    JsonNode none = json.get("unreachable");
    assertEquals(2, none.size());
    assertEquals("[2,3]", none.get(0).get("shadowedBy").toString());
    assertEquals(4, none.get(0).get("number").asInt());
    assertEquals("no segment uses the list", none.get(1).get("why").asText());
    assertEquals(0, run(vpc, capture.toString()));
    assertTrue(out.toString().contains("5 frames, 5 of 7 rules"), out::toString);
    assertEquals(held, BytesLedger.heldBytes(), "bytes of memory not given back");
  }

  @Test
  void theShippedVpcHasNoRuleOutOfReach() throws IOException {
    Path capture = directory.resolve("all.pcapng");
    assertEquals(0, run("pcaps/vpc.yaml", "--generate", capture.toString(), "--min", "100"));
    assertFalse(out.toString().contains("unreachable"), out::toString);
  }

  @Test
  void tooManyFlowsToAskIsUndecided() throws IOException {
    Path capture = directory.resolve("all.pcapng");
    assertEquals(5, run(vpc(VPC), "--generate", capture.toString(), "--max-flows", "9"));
    assertTrue(out.toString().contains("too many flows to ask them all"), out::toString);
  }

  @Test
  void theShareOfRulesIsRoundedDown() throws IOException {
    String[] some = {"pcaps/vpc.yaml", "pcaps/denied-by-rule.pcap", "pcaps/ping.pcap"};
    assertEquals(0, run(some));
    int hit = Integer.parseInt(out.toString().replaceAll("(?s).* (\\d+) of 10 rules\n", "$1"));
    assertEquals(0, run(some[0], some[1], some[2], "--min", "" + hit * 10));
    assertEquals(1, run(some[0], some[1], some[2], "--min", "" + (hit * 10 + 1)));
    assertTrue(out.toString().contains("below --min"), out::toString);
  }

  @Test
  void usageInputAndEmptinessHaveTheirExitCodes() throws IOException {
    assertEquals(2, run("pcaps/vpc.yaml"));
    assertEquals(2, run("pcaps/vpc.yaml", "pcaps/ping.pcap", "--generate", "x.pcapng"));
    assertEquals(2, run("pcaps/absent.yaml", "pcaps/ping.pcap"));
    assertEquals(3, run("pcaps/vpc.yaml", "pcaps/absent.pcap"));
    assertEquals(
        4, run(vpc("vpc: {name: v, cidr: 10.10.0.0/16}\n"), "pcaps/ping.pcap"), err::toString);
    Path cut = directory.resolve("cut.pcap");
    byte[] whole = Files.readAllBytes(Path.of("pcaps/ping.pcap"));
    Files.write(cut, java.util.Arrays.copyOf(whole, whole.length - 3));
    assertEquals(3, run("pcaps/vpc.yaml", cut.toString()));
  }

  private String vpc(String text) throws IOException {
    Path file = directory.resolve("vpc.yaml");
    Files.writeString(file, text);
    return file.toString();
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    String[] all = new String[arguments.length + 1];
    all[0] = "cover";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    CommandLine line = VpcrigCommand.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(all);
  }
}
