package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.vpcrig.frame.BytesLedger;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import picocli.CommandLine;

class TestCommandTest {
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
          - {number: 1, protocol: tcp, ports: 443, cidr: 0.0.0.0/0}
          - {number: 2, protocol: udp, ports: 100-200, cidr: 10.10.2.0/24}
          - {number: 3, protocol: tcp, cidr: 10.10.2.128/25}
      """;

  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void write() throws IOException {
    Files.writeString(directory.resolve("vpc.yaml"), VPC);
  }

  @Test
  void theShippedCasesPass() {
    long held = BytesLedger.heldBytes();
    assertEquals(0, run("pcaps/cases.yaml", "--coverage"), out::toString);
    assertTrue(out.toString().contains(" passed, 0 failed, 0 undecided"), out::toString);
    assertEquals(held, BytesLedger.heldBytes(), "bytes of memory not given back");
  }

  @Test
  void theShippedCasesFitTheSchema() throws IOException {
    String text = Files.readString(Path.of("pcaps/cases.yaml"));
    assertEquals(0, schema().validate(text, InputFormat.YAML).size());
    assertFalse(schema().validate(text.replace("cases:", "kases:"), InputFormat.YAML).isEmpty());
  }

  private static Schema schema() throws IOException {
    try (InputStream in =
        TestCommandTest.class.getResourceAsStream("/io/vpcrig/config/cases.schema.json")) {
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void aSingleFlowIsHeldAgainstItsTranslationRuleSegmentsAndReply() throws IOException {
    String right =
        "allow: 'tcp 198.51.100.7:5000 > 203.0.113.11:8443', rewritten: 'tcp 198.51.100.7:5000 >"
            + " 10.10.1.10:443', in: public, out: web, list: web, rule: 1, reply: allow";
    assertEquals(0, cases("- {" + right + "}"));
    for (String[] wrong :
        new String[][] {
          {"10.10.1.10:443'", "10.10.1.10:444'", "rewritten: expected tcp 198.51.100.7:5000 >"},
          {"in: public", "in: db", "in: expected db, is public"},
          {"out: web", "out: db", "out: expected db, is web"},
          {"rule: 1", "rule: 2", "rule: expected 2, is 1"},
          {"reply: allow", "reply: deny", "reply: expected deny, is allow"},
          {"list: web", "list: default_deny", "list: expected default_deny, is web"}
        }) {
      assertEquals(1, cases("- {" + right.replace(wrong[0], wrong[1]) + "}"), wrong[2]);
      assertTrue(out.toString().contains(wrong[2]), out::toString);
    }
  }

  @Test
  void aFailureTellsTheLineOfTheCaseAndTheRuleThatDecided() throws IOException {
    assertEquals(1, cases("- {deny: 'tcp 10.10.2.5 > web1:443'}"));
    String told = out.toString();
    assertTrue(told.contains("cases.yaml:3\n"), told);
    assertTrue(told.contains("expected deny, is forward: tcp 10.10.2.5:40000"), told);
    assertTrue(told.contains("acl.allow.rule, web rule 1, line 12"), told);
  }

  @Test
  void oneMemberOfASetThatDiffersFailsTheCase() throws IOException {
    assertEquals(0, cases("- {allow: 'udp 10.10.2.2/31 > web1:100-200'}"));
    assertEquals(1, cases("- {allow: 'udp 10.10.2.2/31 > web1:100-201'}"));
    assertTrue(out.toString().contains("> 10.10.1.10:201 via db"), out::toString);
    assertEquals(1, cases("- {allow: 'udp 10.10.2.2/31 > web1:99-200'}"));
    assertTrue(out.toString().contains("> 10.10.1.10:99 via db"), out::toString);
    assertEquals(1, cases("- {deny: 'tcp,udp 10.10.2.0/25 > 10.10.1.16/28:300-500'}"));
    assertTrue(out.toString().contains(":443 via db"), out::toString);
  }

  @Test
  void theTwoSemanticsAreToldApart() throws IOException {
    String test = "- {allow: 'tcp 10.10.2.130 > web1:22', rule: 3}";
    assertEquals(0, cases(test));
    Files.writeString(
        directory.resolve("vpc.yaml"), VPC.replace("/16}\nseg", "/16, semantics: shipped}\nseg"));
    assertEquals(1, cases(test));
    assertTrue(out.toString().contains("quirk ABSENT_PORTS"), out::toString);
  }

  @Test
  void aSequenceRunsInVirtualTime() throws IOException {
    String talk =
        """
        - name: talk
          sequence:
            - {allow: 'udp 10.10.2.5:9 > web1:150'}
            - {allow: 'udp web1:150 > 10.10.2.5:9', after: 29s, reason: session.established}
        """;
    assertEquals(0, cases(talk), out::toString);
    assertEquals(1, cases(talk.replace("29s", "31s")));
    assertTrue(out.toString().contains("packet 2 (line 6): "), out::toString);
  }

  @Test
  void whatIsWrongWithAFileIsToldWithItsPlace() throws IOException {
    assertEquals(2, cases("- {alow: 'tcp 10.10.2.5 > web1:443'}"));
    assertTrue(err.toString().contains("cases.yaml:3:6: error: "), err::toString);
    assertTrue(err.toString().contains("unknown key 'alow'; did you mean"), err::toString);
    assertEquals(2, cases("- {allow: 'tcp 10.10.2.5 > nobody:443'}"));
    assertEquals(2, cases("- {allow: 'tcp 10.10.2.5 > web1:443', rule: 0}"));
    assertEquals(2, cases("- {allow: 'tcp 10.10.2.0/24 > web1:443', rule: 1}"));
    assertEquals(2, run(directory.resolve("absent.yaml").toString()));
  }

  @Test
  void noCasesIsNothingDone() throws IOException {
    assertEquals(4, cases("[]"));
    assertEquals(0, cases("[]", "--allow-empty"));
  }

  @Test
  void aSetWithTooManyFlowsToAskIsDecidedBySets() throws IOException {
    assertEquals(1, cases("- {deny: 'all any > db'}"));
    assertTrue(out.toString().contains("expected deny, is "), out::toString);
    assertEquals(1, cases("- {deny: 'all any > db'}", "--max-flows", "10"));
    assertTrue(out.toString().contains("expected deny, is "), out::toString);
    assertEquals(0, cases("- {deny: 'tcp web > 10.10.2.8/29:1-99'}", "--max-flows", "10", "-v"));
    assertTrue(out.toString().contains("by the lists' sets"), out::toString);
  }

  @Test
  void aSetOverALargeListIsDecided() throws IOException {
    StringBuilder rules = new StringBuilder();
    for (int k = 0; k < 1_000; k++) {
      rules.append("    - {number: ").append(k + 10).append(", protocol: tcp, ports: ");
      rules.append(1_000 + k % 100 * 100).append('-').append(1_098 + k % 100 * 100);
      rules.append(", cidr: 10.10.2.").append(k / 100 * 16).append("/28}\n");
    }
    Files.writeString(directory.resolve("vpc.yaml"), VPC + rules.toString());
    assertEquals(0, cases("- {allow: 'tcp 10.10.2.2/32 > web1:1000-1098'}"));
    assertEquals(0, cases("- {deny: 'tcp 10.10.2.32/27 > web:11000-65535'}"), out::toString);
    assertEquals(1, cases("- {allow: 'tcp 10.10.2.32/27 > 10.10.1.128/25:1000-10998'}"));
    assertTrue(out.toString().contains(":1099 via db"), out::toString);
  }

  @Test
  void aSetThatALoadBalancerDecidesIsUndecidedIfThereIsTooMuchToAsk() throws IOException {
    Files.writeString(
        directory.resolve("vpc.yaml"),
        VPC
            + "load-balancing: [{name: lb, public: 203.0.113.12, port: 80, to: 443, tier: web,"
            + " members: [web1]}]\n");
    String test = "- {allow: 'tcp 198.51.100.0/24 > 203.0.113.12:80'}";
    assertEquals(0, cases(test), out::toString);
    assertEquals(5, cases(test.replace("tcp", "tcp,udp"), "--max-flows", "1"));
    assertTrue(out.toString().contains("UNDECIDED"), out::toString);
  }

  @Test
  void coverageIsRoundedDown() throws IOException {
    String two =
        "- {allow: 'tcp 10.10.2.5 > web1:443'}\n- {allow: 'udp 10.10.2.5 > web1:150', name: u}";
    assertEquals(0, cases(two, "--min", "66"));
    assertTrue(out.toString().contains("2 of 3 rules decided something (66 %)"), out::toString);
    assertTrue(out.toString().contains("never: web #3 ingress"), out::toString);
    assertEquals(1, cases(two, "--min", "67"));
  }

  @Test
  void edgesOfPortsAreTriedOnlyByTheirOwnValues() throws IOException {
    assertEquals(0, cases("- {allow: 'udp 10.10.2.5 > web1:150'}", "--coverage"));
    String none = out.toString().replaceAll("(?s).*, (\\d+) of \\d+ of their edges.*", "$1");
    assertEquals(0, cases("- {allow: 'udp 10.10.2.5 > web1:200'}", "--coverage"));
    String one = out.toString().replaceAll("(?s).*, (\\d+) of \\d+ of their edges.*", "$1");
    assertEquals(Integer.parseInt(none) + 1, Integer.parseInt(one));
  }

  @Test
  void junitAndTapSayTheSameAsTheText() throws Exception {
    Path xml = directory.resolve("junit.xml");
    String tests =
        "- {allow: 'tcp 10.10.2.5 > web1:443', name: 'a <b> & #c'}\n"
            + "- {deny: 'tcp 10.10.2.6 > web1:443', name: d}";
    assertEquals(1, cases(tests, "--junit", xml.toString(), "--tap"));
    assertTrue(
        out.toString().startsWith("TAP version 14\n1..2\nok 1 - a <b> & \\#c\nnot ok 2 - d"));
    Element suite =
        (Element)
            DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(Files.readAllBytes(xml)))
                .getElementsByTagName("testsuite")
                .item(0);
    assertEquals("2", suite.getAttribute("tests"));
    assertEquals("1", suite.getAttribute("failures"));
    Element first = (Element) suite.getElementsByTagName("testcase").item(0);
    assertEquals("a <b> & #c", first.getAttribute("name"));
    assertEquals("3", first.getAttribute("line"));
    assertEquals(1, cases(tests, "--format", "json"));
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertEquals(1, json.get("failed").asInt());
    assertEquals("passed", json.get("cases").get(0).get("outcome").asText());
  }

  @Test
  void updateWritesWhatComesOutAndOnlyIfAllGoldensRan() throws IOException {
    Path out1 = directory.resolve("one.pcapng");
    Path report = directory.resolve("one.json");
    String capture = Path.of("pcaps/source-nat.pcap").toAbsolutePath().toString();
    Files.copy(Path.of("pcaps/vpc.yaml"), directory.resolve("shop.yaml"));
    String one = "- {replay: " + capture + ", expect: one.pcapng, report: one.json, name: one}\n";
    assertEquals(1, casesOf("shop.yaml", one), "nothing is there to compare with");
    String two = one + "- {replay: absent.pcap, expect: two.pcapng, name: two}\n";
    assertEquals(1, casesOf("shop.yaml", two, "--update"));
    assertFalse(Files.exists(out1) || Files.exists(report), "half an update");
    assertEquals(0, casesOf("shop.yaml", one, "--update"), out::toString);
    assertArrayEquals(
        Files.readAllBytes(Path.of("pcaps/source-nat.expected.pcapng")), Files.readAllBytes(out1));
    assertEquals(0, casesOf("shop.yaml", one), out::toString);
    Files.writeString(
        report, Files.readString(report).replaceFirst("\"forwarded\" : \\d+", "\"forwarded\" : 1"));
    assertEquals(1, casesOf("shop.yaml", one));
    assertTrue(out.toString().contains("forwarded: expected 1, is "), out::toString);
    Files.copy(
        Path.of("pcaps/ping.expected.pcapng"),
        out1,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertEquals(1, casesOf("shop.yaml", one));
    assertTrue(out.toString().contains("frame 1 of the output"), out::toString);
  }

  private int cases(String tests, String... options) throws IOException {
    return casesOf("vpc.yaml", tests, options);
  }

  private int casesOf(String vpc, String tests, String... options) throws IOException {
    Path file = directory.resolve("cases.yaml");
    Files.writeString(file, "vpc: " + vpc + "\ncases:\n" + tests.indent(2));
    String[] arguments = new String[options.length + 1];
    arguments[0] = file.toString();
    System.arraycopy(options, 0, arguments, 1, options.length);
    return run(arguments);
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    String[] all = new String[arguments.length + 1];
    all[0] = "test";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    CommandLine line = VpcrigCommand.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(all);
  }
}
