package io.vpcrig.config;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.Conntrack;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Names;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * Scalars of a VPC file, by their text. Each throws IllegalArgumentException with the value, what
 * is legal and what to do.
 */
final class Texts {
  /** Where no host can be: this network, loopback, multicast and what is reserved (RFC 6890). */
  private static final List<Cidr> SPECIAL =
      List.of(
          Ipv4Text.parseCidr("0.0.0.0/8"),
          Ipv4Text.parseCidr("127.0.0.0/8"),
          Ipv4Text.parseCidr("224.0.0.0/3"));

  private Texts() {}

  /** A whole decimal number in a range. */
  static Function<String, Integer> number(String what, int first, int last) {
    return text -> {
      String legal = ", legal " + first + ".." + last;
      if (!text.matches("-?[0-9]{1,10}")) {
        throw new IllegalArgumentException(
            what + " '" + YamlValue.shown(text) + "'" + legal + "; write a whole decimal number");
      }
      String digits = text.startsWith("-") ? text.substring(1) : text;
      long value = Long.parseLong(text);
      if (digits.length() > 1 && digits.startsWith("0")) {
        throw new IllegalArgumentException(
            what + " '" + text + "' begins with 0; write " + value + " if you mean " + value);
      }
      if (value < first || value > last) {
        throw new IllegalArgumentException(what + " " + value + legal);
      }
      return (int) value;
    };
  }

  /** As {@link #number}, with advice for what is out of range. */
  static Function<String, Integer> number(String what, int first, int last, String advice) {
    return text -> {
      try {
        return number(what, first, last).apply(text);
      } catch (IllegalArgumentException e) {
        String message = e.getMessage();
        throw new IllegalArgumentException(
            message.contains(";") ? message : message + "; " + advice, e);
      }
    };
  }

  /** A time like {@code 5d}, {@code 12h}, {@code 2m} or {@code 30s}; a number alone is seconds. */
  static Duration time(String text) {
    boolean isTime = text.matches("[1-9][0-9]*[dhms]?");
    Long value = isTime ? nanoseconds(text.matches("[0-9]+") ? text + "s" : text) : null;
    if (value == null || value > Conntrack.LONGEST.toNanos()) {
      throw new IllegalArgumentException(
          "time '"
              + YamlValue.shown(text)
              + "', legal 1s..365d; write it in whole seconds, or like 2m, 12h or 5d");
    }
    return Duration.ofNanos(value);
  }

