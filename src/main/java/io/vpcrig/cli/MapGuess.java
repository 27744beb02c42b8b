package io.vpcrig.cli;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSource;
import io.vpcrig.frame.LinkType;
import io.vpcrig.header.Arp;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Vlan;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Guesses which captured subnets are which tiers, and writes it as a {@link
 * io.vpcrig.config.MapFile}.
 *
 * <p>A MAC that sends from several /24s, where others do not, is a gateway. Subnets with senders
 * that are not behind one are local; if some are private (RFC 1918), only those. Local subnets that
 * are a tier's already stay; the others go to the tiers in the order of the VPC file, the busiest
 * first. A gateway's address becomes the router's in its tier; the address that would have become
 * it takes its place.
 */
final class MapGuess {
  /** Frames looked at. */
  static final long FRAMES = 100_000;

  /** Addresses that count; further ones are passed over. */
  private static final int MOST_ADDRESSES = 1 << 18;

  private static final List<Cidr> PRIVATE =
      List.of(
          new Cidr(10 << 24, 8),
          new Cidr(172 << 24 | 16 << 16, 12),
          new Cidr(192 << 24 | 168 << 16, 16));

  private static final List<Cidr> NO_HOSTS =
      List.of(
          new Cidr(0, 8),
          new Cidr(127 << 24, 8),
          new Cidr(169 << 24 | 254 << 16, 16),
          new Cidr(0xe0 << 24, 3));

  /** A sender of the capture. */
  private static final class Sender {
    private final Set<Long> macs = new HashSet<>();
    private long frames;
  }

  private final Map<Integer, Sender> senders = new TreeMap<>();
  private final Map<Long, Set<Integer>> subnetsOfMac = new HashMap<>();
  private final List<String> lines = new ArrayList<>();

  private MapGuess() {}

  /**
   * Reads the begin of a capture.
   *
   * @throws IllegalArgumentException if no subnet of it could be a tier
   */
  static String of(FrameSource source, Vpc vpc) throws IOException {
    MapGuess guess = new MapGuess();
    try (FrameBatch batch = new FrameBatch(256)) {
      for (long left = FRAMES; left > 0 && source.read(batch) > 0; left -= batch.size) {
        for (int i = 0; i < batch.size; i++) {
          guess.look(batch, i);
        }
        if (left > batch.size) {
          batch.clear();
        }
      }
    }
    return guess.text(source.describe(), vpc);
  }

  private void look(FrameBatch batch, int i) {
    Bytes bytes = batch.bytes;
    int at = batch.start[i];
    int end = at + batch.length[i];
    long mac = 0;
    int type = Ethernet.ETHERTYPE_IPV4;
    if (batch.link[i] == LinkType.ETHERNET) {
      if (!Ethernet.isValid(bytes, at, end - at)) {
        return;
      }
      mac = Ethernet.source(bytes, at);
      type = Ethernet.type(bytes, at);
      at += Ethernet.TYPE;
      while (Vlan.isTag(type) && Vlan.isValid(bytes, at, end - at)) {
        type = Vlan.nextType(bytes, at);
        at += Vlan.LENGTH;
      }
      at += Ethernet.LENGTH - Ethernet.TYPE;
    } else if (batch.link[i] != LinkType.RAW && batch.link[i] != LinkType.IPV4) {
      return;
    }
    if (type == Ethernet.ETHERTYPE_IPV4 && Ipv4.isValid(bytes, at, end - at)) {
      sender(Ipv4.source(bytes, at), mac);
    } else if (type == Ethernet.ETHERTYPE_ARP && Arp.isValid(bytes, at, end - at)) {
      sender(Arp.senderAddress(bytes, at), mac);
    }
  }

  private void sender(int address, long mac) {
    if (NO_HOSTS.stream().anyMatch(none -> none.contains(address))) {
      return;
    }
    if (senders.size() < MOST_ADDRESSES || senders.containsKey(address)) {
      Sender sender = senders.computeIfAbsent(address, unused -> new Sender());
      sender.frames++;
      sender.macs.add(mac);
      subnetsOfMac.computeIfAbsent(mac, unused -> new HashSet<>()).add(address & Cidr.mask(24));
    }
  }

