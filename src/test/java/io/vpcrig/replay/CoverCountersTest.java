package io.vpcrig.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vpcrig.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code cover} counts of rules is what {@code replay} counts of them. */
class CoverCountersTest {
  /** A list with rules of several kinds for every tier of a fitting VPC. */
  private static final String LIST =
      """
      acls:
        some:
          - {number: 1, protocol: tcp, ports: 80-443, cidr: 0.0.0.0/0}
          - {number: 2, protocol: udp, ports: 53, cidr: 0.0.0.0/0}
          - {number: 3, protocol: icmp, cidr: 0.0.0.0/0}
          - {number: 4, direction: egress, action: deny, protocol: tcp, ports: 25, cidr: 0.0.0.0/0}
          - {number: 5, direction: egress, protocol: all, cidr: 0.0.0.0/0}
      """;

  @TempDir Path directory;

  @Test
  void ofTheShippedCaptures() throws IOException {
    long packets = 0;
    for (String name : ShippedCases.ALL.keySet()) {
      packets += compare(ShippedCases.VPC, ShippedCases.input(name));
    }
    assertTrue(packets > 100, packets + " packets of rules");
  }

  @Test
  void ofRealCaptures() throws IOException {
    Path root = TestData.sharedOrSkip("captures");
    long packets = 0;
    for (String folder : new String[] {"tcp", "icmp", "vlan", "vxlan", "fragments"}) {
      try (Stream<Path> files = Files.list(root.resolve(folder))) {
        for (Path file : files.sorted().toList()) {
          Path vpc = directory.resolve("vpc.yaml");
          Files.writeString(
              vpc, FittingVpc.of(file).replace("acl: default_allow", "acl: some") + LIST);
          packets += compare(vpc.toString(), file.toString());
        }
      }
    }
    assertTrue(packets > 400, packets + " packets of rules");
  }

  /** Returns the packets that the rules counted together. */
  private static long compare(String vpc, String capture) throws IOException {
    CommandRun replay = CommandRun.of("replay", vpc, capture, "--format=json", "--progress=none");
    CommandRun cover = CommandRun.of("cover", vpc, capture, "--format=json");
    assertEquals(replay.exit(), cover.exit(), capture + cover.err());
    if (replay.out().isEmpty() || cover.out().isEmpty()) {
      return 0;
    }
    Map<String, Long> want = rules(replay);
    Map<String, Long> got = rules(cover);
    want.keySet().removeIf(name -> name.startsWith("default_"));
    assertEquals(want, got, capture);
    return got.values().stream().mapToLong(Long::longValue).sum();
  }

  private static Map<String, Long> rules(CommandRun run) throws IOException {
    Map<String, Long> rules = new TreeMap<>();
    for (JsonNode rule : new ObjectMapper().readTree(run.out()).get("rules")) {
      rules.put(
          rule.get("list").asText() + "#" + rule.get("number").asInt(),
          rule.get("packets").asLong());
    }
    return rules;
  }
}
