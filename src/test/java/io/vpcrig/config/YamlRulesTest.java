package io.vpcrig.config;

import static io.vpcrig.config.Refusals.BASE;
import static io.vpcrig.config.Refusals.accepts;
import static io.vpcrig.config.Refusals.refuses;
import static io.vpcrig.config.Refusals.refusesAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Vpc;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/**
 * What a VPC file must be before it means anything: YAML within bounds, known keys, right types.
 */
class YamlRulesTest {
  @Test
  void tellsEveryProblemOfAFile() {
    var messages =
        refusesAll(
            """
            vpc: {name: v, cidr: §10.10.0.0/33}
            segments:
              public: {vlan: §0, subnet: 203.0.113.0/24, address: §203.0.114.10}
            tiers:
              web: §{gateway: 10.10.1.1/24, §vxln: 5001, acl: §wbe, mac: §2}
              app: {gateway: §10.10.1.9/25, vlan: 102}
            acls:
              web:
                - {number: 10, protocol: tcp, ports: §443-80}
                - {number: §10, protocol: §tpc}
            hosts: {web1: {tier: §wep, address: 10.10.1.10}}
            static-routes: [{cidr: 172.20.0.0/16, gateway: §dc}]
            """);
    assertEquals(13, messages.size());
  }

  @Test
  void refusesTextThatIsNoYaml() {
    refuses("vpc: {name: v, cidr: 10.10.0.0/16\ntiers§: {}\n", "", "not YAML", "',' or '}'");
  }

  @Test
  void refusesATabForIndentation() {
    refuses("vpc:\n§\tname: v\n", "", "not YAML", "found character '\\t(TAB)'");
  }

  @Test
  void refusesASecondDocument() {
    refuses(BASE + "§---\nvpc: {}\n", "", "not YAML", "single document");
  }

  @Test
  void refusesAControlCharacter() {
    refuses("vpc: {name: a§\u0001b}\n", "", "U+0001 is not allowed");
  }

  @Test
  void refusesAnEmptyFile() {
    String message = VpcFile.check("# nothing\n", "vpc.yaml").problems().getFirst().toString();
    assertTrue(message.startsWith("vpc.yaml: error: the file is empty; a VPC file has"), message);
  }

  @Test
  void refusesBytesThatAreNotUtf8() {
    byte[] latin = "vpc:\n  name: caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1);
    String message = VpcFile.check(latin, "vpc.yaml").problems().getFirst().toString();
    assertEquals("vpc.yaml:2:12: error: byte 0xe9 is not UTF-8; save the file as UTF-8", message);
  }

  @Test
  void readsAByteOrderMark() {
    accepts("\ufeff" + BASE);
  }

  @Test
  void refusesAFileThatIsTooLong() {
    byte[] huge = new byte[YamlText.MAX_BYTES + 1];
    String message = VpcFile.check(huge, "vpc.yaml").problems().getFirst().message();
    assertEquals("the file has 16777217 bytes, legal up to 16777216; split the VPC", message);
  }

  @Test
  void refusesAliasesThatMultiply() {
    StringBuilder text =
        new StringBuilder("vpc: {name: v, cidr: 10.0.0.0/8}\nbomb:\n  - &a0 [x]\n");
    for (int i = 1; i <= 24; i++) {
      text.append("  - &a%d [*a%d, *a%d]%n".formatted(i, i - 1, i - 1));
    }
    Assertions.assertTimeout(
        Duration.ofSeconds(5),
        () -> {
          String message = VpcFile.check(text.toString(), "v").problems().getFirst().message();
          assertTrue(message.contains("more than 2000000 values"), message);
        });
  }

  @Test
  void refusesMoreAliasesThanItsBound() {
    String text = "a: &a [1]\nb: [" + "*a, ".repeat(60) + "]\n";
    String message = VpcFile.check(text, "v").problems().getFirst().message();
    assertTrue(message.contains("aliases"), message);
  }

  @Test
  void refusesAnAliasThatContainsItself() {
    String message = VpcFile.check("vpc: &a {name: *a}\n", "v").problems().getFirst().message();
    assertTrue(message.contains("contains itself"), message);
  }

  @Test
  void refusesDeepNesting() {
    String message = VpcFile.check("[".repeat(100_000), "v").problems().getFirst().toString();
    assertTrue(message.startsWith("v:1:65: error: not YAML: nested more than 64 levels"), message);
  }

