package io.vpcrig.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.testing.FrameBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code replay --map} and {@code --anonymize}: a capture of another network in the VPC. */
class ReplayMapTest {
  private static final long GATEWAY = 0x00_1b_21_00_00_feL;
  private static final long WEB_MAC = 0x00_1b_21_00_00_0aL;
  private static final long APP_MAC = 0x00_1b_21_00_00_14L;

  private static final String VPC =
      """
      vpc: {name: shop, cidr: 10.10.0.0/16}
      segments:
        public: {vlan: 100, subnet: 203.0.113.0/24, address: 203.0.113.10, gateway: 203.0.113.1}
      tiers:
        web: {gateway: 10.10.1.1/24, vlan: 101, acl: web}
        app: {gateway: 10.10.2.1/24, vlan: 102}
      acls:
        web:
          - {number: 10, direction: ingress, action: allow, protocol: tcp, ports: 443, cidr: 0.0.0.0/0}
      hosts:
        web1: {tier: web, address: 10.10.1.10, mac: "02:00:0a:0a:01:0a"}
      """;

  @TempDir private Path directory;
  private Path vpc;

  @BeforeEach
  void writeVpc() throws IOException {
    vpc = Files.writeString(directory.resolve("vpc.yaml"), VPC);
  }

  /**
   * Two hosts of two subnets by way of a gateway, one asking the Internet, and an answer from
   * there.
   */
  private static List<byte[]> traffic(String web, String app, String gateway, boolean tagged) {
    List<FrameBuilder> frames =
        List.of(
            FrameBuilder.arp(1, web, gateway).macs(WEB_MAC, 0xffff_ffff_ffffL),
            FrameBuilder.arp(2, gateway, web).macs(GATEWAY, WEB_MAC),
            FrameBuilder.tcp(web, 40_000, app, 443).flags(2).macs(WEB_MAC, GATEWAY),
            FrameBuilder.tcp(web, 40_001, app, 443).flags(2).macs(WEB_MAC, GATEWAY),
            FrameBuilder.tcp(web, 40_002, app, 443).flags(2).macs(WEB_MAC, GATEWAY),
            FrameBuilder.tcp(app, 50_000, web, 443).flags(2).macs(APP_MAC, GATEWAY),
            FrameBuilder.tcp(app, 50_000, web, 80).flags(2).macs(APP_MAC, GATEWAY),
            FrameBuilder.udp(web, 5000, "198.51.100.7", 53).payload(30).macs(WEB_MAC, GATEWAY),
            FrameBuilder.udp("198.51.100.7", 53, web, 5000).payload(9).macs(GATEWAY, WEB_MAC),
            FrameBuilder.udp("192.0.2.77", 53, web, 5001).payload(9).macs(GATEWAY, WEB_MAC));
    return frames.stream().map(f -> tagged ? f.vlan(77).build() : f.build()).toList();
  }