  private boolean isGateway(long mac) {
    return subnetsOfMac.size() > 1 && subnetsOfMac.get(mac).size() > 1;
  }

  private static boolean isPrivate(int address) {
    return PRIVATE.stream().anyMatch(cidr -> cidr.contains(address));
  }

  /** Addresses that no tier has got yet. */
  private Set<Integer> local() {
    Set<Integer> local = new TreeSet<>();
    senders.forEach(
        (address, sender) -> {
          if (!sender.macs.stream().allMatch(this::isGateway)) {
            local.add(address);
          }
        });
    if (local.stream().anyMatch(MapGuess::isPrivate)) {
      local.removeIf(address -> !isPrivate(address));
    }
    return local;
  }

  private String text(String capture, Vpc vpc) {
    Set<Integer> left = local();
    List<Segment.Tier> free = new ArrayList<>();
    for (Segment.Tier tier : vpc.tiers()) {
      if (left.removeIf(tier.subnet()::contains)) {
        Cidr subnet = new Cidr(tier.subnet().network(), tier.subnet().length());
        line(subnet.toString(), tier.name(), "has this subnet already");
      } else {
        free.add(tier);
      }
    }
    for (Segment.Tier tier : free) {
      busiest(left, tier.subnet().length()).ifPresent(subnet -> give(subnet, tier, left));
    }
    if (lines.isEmpty()) {
      throw new IllegalArgumentException(
          "--map auto finds no IPv4 subnet that could be a tier among the first frames of "
              + capture
              + "; write a map file");
    }
    StringBuilder text =
        new StringBuilder("# Guessed by vpcrig replay --map auto from " + oneLine(capture) + "\n");
    subnetsOfMac.keySet().stream()
        .filter(this::isGateway)
        .sorted()
        .forEach(mac -> text.append("# gateway: ").append(Ipv4Text.formatMac(mac)).append('\n'));
    lines.forEach(text::append);
    for (Optional<Cidr> more = busiest(left, 24); more.isPresent(); more = busiest(left, 24)) {
      Cidr subnet = more.get();
      text.append("# no tier is left for ").append(subnet).append('\n');
      left.removeIf(subnet::contains);
    }
    return text.toString();
  }

  private static String oneLine(String name) {
    return name.replaceAll("\\p{Cntrl}", "?");
  }

  private long frames(int address) {
    return senders.get(address).frames;
  }

  private Optional<Cidr> busiest(Set<Integer> left, int length) {
    Map<Integer, Long> frames = new TreeMap<>();
    left.forEach(address -> frames.merge(address & Cidr.mask(length), frames(address), Long::sum));
    return frames.entrySet().stream()
        .max(
            Map.Entry.<Integer, Long>comparingByValue()
                .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
        .map(entry -> new Cidr(entry.getKey(), length));
  }

  private void give(Cidr subnet, Segment.Tier tier, Set<Integer> left) {
    long frames = left.stream().filter(subnet::contains).mapToLong(this::frames).sum();
    line(subnet.toString(), tier.name(), "%,d frames".formatted(frames));
    left.removeIf(subnet::contains);
    int host = ~subnet.mask();
    int routers = subnet.network() | tier.address() & host;
    int gateway = gatewayOf(subnet, routers);
    if (gateway != routers) {
      int target = tier.subnet().network() | gateway & host;
      line(address(gateway), address(tier.address()), "the gateway's address is the router's");
      line(address(routers), address(target), "and this one takes its place");
    }
  }

  private static String address(int address) {
    return Ipv4Text.format(address);
  }

  /** The address that becomes the router's: a gateway's, or one that nobody has. */
  private int gatewayOf(Cidr subnet, int routers) {
    for (Map.Entry<Integer, Sender> entry : senders.entrySet()) {
      if (subnet.contains(entry.getKey())
          && entry.getValue().macs.stream().anyMatch(this::isGateway)) {
        return entry.getKey();
      }
    }
    int free = routers;
    for (int a = subnet.last() - 1; a > subnet.network() && senders.containsKey(free); a--) {
      free = a;
    }
    return free;
  }

  private void line(String from, String to, String why) {
    lines.add("- {from: %s, to: %s} # %s%n".formatted(from, to, why));
  }
}