  @Test
  void understandsAliases() {
    Vpc vpc =
        accepts(
            """
            vpc: {name: v, cidr: 10.10.0.0/16}
            tiers: {web: {gateway: 10.10.1.1/24, vlan: 101, acl: a}, app: {gateway: 10.10.2.1/24, vlan: 102, acl: b}}
            acls: {a: &same [{number: 1, protocol: all}], b: *same}
            """);
    assertEquals(vpc.list("a").rules(), vpc.list("b").rules());
  }

  @Test
  void refusesUnknownKeysWithTheNearest() {
    refuses(
        BASE + "§port-forwardings: []\n",
        "port-forwardings",
        "unknown key 'port-forwardings'; did you mean 'port-forwarding'?");
  }

  @Test
  void refusesUnknownKeysWithWhatThereIs() {
    refuses(
        "vpc: {name: v, cidr: 10.10.0.0/16, §colour: red}\n",
        "vpc.colour",
        "unknown key 'colour'; there are name, cidr, semantics");
  }

  @Test
  void reportsAMisspeltKeyOnce() {
    refuses("vpc: {name: v, §cdir: 10.10.0.0/16}\n", "vpc.cdir", "did you mean 'cidr'?");
  }

  @Test
  void reportsMisspeltKeysOfEverySectionOnce() {
    refusesAll(
        """
        vpc: {name: v, cidr: 10.10.0.0/16}
        tiers: {t: {§gatewy: 10.10.1.1/24, vlan: 1}}
        acls: {a: [{§numbr: 1, §protcol: tcp}]}
        hosts: {h: {§teir: t, §adress: 10.10.1.5}}
        port-forwarding: [{§publc: 1.2.3.4, §protcol: tcp, §port: 5, host: h}]
        load-balancing: [{§nam: a, §publc: 1.2.3.4, §prt: 5, §teir: t}]
        vxlan: {§prot: 5}
        private-gateways: [{§nam: dc, vlan: 3, §adress: 192.168.1.2/24, §gatway: 192.168.1.1}]
        static-routes: [{§cdir: 172.16.0.0/12, §gatewy: dc}]
        """);
  }

  @Test
  void refusesMergeKeysAsUnknown() {
    refuses(
        "vpc: &v {name: v, cidr: 10.10.0.0/16}\ntiers:\n  web: {gateway: 10.10.1.1/24, vlan: 1,"
            + " §<<: *v}\n",
        "tiers.web.<<",
        "unknown key '<<'");
  }

  @Test
  void refusesAKeyGivenTwice() {
    refuses(
        BASE + "source-nat: []\n§source-nat: []\n",
        "source-nat",
        "key 'source-nat' stands here twice, first on line 11; remove one");
  }

  @Test
  void refusesATierGivenTwice() {
    refuses(
        """
        vpc: {name: v, cidr: 10.10.0.0/16}
        tiers:
          web: {gateway: 10.10.1.1/24, vlan: 101}
          §web: {gateway: 10.10.2.1/24, vlan: 102}
        """,
        "tiers.web",
        "key 'web' stands here twice, first on line 3; remove one");
  }

  @Test
  void refusesAListWhereAMappingBelongs() {
    refuses(
        "vpc: {name: v, cidr: 10.10.0.0/16}\ntiers: §[]\n",
        "tiers",
        "this is a list, legal: a mapping");
  }

  @Test
  void refusesAMappingWhereAListBelongs() {
    refuses(BASE + "source-nat: §{}\n", "source-nat", "this is a mapping, legal: a list");
  }

  @Test
  void refusesAMappingWhereAValueBelongs() {
    refuses("vpc: {name: §{a: b}, cidr: 10.10.0.0/16}\n", "vpc.name", "legal: one value");
  }

  @Test
  void refusesAKeyThatIsAMapping() {
    refuses(BASE + "§{a: b}: c\n", "?", "a key is a mapping, legal: a text");
  }

  @Test
  void refusesAValueLeftEmpty() {
    refuses("vpc:\n  name: v\n  cidr:§\n", "vpc.cidr", "has no value; give it one or leave it out");
  }

  @Test
  void takesAnEmptySectionForNone() {
    accepts("vpc: {name: v, cidr: 10.10.0.0/16}\ntiers:\nacls: ~\nstatic-nat:\n");
  }

