package io.vpcrig.replay;

import io.vpcrig.frame.DamagedInputException;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.LinkType;
import io.vpcrig.io.CaptureReader;
import io.vpcrig.io.Captures;
import io.vpcrig.model.Ipv4Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes a small VPC file that fits a capture: a small tier for each tag seen, around the host that
 * most of its frames come from, and one for each of the commonest other hosts, with everything
 * allowed; a public network behind them. So most frames that are whole go somewhere.
 */
final class FittingVpc {
  private static final int MOST_TIERS = 24;
  private static final int DEFAULT_NETWORK = 0x0a0a_0100;

  /** Tag as the VPC file has it, to frames by source network (/28). */
  private final Map<String, Map<Integer, Integer>> seen = new LinkedHashMap<>();

  private final Map<Integer, Integer> hosts = new HashMap<>();
  private final Map<Integer, Integer> octets = new HashMap<>();

  private FittingVpc() {}

  static String of(Path capture) throws IOException {
    FittingVpc fitting = new FittingVpc();
    try (CaptureReader reader = Captures.open(capture);
        FrameBatch batch = new FrameBatch(256)) {
      while (reader.read(batch) > 0) {
        for (int i = 0; i < batch.size; i++) {
          fitting.look(
              batch.bytes.copy(batch.start[i], Math.min(batch.length[i], 200)), batch.link[i]);
        }
        batch.clear();
      }
    } catch (DamagedInputException e) {
      // What was read before it counts.
    }
    return fitting.text();
  }

  private void look(byte[] frame, int link) {
    switch (link) {
      case LinkType.ETHERNET -> ethernet(frame, 0, "");
      case LinkType.RAW, LinkType.IPV4 -> ipv4(frame, 0, "vlan: 4000");
      case LinkType.LINUX_SLL -> ipv4(frame, 16, "vlan: 4000");
      case LinkType.LINUX_SLL2 -> ipv4(frame, 20, "vlan: 4000");
      default -> {}
    }
  }

  private void ethernet(byte[] frame, int start, String tunnel) {
    List<Integer> ids = new ArrayList<>();
    int at = start + 12;
    while (isTag(u16(frame, at))) {
      if ((u16(frame, at + 2) & 0xfff) != 0) {
        ids.add(u16(frame, at + 2) & 0xfff);
      }
      at += 4;
    }
    String tag =
        switch (ids.size()) {
          case 0 -> tunnel.isEmpty() ? "vlan: 4000" : tunnel;
          case 1 -> "vlan: " + ids.getFirst();
          case 2 -> "outer-vlan: " + ids.get(0) + ", vlan: " + ids.get(1);
          default -> "";
        };
    if (u16(frame, at) == 0x0800 && !tag.isEmpty() && !ids.contains(0xfff)) {
      ipv4(frame, at + 2, tag);
    }
  }

  private void ipv4(byte[] frame, int at, String tag) {
    if (at + 20 > frame.length || frame[at] >>> 4 != 4) {
      return;
    }
    int udp = at + (frame[at] & 15) * 4;
    int port = u16(frame, udp + 2);
    if (frame[at + 9] == 17 && (port == 4789 || port == 8472) && udp + 30 < frame.length) {
      ethernet(
          frame, udp + 16, "vxlan: " + ((u16(frame, udp + 12) << 8) + (frame[udp + 14] & 255)));
      return;
    }
    int source = u16(frame, at + 12) << 16 | u16(frame, at + 14) & 0xfff0;
    int destination = u16(frame, at + 16) << 16 | u16(frame, at + 18) & 0xfff0;
    if (isUnicast(source)) {
      seen.computeIfAbsent(tag, any -> new HashMap<>()).merge(source, 1, Integer::sum);
      octets.merge(source >>> 24, 1, Integer::sum);
      hosts.merge(source, 1, Integer::sum);
    }
    if (isUnicast(destination)) {
      hosts.merge(destination, 1, Integer::sum);
    }
  }

  private String text() {
    int octet = octets.isEmpty() ? 10 : most(octets).getFirst();
    StringBuilder text = new StringBuilder();
    text.append("vpc: {name: fitting, cidr: ").append(octet).append(".0.0.0/8}\n");
    String outside = octet == 203 ? "198.51.100." : "203.0.113.";
    text.append("segments:\n  public: {vlan: 4001, subnet: ")
        .append(outside + "0/24, address: " + outside + "10, gateway: " + outside + "1}\n")
        .append("tiers:\n");
    Set<Integer> taken = new HashSet<>();
    if (seen.isEmpty()) {
      seen.put("vlan: 4000", Map.of(DEFAULT_NETWORK, 1));
    }
    int tier = 0;
    for (Map.Entry<String, Map<Integer, Integer>> entry : seen.entrySet()) {
      if (tier < MOST_TIERS) {
        int network = network(entry.getValue(), octet, taken);
        text.append(tier(tier++, network, entry.getKey()));
      }
    }
    for (int network : most(hosts)) {
      if (tier < MOST_TIERS && network >>> 24 == octet && taken.add(network)) {
        text.append(tier(tier, network, "vlan: " + (4002 + tier)));
        tier++;
      }
    }
    return text.toString();
  }

  private static String tier(int number, int network, String tag) {
    String gateway = Ipv4Text.format(network + 13);
    return "  t%d: {gateway: %s/28, %s, acl: default_allow}%n".formatted(number, gateway, tag);
  }

  /** The commonest network of a tag that the VPC can have, else one that is free. */
  private static int network(Map<Integer, Integer> frames, int octet, Set<Integer> taken) {
    for (int network : most(frames)) {
      if (network >>> 24 == octet && taken.add(network)) {
        return network;
      }
    }
    int network = octet << 24 | 0x00fa_0000;
    while (!taken.add(network)) {
      network += 16;
    }
    return network;
  }

  private static boolean isUnicast(int address) {
    int octet = address >>> 24;
    return octet > 0 && octet < 224 && octet != 127;
  }

  private static List<Integer> most(Map<Integer, Integer> counts) {
    return counts.entrySet().stream()
        .sorted(
            Map.Entry.<Integer, Integer>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static boolean isTag(int type) {
    return type == 0x8100 || type == 0x88a8 || type == 0x9100;
  }

  /** 0 behind the end. */
  private static int u16(byte[] frame, int at) {
    return at + 2 > frame.length ? 0 : (frame[at] & 255) << 8 | frame[at + 1] & 255;
  }
}
