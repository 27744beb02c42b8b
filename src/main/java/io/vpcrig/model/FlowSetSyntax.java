package io.vpcrig.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * How a set of flows is written: as {@link FlowSyntax}, with more than one value wherever a flow
 * has one.
 *
 * <pre>
 *   tcp      10.10.1.0/24 &gt; 10.10.3.0/24:1-65535     prefixes and ranges of ports
 *   tcp,udp  any &gt; db:53 via public                  a tier or a host by its name; several protocols
 *   all      web &gt; any                               every protocol, every port
 *   icmp     any &gt; web [echo-request | type N [code N]]
 * </pre>
 *
 * Without ports these are all ports; without a type, all of ICMP.
 */
public final class FlowSetSyntax {
  private static final String SHAPE =
      "; write it like 'tcp 10.10.1.0/24 > 10.10.3.0/24:1-1023 via web', or one flow like 'tcp"
          + " 10.10.1.5:40000 > 10.10.2.9:443'";

  private final Vpc vpc;
  private final Deque<String> words = new ArrayDeque<>();

  private FlowSetSyntax(String text, Vpc vpc) {
    if (text.length() > FlowSyntax.MAX_LENGTH) {
      throw new IllegalArgumentException(
          "flows of " + text.length() + " characters, legal up to " + FlowSyntax.MAX_LENGTH);
    }
    this.vpc = vpc;
    for (String word : text.replace(">", " > ").strip().split("\\s+")) {
      words.add(word);
    }
  }

  /**
   * Reads a set of flows in a VPC.
   *
   * @throws IllegalArgumentException with a sentence for the operator
   */
  public static FlowSet parse(String text, Vpc vpc) {
    return new FlowSetSyntax(text, vpc).read();
  }

  private FlowSet read() {
    List<Integer> protocols = protocols();
    boolean ported =
        !protocols.isEmpty()
            && protocols.stream().allMatch(p -> p == Protocol.TCP || p == Protocol.UDP);
    End source = end(next("a source"), ported);
    String arrow = next("'>'");
    if (!arrow.equals(">")) {
      throw bad("'" + arrow + "' stands where '>' belongs");
    }
    End destination = end(next("a destination"), ported);
    int type = -1;
    int code = -1;
    if (protocols.equals(List.of(Protocol.ICMP))) {
      Optional<IcmpNames.Message> named = IcmpNames.find(words.isEmpty() ? "" : words.peek());
      if (named.isPresent()) {
        words.remove();
        type = named.get().type();
        code = named.get().code();
      } else if (take("type")) {
        type = number("ICMP type", next("a number"), 255);
        code = take("code") ? number("ICMP code", next("a number"), 255) : -1;
      }
    }
    Optional<String> via = take("via") ? Optional.of(segment()) : Optional.empty();
    if (!words.isEmpty()) {
      throw bad("'" + words.peek() + "' is not understood here");
    }
    return new FlowSet(
        protocols,
        source.addresses,
        source.ports,
        destination.addresses,
        destination.ports,
        type,
        code,
        via);
  }

  /** One side of the arrow. */
  private record End(Cidr addresses, PortRange ports) {}

  private List<Integer> protocols() {
    String word = next("a protocol");
    if (word.equals("all")) {
      return List.of();
    }
    List<Integer> all = new ArrayList<>();
    for (String one : word.split(",", -1)) {
      all.add(
          switch (one) {
            case "tcp" -> Protocol.TCP;
            case "udp" -> Protocol.UDP;
            case "icmp" -> Protocol.ICMP;
            default -> number("protocol", one, 255);
          });
    }
    return all;
  }

  private End end(String word, boolean ported) {
    int colon = word.indexOf(':');
    if (colon >= 0 && !ported) {
      throw bad("'" + word + "' has ports; only tcp and udp have ports");
    }
    return new End(
        addresses(colon < 0 ? word : word.substring(0, colon)),
        colon < 0 ? PortRange.ALL : ports(word.substring(colon + 1)));
  }

  private Cidr addresses(String word) {
    if (word.equals("any")) {
      return Cidr.ANY;
    }
    if (word.chars().allMatch(c -> c == '.' || c == '/' || c >= '0' && c <= '9')) {
      return Ipv4Text.parseCidr(word);
    }
    List<String> names = new ArrayList<>(List.of("any"));
    for (Segment segment : vpc.segments()) {
      if (segment.name().equals(word)) {
        return segment.subnet();
      }
      names.add(segment.name());
    }
    for (Host host : vpc.hosts()) {
      if (host.name().equals(word)) {
        return new Cidr(host.address(), 32);
      }
      names.add(host.name());
    }
    throw new IllegalArgumentException(
        "'"
            + word
            + "' is neither an IPv4 prefix nor a segment or host of the VPC"
            + Names.suggest(word, names));
  }

  private static PortRange ports(String word) {
    if (word.equals("any")) {
      return PortRange.ALL;
    }
    int dash = word.indexOf('-');
    int first = number("port", dash < 0 ? word : word.substring(0, dash), 65535);
    return new PortRange(first, dash < 0 ? first : number("port", word.substring(dash + 1), 65535));
  }

  private String segment() {
    String name = next("a segment");
    List<String> all = vpc.segments().stream().map(Segment::name).toList();
    if (!all.contains(name)) {
      throw new IllegalArgumentException(
          "'" + name + "' is no segment of the VPC" + Names.suggest(name, all));
    }
    return name;
  }

  private boolean take(String keyword) {
    if (!words.isEmpty() && words.peek().equals(keyword)) {
      words.remove();
      return true;
    }
    return false;
  }

  private String next(String what) {
    if (words.isEmpty() || words.peek().isEmpty()) {
      throw bad("the text ends where " + what + " belongs");
    }
    return words.remove();
  }

  private static int number(String what, String word, int last) {
    if (!word.matches("[0-9]{1,5}") || Integer.parseInt(word) > last) {
      throw new IllegalArgumentException(what + " '" + word + "', legal 0.." + last);
    }
    return Integer.parseInt(word);
  }

  private static IllegalArgumentException bad(String problem) {
    return new IllegalArgumentException(problem + SHAPE);
  }
}
