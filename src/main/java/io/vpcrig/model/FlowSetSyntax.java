package io.vpcrig.model;

import java.util.ArrayList;
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

  private final Optional<Vpc> vpc;
  private final FlowWords words;

  private FlowSetSyntax(String text, Optional<Vpc> vpc) {
    this.vpc = vpc;
    this.words = new FlowWords(text, vpc, SHAPE);
  }

  /**
   * Reads a set of flows in a VPC.
   *
   * @throws IllegalArgumentException with a sentence for the operator
   */
  public static FlowSet parse(String text, Vpc vpc) {
    return new FlowSetSyntax(text, Optional.of(vpc)).read();
  }

  /**
   * Reads a set of flows between prefixes.
   *
   * @throws IllegalArgumentException with a sentence for the operator
   */
  public static FlowSet parse(String text) {
    return new FlowSetSyntax(text, Optional.empty()).read();
  }

  private FlowSet read() {
    List<Integer> protocols = protocols();
    boolean ported = !protocols.isEmpty() && protocols.stream().allMatch(FlowWords::hasPorts);
    End source = end(words.next("a source"), ported);
    words.arrow();
    End destination = end(words.next("a destination"), ported);
    int type = -1;
    int code = -1;
    if (protocols.equals(List.of(Protocol.ICMP))) {
      Optional<IcmpNames.Message> named = words.message();
      if (named.isPresent()) {
        type = named.get().type();
        code = named.get().code();
      } else if (words.take("type")) {
        type = words.number("ICMP type", 255);
        code = words.take("code") ? words.number("ICMP code", 255) : -1;
      }
    }
    Optional<String> via = words.via();
    words.end("");
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
    String word = words.next("a protocol");
    List<Integer> all = new ArrayList<>();
    if (!word.equals("all")) {
      for (String one : word.split(",", -1)) {
        all.add(words.protocol(one));
      }
    }
    return all;
  }

  private End end(String word, boolean ported) {
    int colon = word.indexOf(':');
    if (colon >= 0 && !ported) {
      throw words.bad("'" + word + "' has ports; only tcp and udp have ports");
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
    for (Segment segment : vpc.map(Vpc::segments).orElse(List.of())) {
      if (segment.name().equals(word)) {
        return segment.subnet();
      }
      names.add(segment.name());
    }
    for (Host host : vpc.map(Vpc::hosts).orElse(List.of())) {
      if (host.name().equals(word)) {
        return new Cidr(host.address(), 32);
      }
      names.add(host.name());
    }
    throw new IllegalArgumentException(
        "'"
            + word
            + "' is "
            + (vpc.isPresent()
                ? "neither an IPv4 prefix nor a segment or host of the VPC"
                : "no IPv4 prefix")
            + Names.suggest(word, names));
  }

  private static PortRange ports(String word) {
    if (word.equals("any")) {
      return PortRange.ALL;
    }
    int dash = word.indexOf('-');
    int first = FlowWords.number("port", dash < 0 ? word : word.substring(0, dash), 65535);
    return new PortRange(
        first, dash < 0 ? first : FlowWords.number("port", word.substring(dash + 1), 65535));
  }
}
