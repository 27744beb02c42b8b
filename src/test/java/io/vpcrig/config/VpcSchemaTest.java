package io.vpcrig.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the JSON Schema and the reader together. */
class VpcSchemaTest {
  private static final Schema SCHEMA = load();

  private static final String WHOLE =
      """
      vpc: {name: v, cidr: 10.10.0.0/16, semantics: shipped}
      segments: {public: {vlan: 100, subnet: 203.0.113.0/24, address: 203.0.113.10, gateway: 203.0.113.1}}
      tiers: {web: {gateway: 10.10.1.1/24, vlan: 101, outer-vlan: 7, acl: web, mac: "02:00:00:00:00:01"}}
      vxlan: {port: 4789, accept-ports: [4789], local: 192.0.2.1}
      acls: {web: [{number: 1, direction: egress, action: deny, protocol: tcp, ports: 80-81, cidr: [10.0.0.0/8], reason: r}, {number: 2, protocol: icmp, icmp-type: 8, icmp-code: 0}]}
      hosts: {web1: {tier: web, address: 10.10.1.10, mac: "02:00:00:00:00:02"}}
      source-nat: [203.0.113.10]
      static-nat: [{public: 203.0.113.12, host: web1}]
      port-forwarding: [{public: 203.0.113.11, protocol: udp, ports: 53, address: 10.10.1.11, to: 54, cidrs: 0.0.0.0/0}]
      load-balancing: [{name: shop, public: 203.0.113.11, protocol: tcp, port: 80, to: 8080, algorithm: source, tier: web, members: [web1, {address: 10.10.1.11, weight: 3}], cidrs: 0.0.0.0/0, source: client, stickiness: {method: source, table-size: 1k, expire: 2h}, health: {fails: 2, silent: 1s, down: 1m}}, {name: inside, address: 10.10.1.200, port: 80, tier: web}]
      private-gateways: [{name: dc, vxlan: 300, address: 192.168.50.2/24, gateway: 192.168.50.1, acl: web, source-nat: true}]
      static-routes: [{cidr: 172.20.0.0/16, gateway: dc}]
      redundancy: {segment: web, address: 10.10.1.2, id: 51, version: 2, priority: 101, interval: 1s, preempt: true, preempt-delay: 30s, authentication: ah, secret: hello, virtual-mac: true}
      """;

  @TestFactory
  Stream<DynamicTest> everyExampleFitsTheSchemaAndIsRead() throws IOException {
    List<Path> examples = examples();
    assertTrue(examples.size() >= 2, "examples not found: " + examples);
    return examples.stream()
        .map(
            file ->
                DynamicTest.dynamicTest(
                    file.toString(),
                    () -> {
                      assertEquals(
                          List.of(), SCHEMA.validate(Files.readString(file), InputFormat.YAML));
                      assertEquals(0, VpcFile.check(file).errors(), file::toString);
                    }));
  }

  @Test
  void theSchemaTakesEveryField() {
    assertEquals(List.of(), SCHEMA.validate(WHOLE, InputFormat.YAML));
    assertEquals(0, VpcFile.check(WHOLE, "v").errors());
  }