  static Boolean truth(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new IllegalArgumentException(
              "'" + YamlValue.shown(text) + "', legal true and false");
    };
  }

  /** A domain name without a dot at its end (RFC 1123 2.1); 190 is CloudStack's limit. */
  static String domain(String text) {
    String label = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    if (text.length() > 190 || !text.matches(label + "(\\." + label + ")*")) {
      throw new IllegalArgumentException(
          "domain '"
              + YamlValue.shown(text)
              + "', legal: labels of 1..63 letters, digits and hyphens, with dots between them, 190"
              + " characters in all");
    }
    return text;
  }

  /** One of a few words. */
  static Function<String, String> word(String what, List<String> legal) {
    return text -> {
      if (!legal.contains(text)) {
        throw unknownWord(what, text, legal);
      }
      return text;
    };
  }

  /** A protocol with ports, by its number. */
  static Integer transport(String text) {
    return word("protocol", List.of("tcp", "udp")).apply(text).equals("tcp")
        ? Protocol.TCP
        : Protocol.UDP;
  }

  /** A number of things, {@code 500}, {@code 200k} or {@code 1m}; k is 1024, as haproxy's. */
  static Function<String, Integer> count(String what, int first, int last) {
    return text -> {
      boolean scaled = text.matches("[0-9]{1,9}[km]");
      String digits = scaled ? text.substring(0, text.length() - 1) : text;
      int scale = !scaled ? 1 : text.endsWith("k") ? 1 << 10 : 1 << 20;
      long value = (long) number(what, 0, Integer.MAX_VALUE).apply(digits) * scale;
      if (value < first || value > last) {
        throw new IllegalArgumentException(
            what + " " + text + ", legal " + first + ".." + last + " or the like with k or m");
      }
      return (int) value;
    };
  }

  /** Nanoseconds, from {@code 500ms}, {@code 5s}, {@code 30m} or {@code 2h}. */
  static Function<String, Long> duration(String what, String first, String last) {
    return text -> {
      Long value = nanoseconds(text);
      if (value == null || value < nanoseconds(first) || value > nanoseconds(last)) {
        throw new IllegalArgumentException(
            what
                + " '"
                + YamlValue.shown(text)
                + "', legal "
                + first
                + ".."
                + last
                + "; write a whole number with ms, s, m, h or d");
      }
      return value;
    };
  }

  /** Null if it is none. */
  private static Long nanoseconds(String text) {
    if (!text.matches("[0-9]{1,9}(ms|s|m|h|d)")) {
      return null;
    }
    String unit = text.replaceAll("[0-9]", "");
    long scale =
        switch (unit) {
          case "ms" -> 1_000_000L;
          case "s" -> 1_000_000_000L;
          case "m" -> 60_000_000_000L;
          case "h" -> 3_600_000_000_000L;
          default -> 86_400_000_000_000L;
        };
    long number = Long.parseLong(text.substring(0, text.length() - unit.length()));
    return number > Long.MAX_VALUE / scale ? Long.MAX_VALUE : number * scale;
  }

  private static IllegalArgumentException unknownWord(
      String what, String text, List<String> legal) {
    String near = Names.suggest(text, legal);
    return new IllegalArgumentException(
        what
            + " '"
            + YamlValue.shown(text)
            + "', legal "
            + String.join(", ", legal)
            + (near.startsWith("; did") ? near : ""));
  }

  /** A name the operator chooses. */
  static String name(String text) {
    if (!Names.isLegal(text)) {
      throw new IllegalArgumentException("name '" + YamlValue.shown(text) + "', " + Names.RULE);
    }
    return text;
  }

  /** An IPv4 address that one host can have. */
  static Integer address(String text) {
    int address = plainAddress(text);
    refuseSpecial(text, new Cidr(address, 32));
    return address;
  }

  private static int plainAddress(String text) {
    refuseIpv6(text);
    return Ipv4Text.parse(YamlValue.shown(text));
  }

  /** Any IPv4 prefix; an address alone is a /32. Host bits are kept. */
  static Cidr cidr(String text) {
    refuseIpv6(text);
    return Ipv4Text.parseCidr(YamlValue.shown(text));
  }

  /** A prefix that hosts can live in. */
  static Function<String, Cidr> network(int shortest, int longest) {
    return text -> {
      if (text.indexOf('/') < 0) {
        throw new IllegalArgumentException(
            "'"
                + YamlValue.shown(text)
                + "' has no prefix length; write it like "
                + YamlValue.shown(text)
                + "/24");
      }
      Cidr cidr = cidr(text);
      if (cidr.length() < shortest || cidr.length() > longest) {
        throw new IllegalArgumentException(
            "'"
                + text
                + "' has prefix length "
                + cidr.length()
                + ", legal "
                + shortest
                + ".."
                + longest);
      }
      refuseSpecial(text, cidr);
      return cidr;
    };
  }

  /** {@code 443} or {@code 8000-8100}. */
  static Function<String, PortRange> ports(int first) {
    return text -> {
      int dash = text.indexOf('-', 1);
      Function<String, Integer> port =
          number("port", first, 65535, "write one port or a range like 8000-8100, without spaces");
      if (dash < 0) {
        int only = port.apply(text);
        return new PortRange(only, only);
      }
      int from = port.apply(text.substring(0, dash));
      int to = port.apply(text.substring(dash + 1));
      if (from > to) {
        throw new IllegalArgumentException(
            "ports '" + text + "', legal with the smaller first; write " + to + "-" + from);
      }
      return new PortRange(from, to);
    };
  }

  /** 48 bits; one station's. */
  static Long mac(String text) {
    long mac = Ipv4Text.parseMac(YamlValue.shown(text));
    if ((mac >>> 40 & 1) != 0) {
      throw new IllegalArgumentException(
          "MAC address '" + text + "' is a multicast address, legal: an even first pair");
    }
    if (mac == 0) {
      throw new IllegalArgumentException(
          "MAC address '" + text + "' is nobody's; give another or leave it out");
    }
    return mac;
  }

  /** A protocol of a rule. */
  static Integer protocol(String text) {
    return switch (text) {
      case "tcp" -> Protocol.TCP;
      case "udp" -> Protocol.UDP;
      case "icmp" -> Protocol.ICMP;
      case "all" -> Protocol.ALL;
      default -> {
        if (!text.matches("-?[0-9]+")) {
          throw unknownWord("protocol", text, List.of("tcp", "udp", "icmp", "all", "0..255"));
        }
        yield number("protocol", 0, 255).apply(text);
      }
    };
  }

  private static void refuseIpv6(String text) {
    if (text.indexOf(':') >= 0) {
      throw new IllegalArgumentException(
          "'" + YamlValue.shown(text) + "' is IPv6, legal IPv4 only; leave it out");
    }
  }

  private static void refuseSpecial(String text, Cidr cidr) {
    for (Cidr special : SPECIAL) {
      if (special.overlaps(cidr)) {
        throw new IllegalArgumentException(
            "'"
                + text
                + "' touches "
                + special
                + ", where no host can be; legal 1.0.0.0..126.255.255.255"
                + " and 128.0.0.0..223.255.255.255");
      }
    }
  }
}