  @Test
  void refusesAVpcFileWithoutVpc() {
    refuses("§tiers: {}\n", "", "'vpc' is missing; add vpc: {name: NAME, cidr: CIDR}");
  }

  @Test
  void refusesAnEmptyVpcSection() {
    refuses("vpc:§\n", "vpc", "this is empty, legal: a mapping with name, cidr, semantics");
  }

  @Test
  void refusesNamesThatAFlowCouldMistake() {
    refuses(
        "vpc: {name: v, cidr: 10.10.0.0/16}\nhosts: {}\ntiers:\n  §10.10.1.0: {gateway:"
            + " 10.10.1.1/24, vlan: 101}\n",
        "tiers.10.10.1.0",
        "name '10.10.1.0', legal are 1..63 letters");
  }

  @Test
  void doesNotReadALeadingZeroAsOctal() {
    refuses(
        "vpc: {name: v, cidr: 10.10.0.0/16}\ntiers:\n  web: {gateway: 10.10.1.1/24, vlan: §0101}\n",
        "tiers.web.vlan",
        "VLAN '0101' begins with 0; write 101");
  }

  @Test
  void refusesHexadecimalNumbers() {
    refuses(
        "vpc: {name: v, cidr: 10.10.0.0/16}\ntiers:\n  web: {gateway: 10.10.1.1/24, vlan: §0x65}\n",
        "tiers.web.vlan",
        "VLAN '0x65', legal 1..4094; write a whole decimal number");
  }

  @Test
  void readsAnUnquotedMacAddressAsItIsWritten() {
    Vpc vpc =
        accepts(
            "vpc: {name: v, cidr: 10.10.0.0/16}\ntiers:\n  web: {gateway: 10.10.1.1/24, vlan: 101,"
                + " acl: default_deny, mac: 12:34:56:00:01:02}\n");
    assertEquals("12:34:56:00:01:02", Ipv4Text.formatMac(vpc.tiers().getFirst().routerMac()));
  }

  @Test
  void readsNumbersWithAndWithoutQuotes() {
    Vpc vpc =
        accepts(
            """
            vpc: {name: v, cidr: 10.10.0.0/16}
            tiers: {web: {gateway: 10.10.1.1/24, vlan: "101", acl: a}}
            acls: {a: [{number: "1", protocol: tcp, ports: 22}, {number: 2, protocol: "17", ports: "22-23", cidr: 10.0.0.1}]}
            """
                .replace(", ports: \"22-23\"", ""));
    assertEquals(new Encapsulation.Vlan(101), vpc.tiers().getFirst().encapsulation());
    assertEquals(Optional.of(new PortRange(22, 22)), vpc.list("a").rules().getFirst().ports());
    assertEquals(17, vpc.list("a").rules().get(1).protocol());
    assertTrue(vpc.list("a").rules().get(1).protocolByNumber());
  }

  @Test
  void refusesOtherWordsForTrueAndFalse() {
    refuses(
        "vpc: {name: v, cidr: 10.10.0.0/16}\ntiers:\n  web: {gateway: 10.10.1.1/24, vlan: 1,"
            + " untagged: §no}\n",
        "tiers.web.untagged",
        "'no', legal true and false");
  }

  @Test
  void endsItsReportAfterAThousandProblems() {
    StringBuilder text = new StringBuilder("vpc: {name: v, cidr: 10.10.0.0/16}\n");
    for (int i = 0; i < 1500; i++) {
      text.append("unknown").append(i).append(": 1\n");
    }
    var problems = VpcFile.check(text.toString(), "v").problems();
    assertEquals(1001, problems.size());
    assertEquals("500 more problems are not shown, legal up to 1000", problems.getLast().message());
  }

  @Test
  void refusesAFileThatIsNotThere() {
    String message =
        VpcFile.check("no/such.yaml", InputStream.nullInputStream())
            .problems()
            .getFirst()
            .toString();
    assertEquals("no/such.yaml: error: there is no such file; check the path", message);
  }

  @Test
  void readsStandardInput() throws Exception {
    var in = new ByteArrayInputStream(BASE.getBytes(StandardCharsets.UTF_8));
    assertEquals("stdin:5", VpcFile.read("-", in).tiers().getFirst().origin().toString());
  }
}