  /** Each line: what to replace in the whole text, and by what; both judges must refuse it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "vpc: {name: v -> vpc: {name: 'v w'",
        "cidr: 10.10.0.0/16 -> cidr: 10.10.0.0/33",
        "cidr: 10.10.0.0/16 -> cidr: 10.10.0.0",
        "semantics: shipped -> semantics: other",
        "semantics: shipped -> colour: red",
        "vxlan: {port -> vxlan: {prot",
        "port: 4789, -> port: 0,",
        "accept-ports: [4789] -> accept-ports: []",
        "local: 192.0.2.1 -> local: 192.0.2",
        "vlan: 100 -> vlan: 4095",
        "vlan: 100 -> vlan: 0",
        "vlan: 100 -> vxlan: 16777215",
        "vlan: 100, -> ",
        "vlan: 100 -> vlan: 100, vxlan: 5",
        "vlan: 100 -> vxlan: 100, outer-vlan: 5",
        "vlan: 100 -> untagged: false",
        "vlan: 100 -> untagged: maybe",
        "subnet: 203.0.113.0/24, -> ",
        "address: 203.0.113.10, -> ",
        "gateway: 10.10.1.1/24, -> ",
        "gateway: 10.10.1.1/24 -> gateway: 10.10.1.1",
        "02:00:00:00:00:01 -> 01:00:00:00:00:01",
        "02:00:00:00:00:01 -> 02:00:00:00:00",
        "acls: {web -> acls: {default_deny",
        "number: 1, -> ",
        "number: 1, -> number: 0,",
        "direction: egress -> direction: out",
        "action: deny -> action: drop",
        "protocol: tcp, ports -> ports",
        "protocol: tcp, ports -> protocol: tpc, ports",
        "protocol: tcp, ports -> protocol: 256, ports",
        "protocol: tcp, ports -> protocol: all, ports",
        "protocol: tcp, ports -> protocol: 1, ports",
        "protocol: icmp -> protocol: udp",
        "ports: 80-81 -> ports: 80+81",
        "ports: 80-81 -> ports: 65536",
        "icmp-type: 8 -> icmp-type: 256",
        "icmp-code: 0 -> icmp-code: 17",
        "cidr: [10.0.0.0/8] -> cidr: []",
        "cidr: [10.0.0.0/8] -> cidr: [10.0.0/8]",
        "cidr: [10.0.0.0/8] -> cidr: '::/0'",
        "tier: web, address -> address",
        "source-nat: [203.0.113.10] -> source-nat: 203.0.113.10",
        "host: web1}] -> host: web1, address: 10.10.1.10}]",
        ", host: web1}] -> }]",
        "protocol: udp -> protocol: icmp",
        "name: shop, -> ",
        "port: 80, -> port: 80-81,",
        "algorithm: source -> algorithm: best",
        "members: [web1, -> members: [[web1],",
        "weight: 3 -> weight: 257",
        "weight: 3 -> wait: 3",
        "{address: 10.10.1.11, weight -> {weight",
        "{address: 10.10.1.11 -> {host: web1, address: 10.10.1.11",
        "source: client -> source: guest",
        "method: source -> method: cookie",
        "method: source, -> ",
        "table-size: 1k -> table-size: 1g",
        "table-size: 1k -> table-size: 0",
        "expire: 2h -> expire: 2w",
        "fails: 2 -> fails: 0",
        "silent: 1s -> silent: 1",
        "down: 1m -> up: 1m",
        "name: inside, address: 10.10.1.200, -> name: inside,",
        "address: 10.10.1.200, -> address: 10.10.1.200, public: 203.0.113.11,",
        "source-nat: true -> source-nat: maybe",
        "name: dc, -> ",
        "gateway: dc}] -> gateway: dc, metric: 1}]",
        ", gateway: dc}] -> }]",
        "static-routes: [ -> static-routes: {a: b} #",
        "address: 10.10.1.2, id -> address: 10.10.1, id",
        "id: 51 -> id: 256",
        "version: 2 -> version: 4",
        "priority: 101 -> priority: 0",
        "interval: 1s -> interval: 1",
        "preempt: true -> preempt: maybe",
        "preempt-delay: 30s -> preempt-delay: 30",
        "authentication: ah -> authentication: md5",
        "secret: hello -> secret: ''",
        "virtual-mac: true -> virtual-mac: 1",
        "redundancy: {segment -> redundancy: {segments",
        "hosts: { -> hosts: [] #",
        "vpc: {name -> vcp: {name"
      })
  void theSchemaRefusesWhatTheReaderRefuses(String change) {
    String[] sides = change.split("->", 2);
    String from = sides[0].strip();
    String to = sides[1].strip();
    assertTrue(WHOLE.contains(from), () -> "'" + from + "' is not in the text");
    String text = WHOLE.replace(from, to);
    assertTrue(VpcFile.check(text, "v").errors() > 0, () -> "the reader takes\n" + text);
    assertFalse(
        SCHEMA.validate(text, InputFormat.YAML).isEmpty(), () -> "the schema takes\n" + text);
  }

  private static List<Path> examples() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/resources"));
        Stream<Path> shipped =
            Files.isDirectory(Path.of("pcaps")) ? Files.walk(Path.of("pcaps")) : Stream.of()) {
      Stream<Path> tests =
          files.filter(
              file -> {
                String name = file.getFileName().toString();
                return name.endsWith(".yaml")
                    && (name.startsWith("vpc")
                        || file.getParent().getFileName().toString().equals("vpc"));
              });
      return Stream.concat(tests, shipped.filter(file -> file.endsWith("vpc.yaml"))).toList();
    }
  }

  private static Schema load() {
    try (InputStream in = VpcFile.class.getResourceAsStream("vpc.schema.json")) {
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