  private Path capture(String name, List<byte[]> frames) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(1 << 16);
    out.putInt(0xa1b2c3d4).putShort((short) 2).putShort((short) 4).putLong(0);
    out.putInt(262_144).putInt(1);
    for (int k = 0; k < frames.size(); k++) {
      byte[] frame = frames.get(k);
      out.putInt(1_000 + k).putInt(0).putInt(frame.length).putInt(frame.length).put(frame);
    }
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return Files.write(directory.resolve(name), bytes);
  }

  /** The verdicts of a replay, a line for each frame. */
  private String verdicts(Path capture, String... options) throws IOException {
    Path out = directory.resolve("verdicts.jsonl");
    String[] arguments = new String[5 + options.length];
    System.arraycopy(
        new String[] {"replay", vpc.toString(), capture.toString(), "--verdicts", out.toString()},
        0,
        arguments,
        0,
        5);
    System.arraycopy(options, 0, arguments, 5, options.length);
    CommandRun run = CommandRun.of(arguments);
    assertEquals(0, run.exit(), run.err());
    return Files.readString(out);
  }

  private CommandRun replay(Path capture, String... options) {
    String[] arguments = new String[3 + options.length];
    arguments[0] = "replay";
    arguments[1] = vpc.toString();
    arguments[2] = capture.toString();
    System.arraycopy(options, 0, arguments, 3, options.length);
    return CommandRun.of(arguments);
  }

  private Path mapFile(String text) throws IOException {
    return Files.writeString(directory.resolve("map.yaml"), text);
  }

  @Test
  void aMappedCaptureIsDecidedAsTheVpcsOwnWouldBe() throws IOException {
    Path own = capture("own.pcap", traffic("10.10.1.10", "10.10.2.20", "10.10.1.1", false));
    Path foreign = capture("far.pcap", traffic("192.168.7.50", "172.16.0.20", "192.168.7.1", true));
    Path map =
        mapFile(
            """
            - {from: 192.168.7.50, to: web1}
            - {from: 192.168.7.10, to: 10.10.1.50}
            - {from: 192.168.7.0/24, to: web}
            - {from: 172.16.0.0/24, to: app}
            - {from: "00:1b:21:00:00:0a", to: web1}
            """);
    String expected = verdicts(own);
    assertTrue(expected.contains("\"verdict\":\"forward\""), expected);
    assertTrue(expected.contains("\"verdict\":\"drop\""), expected);
    assertEquals(expected, verdicts(foreign, "--map", map.toString()));
    Path json =
        mapFile(
            """
            [{"from": "192.168.7.50/32", "to": "10.10.1.10/32"},
             {"from": "192.168.7.10/32", "to": "10.10.1.50/32"},
             {"from": "192.168.7.0/24", "to": "10.10.1.0/24"},
             {"from": "172.16.0.0/24", "to": "10.10.2.0/24"}]
            """);
    assertEquals(expected, verdicts(foreign, "--map", json.toString(), "--workers", "2"));
  }

  @Test
  void theGuessedMapIsWrittenAndDoesTheSameAgain() throws IOException {
    Path foreign =
        capture("far.pcap", traffic("192.168.7.50", "172.16.0.20", "192.168.7.254", false));
    Path own = capture("own.pcap", traffic("10.10.1.50", "10.10.2.20", "10.10.1.1", false));
    Path map = directory.resolve("guess.yaml");
    String guessed = verdicts(foreign, "--map", "auto", "--map-out", map.toString());
    assertEquals(verdicts(own), guessed);
    String text = Files.readString(map);
    assertTrue(text.contains("- {from: 192.168.7.0/24, to: web} # 5 frames"), text);
    assertTrue(text.contains("- {from: 172.16.0.0/24, to: app} # 2 frames"), text);
    assertTrue(text.contains("- {from: 192.168.7.254, to: 10.10.1.1}"), text);
    assertTrue(text.contains("# gateway: 00:1b:21:00:00:fe"), text);
    assertEquals(guessed, verdicts(foreign, "--map", map.toString()));
    CommandRun shown = replay(foreign, "--map", "auto");
    assertEquals(text, shown.err());
  }

  @Test
  void whatIsTheVpcsOwnAlreadyIsGuessedToStay() throws IOException {
    Path own = capture("own.pcap", traffic("10.10.1.10", "10.10.2.20", "10.10.1.1", false));
    assertEquals(verdicts(own), verdicts(own, "--map", "auto"));
  }

  @Test
  void anonymizingChangesOutsideAddressesOnly() throws IOException {
    Path own = capture("own.pcap", traffic("10.10.1.10", "10.10.2.20", "10.10.1.1", false));
    String plain = verdicts(own);
    String one = verdicts(own, "--anonymize", "a seed");
    assertFalse(one.contains("198.51.100.7") || one.contains("192.0.2.77"), one);
    String outside = "\\b(?!10\\.|203\\.)\\d+\\.\\d+\\.\\d+\\.\\d+";
    assertEquals(plain.replaceAll(outside, "*"), one.replaceAll(outside, "*"));
    assertEquals(one, verdicts(own, "--anonymize", "a seed"));
    Path foreign = capture("far.pcap", traffic("192.168.7.10", "172.16.0.20", "192.168.7.1", true));
    Path map = mapFile("[{from: 192.168.7.0/24, to: web}, {from: 172.16.0.0/24, to: app}]");
    assertEquals(one, verdicts(foreign, "--map", map.toString(), "--anonymize", "a seed"));
  }

  private void assertRefused(Path capture, String sentence, String... options) {
    CommandRun run = replay(capture, options);
    assertEquals(2, run.exit(), run.err());
    assertTrue(run.err().contains(sentence), run.err());
  }

  @Test
  void wrongMapsAreRefusedWithTheirPlace() throws IOException {
    Path own = capture("own.pcap", traffic("10.10.1.10", "10.10.2.20", "10.10.1.1", false));
    String map =
        mapFile("- {from: 1.2.3.0/24, to: wep}\n- {from: 1.0.0.0/8, to: app}\n").toString();
    assertRefused(own, "map.yaml:1", "--map", map);
    assertRefused(own, "did you mean 'web'", "--map", map);
    assertRefused(own, "map.yaml:2", "--map", map);
    mapFile("- {from: 1.2.3.0/24, to: web}\n- {from: 1.2.4.0/24, to: web}\n");
    assertRefused(own, "two addresses would become one", "--map", map);
    mapFile("- {from: 1.2.3.0/24, to: web}\n");
    assertRefused(own, "frame 1: --map: the capture has 10.10.1.10, which the map", "--map", map);
    mapFile("- {from: 1.2.3.4/24, to: web}\n");
    assertRefused(own, "has host bits; write 1.2.3.0/24", "--map", map);
    mapFile("- {from: 1.2.3.4, to: 5.6.7.0/24}\n- {form: 1.2.3.4, to: app}\n");
    assertRefused(own, "legal: the same length", "--map", map);
    assertRefused(own, "unknown key 'form'", "--map", map);
    mapFile("[]\n");
    assertRefused(own, "the map is empty", "--map", map);
    assertRefused(own, "--map-out needs --map auto", "--map", map, "--map-out", "x");
    assertRefused(own, "there is no such file", "--map", directory.resolve("none").toString());
    CommandRun piped = CommandRun.of("replay", vpc.toString(), "-", "--map", "auto");
    assertEquals(2, piped.exit());
    assertTrue(piped.err().contains("--map auto needs captures that can be read again"));
  }
}
