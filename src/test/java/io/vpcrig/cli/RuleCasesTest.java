package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code test} of files that begin with {@code rules:}. */
class RuleCasesTest {
  private static final String RULES =
      """
      access-list 101 permit tcp 10.0.0.0 0.255.255.255 any eq 443
      access-list 101 deny udp any any range 100 200
      access-list 101 permit udp any host 10.1.1.1
      access-list 101 permit icmp any any echo
      """;

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("rules"), RULES);
  }

  private int cases(String tests, String... options) throws IOException {
    return file("rules: rules\ncases:\n" + tests.indent(2), options);
  }

  private int file(String text, String... options) throws IOException {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    Path file = Files.writeString(folder.resolve("cases.yaml"), text);
    String[] all = new String[options.length + 2];
    all[0] = "test";
    all[1] = file.toString();
    System.arraycopy(options, 0, all, 2, options.length);
    return VpcrigCommand.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all);
  }

  @Test
  void flowsAreJudgedByTheList() throws IOException {
    assertEquals(0, cases("- {allow: 'tcp 10.1.2.3:5 > 1.1.1.1:443'}"), err::toString);
    assertEquals(1, cases("- {allow: 'tcp 11.1.2.3:5 > 1.1.1.1:443'}"));
    assertTrue(out.toString().contains("expected allow, is deny by the default of 101: tcp 11."));
    assertEquals(1, cases("- {allow: 'udp 11.1.2.3:5 > 10.1.1.1:200'}"));
    assertTrue(out.toString().contains("is deny by rule"), out::toString);
    assertTrue(out.toString().contains("rules:2)"), out::toString);
    assertEquals(0, cases("- {allow: 'icmp 1.1.1.1 > 2.2.2.2 echo-request'}"));
    assertEquals(0, cases("- {deny: 'icmp 1.1.1.1 > 2.2.2.2 echo-reply'}"));
  }

  @Test
  void theDecidingRuleIsCompared() throws IOException {
    assertEquals(1, cases("- {deny: 'udp 1.1.1.1:5 > 1.1.1.1:100', rule: other}"));
    String rule =
        out.toString().replaceAll("(?s).*rule: expected other, is rule ([^(]+) \\(.*", "$1");
    assertEquals(0, cases("- {deny: 'udp 1.1.1.1:5 > 1.1.1.1:100', rule: '" + rule + "'}"));
    assertEquals(1, cases("- {deny: 'udp 1.1.1.1:5 > 1.1.1.1:99', rule: '" + rule + "'}"));
  }

  @Test
  void setsAreProvedAndOneMemberThatDiffersFailsTheCase() throws IOException {
    assertEquals(0, cases("- {allow: 'tcp 10.0.0.0/8:0-65535 > any:443'}", "-v"));
    assertTrue(out.toString().contains("all of it, 4,722,366,482,869,645,213,696 headers"));
    assertEquals(1, cases("- {allow: 'tcp 10.0.0.0/7:0-65535 > any:443'}"));
    assertTrue(out.toString().contains("is deny by the default of 101: tcp 11.0.0.0:0"));
    assertEquals(0, cases("- {deny: 'tcp,udp 11.0.0.0/8 > any:100-200'}"));
    assertEquals(1, cases("- {deny: 'tcp,udp 11.0.0.0/8 > any:100-201'}"));
    assertTrue(out.toString().contains("> 10.1.1.1:201"), out::toString);
    assertEquals(0, cases("- {allow: 'icmp any > any echo-request'}"));
    assertEquals(1, cases("- {allow: 'icmp any > any'}"));
    assertEquals(1, cases("- {deny: 'all any > any'}"));
  }

  @Test
  void whatIsWrongWithAFileIsToldWithItsPlace() throws IOException {
    assertEquals(2, cases("- {allow: 'tcp 1.1.1.1 > 2.2.2.2:1', deny: 'tcp 1.1.1.1 > 2.2.2.2:1'}"));
    assertEquals(2, cases("- {sequence: []}"));
    assertEquals(2, cases("- {allow: 'tcp web > 2.2.2.2:1'}"));
    assertTrue(err.toString().contains("cases.yaml:3:13: error: "), err::toString);
    assertEquals(2, cases("- {allow: 'tcp any > any', rule: 1}"));
    assertEquals(2, cases("- {allow: 'tcp any > any via web'}"));
    assertTrue(err.toString().contains("a rule list knows no segments"), err::toString);
    assertEquals(2, file("rules: absent\ncases: []\n"));
    assertTrue(err.toString().contains("cases.yaml:1:8: error: "), err::toString);
    assertEquals(2, file("rules: rules#102\ncases: []\n"));
    assertTrue(err.toString().contains("has no list '102'"), err::toString);
    assertEquals(2, file("rules: rules\nvpc: vpc.yaml\ncases: []\n"));
    assertEquals(2, file("cases: []\n"));
    assertEquals(4, cases("[]"));
  }

  @Test
  void theSchemaTellsTheTwoKindsOfFilesApart() throws IOException {
    try (InputStream in =
        RuleCasesTest.class.getResourceAsStream("/io/vpcrig/config/cases.schema.json")) {
      var schema =
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
              .getSchema(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      String good = "rules: a#b\nformat: cisco\ncases:\n  - {deny: 'all any > any', rule: x}\n";
      assertEquals(0, schema.validate(good, InputFormat.YAML).size());
      String both = good + "vpc: v\n";
      assertTrue(!schema.validate(both, InputFormat.YAML).isEmpty());
      String none = good.replace("rules: a#b\n", "");
      assertTrue(!schema.validate(none, InputFormat.YAML).isEmpty());
    }
  }
}
