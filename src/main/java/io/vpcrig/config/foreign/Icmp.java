package io.vpcrig.config.foreign;

import io.vpcrig.model.IcmpNames;
import io.vpcrig.model.PortRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * ICMP messages in a rule's destination ports, {@code type << 8 | code}, and as other formats say
 * them.
 *
 * @param type 0..255
 * @param firstCode 0..255
 * @param lastCode {@code firstCode}..255
 */
record Icmp(int type, int firstCode, int lastCode) {
  /** What netfilter and Cisco call by other names than {@link IcmpNames}, with {type, code}. */
  private static final Map<String, int[]> OTHER_NAMES =
      Map.ofEntries(
          Map.entry("echo", new int[] {8, -1}),
          Map.entry("ping", new int[] {8, -1}),
          Map.entry("pong", new int[] {0, -1}),
          Map.entry("any", new int[] {-1, -1}),
          Map.entry("destination-unreachable", new int[] {3, -1}),
          Map.entry("unreachable", new int[] {3, -1}),
          Map.entry("net-unreachable", new int[] {3, 0}),
          Map.entry("packet-too-big", new int[] {3, 4}),
          Map.entry("administratively-prohibited", new int[] {3, 13}),
          Map.entry("redirect", new int[] {5, -1}),
          Map.entry("time-exceeded", new int[] {11, -1}),
          Map.entry("ttl-exceeded", new int[] {11, 0}),
          Map.entry("ttl-zero-during-transit", new int[] {11, 0}),
          Map.entry("ttl-zero-during-reassembly", new int[] {11, 1}),
          Map.entry("parameter-problem", new int[] {12, -1}),
          Map.entry("info-request", new int[] {15, -1}),
          Map.entry("info-reply", new int[] {16, -1}),
          Map.entry("traceroute", new int[] {30, -1}),
          Map.entry("mask-request", new int[] {17, -1}),
          Map.entry("mask-reply", new int[] {18, -1}));

  /** {@code nft describe icmp code}. */
  private static final Map<String, Integer> CODES_OF_NFT =
      Map.of(
          "net-unreachable", 0,
          "host-unreachable", 1,
          "prot-unreachable", 2,
          "port-unreachable", 3,
          "frag-needed", 4,
          "net-prohibited", 9,
          "host-prohibited", 10,
          "admin-prohibited", 13);

  boolean isWholeType() {
    return firstCode == 0 && lastCode == 255;
  }

  /** The messages of a port range, a type at a time. */
  static List<Icmp> of(PortRange ports) {
    List<Icmp> types = new ArrayList<>();
    for (int type = ports.first() >> 8; type <= ports.last() >> 8; type++) {
      types.add(
          new Icmp(
              type,
              Math.max(0, ports.first() - (type << 8)),
              Math.min(255, ports.last() - (type << 8))));
    }
    return types;
  }

  /**
   * As a port range.
   *
   * @param type -1 for any
   * @param code -1 for any
   */
  static Ranges ranges(int type, int code) {
    if (type < 0) {
      return Ranges.PORTS;
    }
    return code < 0
        ? Ranges.of(type << 8, type << 8 | 0xff)
        : Ranges.of(type << 8 | code, type << 8 | code);
  }

  /** {@code 8}, {@code 3/1}, or a name. */
  static Optional<Ranges> parse(String text) {
    if (OTHER_NAMES.containsKey(text)) {
      int[] named = OTHER_NAMES.get(text);
      return Optional.of(ranges(named[0], named[1]));
    }
    Optional<IcmpNames.Message> message = IcmpNames.find(text);
    if (message.isPresent()) {
      int type = message.get().type();
      return Optional.of(ranges(type, hasCodes(type) ? message.get().code() : -1));
    }
    if (!text.matches("[0-9]{1,3}(/[0-9]{1,3})?")) {
      return Optional.empty();
    }
    String[] parts = text.split("/");
    int type = Integer.parseInt(parts[0]);
    int code = parts.length == 1 ? -1 : Integer.parseInt(parts[1]);
    return type > 255 || code > 255 ? Optional.empty() : Optional.of(ranges(type, code));
  }

  /** A type by its number or by the name of any of its messages. */
  static OptionalInt type(String text) {
    return parse(text).stream()
        .filter(messages -> messages.size() <= 256)
        .mapToInt(messages -> (int) messages.spans().getFirst().first() >> 8)
        .findFirst();
  }

  /** A code by its number or, of destination unreachable, by nft's name. */
  static OptionalInt unreachable(String text) {
    Integer named = CODES_OF_NFT.get(text);
    if (named != null) {
      return OptionalInt.of(named);
    }
    boolean legal = text.matches("[0-9]{1,3}") && Integer.parseInt(text) <= 255;
    return legal ? OptionalInt.of(Integer.parseInt(text)) : OptionalInt.empty();
  }

  /** Whether names of this type stand for one code of it. */
  private static boolean hasCodes(int type) {
    return type == 3 || type == 5 || type == 11;
  }
}
