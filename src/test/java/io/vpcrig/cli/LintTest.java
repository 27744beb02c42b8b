package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code check} over the lists of a VPC, and over rules in other formats. */
class LintTest {
  private static final String VPC =
      """
      vpc: {name: production, cidr: 10.10.0.0/16}
      segments:
        public: {vlan: 100, subnet: 203.0.113.0/24, address: 203.0.113.10, gateway: 203.0.113.1}
      tiers:
        web: {gateway: 10.10.1.1/24, vlan: 101, acl: web}
        db: {gateway: 10.10.3.1/24, vlan: 103}
      acls:
        web:
          - {number: 10, direction: ingress, action: allow, protocol: tcp, ports: 8000-8100, cidr: 0.0.0.0/0}
          - {number: 20, direction: ingress, action: deny, protocol: tcp, ports: 8080, cidr: 10.0.0.0/8}
          - {number: 30, direction: ingress, action: allow, protocol: tcp, cidr: 10.10.0.0/16}
        spare:
          - {number: 10, direction: egress, action: deny, protocol: udp, ports: 53, cidr: 0.0.0.0/0}
      hosts: {web1: {tier: web, address: 10.10.1.10}}
      port-forwarding: [{public: 203.0.113.11, protocol: tcp, ports: 2222, host: web1, to: 9222}]
      """;

  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... all) {
    return VpcrigCommand.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all);
  }

  @Test
  void aVpcIsLintedInTextJsonAndSarif() throws IOException {
    String vpc = Files.writeString(directory.resolve("vpc.yaml"), VPC).toString();
    Path sarif = directory.resolve("out.sarif");
    assertEquals(0, run("check", vpc, "--sarif", sarif.toString()), () -> out + "\n" + err);
    String text = out.toString();
    assertTrue(text.contains("shadowed: web ingress: rule 20 (deny"), text);
    assertTrue(text.contains("shipped-router: web ingress: absent-ports"), text);
    assertTrue(text.contains("unreachable-tier: db: it has no list"), text);
    assertTrue(text.contains("unused-list: spare"), text);
    JsonNode results =
        new ObjectMapper().readTree(sarif.toFile()).path("runs").path(0).path("results");
    assertTrue(results.size() >= 4, results::toString);
    JsonNode region =
        results.get(0).path("locations").path(0).path("physicalLocation").path("region");
    assertEquals(10, region.path("startLine").asInt(), results::toString);
    assertEquals(1, run("check", vpc, "--fail-on", "warning", "-q"));
  }

  /** OASIS's schema, as package {@code @microsoft/jest-sarif} has it (MIT). */
  @Test
  void sarifIsWhatItsSchemaSays() throws IOException {
    Schema schema;
    try (InputStream in = LintTest.class.getResourceAsStream("sarif-2.1.0-rtm.5.json")) {
      schema =
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
              .getSchema(in, InputFormat.JSON);
    }
    Path odd = Files.createDirectory(directory.resolve("a b%ü"));
    String vpc = Files.writeString(odd.resolve("vpc.yaml"), VPC).toString();
    Path sarif = directory.resolve("out.sarif");
    assertEquals(0, run("check", vpc, "--sarif", sarif.toString()), () -> out + "\n" + err);
    String text = Files.readString(sarif);
    assertEquals(List.of(), schema.validate(text, InputFormat.JSON));
    assertFalse(schema.validate(text.replace("\"text\"", "\"txt\""), InputFormat.JSON).isEmpty());
    JsonNode run = new ObjectMapper().readTree(text).path("runs").path(0);
    for (JsonNode result : run.path("results")) {
      JsonNode rule =
          run.path("tool").path("driver").path("rules").path(result.path("ruleIndex").asInt());
      assertEquals(rule.path("id"), result.path("ruleId"));
      String uri = result.at("/locations/0/physicalLocation/artifactLocation/uri").asText();
      assertTrue(uri.endsWith("/a%20b%25%C3%BC/vpc.yaml"), uri);
      assertEquals(vpc, URI.create(uri).getPath());
    }
  }

  @Test
  void aForwardThatNoListLetsThroughIsFound() throws IOException {
    String closed = VPC.replaceAll("(?m)^.*number: 30.*\\n", "");
    String vpc = Files.writeString(directory.resolve("vpc.yaml"), closed).toString();
    assertEquals(0, run("check", vpc), err::toString);
    assertTrue(
        out.toString().contains("closed-forward: web: a port forward leads to web1 port 9222"),
        out::toString);
    out.getBuffer().setLength(0);
    Files.writeString(directory.resolve("vpc.yaml"), VPC);
    assertEquals(0, run("check", vpc), err::toString);
    assertTrue(!out.toString().contains("closed-forward"), out::toString);
  }

  @Test
  void rulesOfAnotherFormatAreLinted() {
    String file = "../shared/data/rules/classbench/cutsplit_acl_1k.rules";
    assertEquals(0, run("check", file), () -> out + "\n" + err);
    assertTrue(out.toString().contains("1 list, "), out::toString);
  }

  /** Found in a file of 2014; netfilter of that time took it, and nothing ever matched it. */
  @Test
  void aRangeOfPortsThatIsNoneIsFound() throws IOException {
    String file =
        Files.writeString(
                directory.resolve("old.save"),
                """
                *filter
                :INPUT DROP [0:0]
                -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
                -A INPUT -s 131.159.20.0/24 -p udp -m state --state NEW -m udp --dport 60000:29 -j ACCEPT
                -A INPUT -p udp -m state --state ESTABLISHED -m udp --dport 99:9 -j ACCEPT
                -A INPUT -s 10.0.0.0/8 -s 11.0.0.0/8 -j ACCEPT
                -A INPUT -p udp ! --dport 60000:29 -j ACCEPT
                COMMIT
                """)
            .toString();
    assertEquals(0, run("check", file), err::toString);
    assertEquals(
        """
        %1$s:4: never-matches: iptables: filter/INPUT line 4 matches nothing: ports 60000:29 are none, \
        since the first is above the last; iptables refuses to load it today
        %1$s:6: never-matches: iptables: filter/INPUT line 6 matches nothing: its tests exclude each other
        %1$s: 1 list, 2 rules, 2 findings
        """
            .formatted(file),
        out.toString());
  }

  /** What a chain may do, but need not, is no reason to call another rule superfluous. */
  @Test
  void ofRulesThatCannotBeModelledNothingIsTold() throws IOException {
    String file =
        Files.writeString(
                directory.resolve("marks.save"),
                """
                *filter
                :INPUT DROP [0:0]
                -A INPUT -m mark --mark 0x2 -j ACCEPT
                -A INPUT -p tcp -m tcp --dport 25 -j DROP
                -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
                -A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j DROP
                COMMIT
                """)
            .toString();
    assertEquals(0, run("check", file), err::toString);
    assertTrue(
        out.toString()
            .matches(
                "(?s)[^\n]*:6: shadowed: [^\n]*rule filter/INPUT line 5 [^\n]*\n[^\n]*1 finding\n"),
        out::toString);
    assertTrue(err.toString().contains(":3: lost: '-m mark --mark 0x2' can't be modelled"));
  }
}
