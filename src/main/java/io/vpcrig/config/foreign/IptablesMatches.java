package io.vpcrig.config.foreign;

import io.vpcrig.config.foreign.Chains.Interface;
import io.vpcrig.config.foreign.Chains.Rule;
import io.vpcrig.config.foreign.Chains.Target;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.MalformedLineException;
import io.vpcrig.model.Origin;
import io.vpcrig.model.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The tests of one iptables rule (iptables(8), iptables-extensions(8)). Tests for connection states
 * and TCP flags are answered for a connection's first packet: NEW, SYN alone.
 */
final class IptablesMatches {
  /** State words of conntrack that a first packet never has. */
  private static final Set<String> LATER = Set.of("ESTABLISHED", "RELATED", "INVALID", "UNTRACKED");

  private static final int SYN = 2;
  private static final List<String> FLAGS = List.of("FIN", "SYN", "RST", "PSH", "ACK", "URG");

  private final Words words;
  private final List<String> unknown = new ArrayList<>();
  private Match match = Match.ALWAYS;
  private Interface in = Interface.ANY;
  private Interface out = Interface.ANY;
  private Ranges protocols = Ranges.PROTOCOLS;
  private boolean assumed;

  /** Whether a test failed for a connection's first packet only. */
  private boolean later;

  /** A range of ports that has no port; empty if there was none. */
  private String emptyRange = "";

  private String module = "";

  /** The module whose options stand last in {@link #unknown}. */
  private String lastUnknown = "";

  IptablesMatches(Words words) {
    this.words = words;
  }

  Rule rule(Target target, String label, Origin origin) {
    return new Rule(match, in, out, target, List.copyOf(unknown), assumed, label, origin);
  }

  /** Why no packet at all passes the tests; empty if one may. */
  Optional<String> never() {
    if (!match.may().isEmpty() || later) {
      return Optional.empty();
    }
    return Optional.of(
        emptyRange.isEmpty()
            ? "its tests exclude each other"
            : "ports "
                + emptyRange
                + " are none, since the first is above the last; iptables refuses to load it"
                + " today");
  }

  /** Takes the next test. */
  void take() throws MalformedLineException {
    boolean negated = words.skip("!");
    String option = words.next();
    if (option.equals("-m") || option.equals("--match")) {
      module = words.next();
      return;
    }
    negated |= words.skip("!");
    switch (option) {
      case "-s", "--source", "--src" -> {
        Ranges some = addresses(negated);
        and(Box.ALL.withSources(some));
      }
      case "-d", "--destination", "--dst" -> {
        Ranges some = addresses(negated);
        and(Box.ALL.withDestinations(some));
      }
      case "--src-range" -> and(Box.ALL.withSources(addressRange(negated)));
      case "--dst-range" -> and(Box.ALL.withDestinations(addressRange(negated)));
      case "-i", "--in-interface" -> in = new Interface(words.next(), negated);
      case "-o", "--out-interface" -> out = new Interface(words.next(), negated);
      case "-p", "--protocol", "--proto", "--ctproto" -> protocol(negated);
      case "--sport", "--source-port", "--sports", "--source-ports" ->
          and(Box.ALL.withSourcePorts(ports(negated)));
      case "--dport", "--destination-port", "--dports", "--destination-ports" ->
          and(Box.ALL.withDestinationPorts(ports(negated)));
      case "--ports" -> eitherPort(negated);
      case "--icmp-type" -> icmp(negated);
      case "--icmpv6-type" -> throw ipv6(option);
      case "--state", "--ctstate" -> state(negated);
      case "--ctdir" -> answer(words.next().equals("ORIGINAL") != negated);
      case "--tcp-flags" -> flags(negated);
      case "--syn" -> answer(!negated);
      case "-f", "--fragment" -> answer(negated);
      case "--dst-type", "--src-type" -> addressType(option, negated);
      case "--comment" -> words.next();
      case "-4", "--ipv4" -> {}
      case "-6", "--ipv6" -> throw ipv6(option);
      default -> unknown(option, negated);
    }
  }

  private void and(Box box) {
    match = match.and(Match.of(box));
  }

  /** A test that is answered for a connection's first packet. */
  private void answer(boolean holds) {
    assumed = true;
    if (!holds) {
      later = true;
      match = Match.NEVER;
    }
  }

  private void unknown(String option, boolean negated) throws MalformedLineException {
    if (!option.startsWith("-")) {
      throw words.malformed("'" + option + "' is no test; iptables-save writes options here");
    }
    StringBuilder text = new StringBuilder(negated ? "! " : "").append(option);
    while (!words.atEnd() && !words.peek().startsWith("-") && !words.peek().equals("!")) {
      text.append(' ').append(words.next());
    }
    if (!module.isEmpty() && module.equals(lastUnknown)) {
      unknown.add(unknown.removeLast() + " " + text);
    } else {
      open(module.isEmpty() ? text.toString() : "-m " + module + " " + text);
      lastUnknown = module;
    }
  }

  /** A test that the header does not answer. */
  private void open(String test) {
    unknown.add(test);
    lastUnknown = "";
    match = match.and(Match.UNKNOWN);
  }

  private Ranges addresses(boolean negated) throws MalformedLineException {
    Ranges some = Ranges.NONE;
    for (String part : words.next().split(",", -1)) {
      some = some.or(address(part));
    }
    return negated ? Ranges.ADDRESSES.minus(some) : some;
  }

  private Ranges address(String text) throws MalformedLineException {
    if (text.indexOf(':') >= 0) {
      throw ipv6(text);
    }
    int slash = text.indexOf('/');
    try {
      if (slash >= 0 && text.indexOf('.', slash) > 0) {
        int mask = Ipv4Text.parse(text.substring(slash + 1));
        int length = Integer.bitCount(mask);
        if (mask != Cidr.mask(length)) {
          throw words.malformed(
              "mask '" + text.substring(slash + 1) + "' has a gap, legal: ones, then zeros");
        }
        return Ranges.of(new Cidr(Ipv4Text.parse(text.substring(0, slash)), length));
      }
      return Ranges.of(Ipv4Text.parseCidr(text));
    } catch (IllegalArgumentException e) {
      throw words.malformed(e.getMessage());
    }
  }

  private Ranges addressRange(boolean negated) throws MalformedLineException {
    String text = words.next();
    String[] ends = text.split("-", -1);
    long first = address(ends[0]).spans().getFirst().first();
    long last = address(ends[ends.length - 1]).spans().getFirst().last();
    if (ends.length > 2 || first > last) {
      throw words.malformed("range '" + text + "', legal FIRST-LAST with the smaller first");
    }
    Ranges some = Ranges.of(first, last);
    return negated ? Ranges.ADDRESSES.minus(some) : some;
  }

  private MalformedLineException ipv6(String what) {
    return words.malformed("'" + what + "' is IPv6, legal IPv4 only; convert iptables-save's file");
  }

  private void protocol(boolean negated) throws MalformedLineException {
    String name = words.next();
    OptionalInt number = ProtocolNames.find(name);
    if (number.isEmpty()) {
      throw words.malformed("protocol '" + name + "', legal 0..255 or a name such as tcp");
    }
    if (number.getAsInt() == ProtocolNames.ICMPV6 && !name.matches("[0-9]+")) {
      throw ipv6(name);
    }
    // 0 is any protocol here (iptables(8)).
    int protocol = number.getAsInt() == 0 ? Protocol.ALL : number.getAsInt();
    protocols = ProtocolNames.ranges(protocol);
    protocols = negated ? Ranges.PROTOCOLS.minus(protocols) : protocols;
    and(Box.ALL.withProtocols(protocols));
  }

  private Ranges ports(boolean negated) throws MalformedLineException {
    if (protocols.size() != 1) {
      throw words.malformed("ports of no protocol; name one before them, such as -p tcp");
    }
    Ranges some = Ranges.NONE;
    for (String part : words.next().split(",", -1)) {
      int colon = part.indexOf(':');
      int first = colon == 0 ? 0 : port(colon < 0 ? part : part.substring(0, colon));
      int last =
          colon < 0 ? first : colon == part.length() - 1 ? 65535 : port(part.substring(colon + 1));
      // The wrong way round it was once saved and loaded, and matches nothing
      // (net/netfilter/xt_tcpudp.c); iptables 1.8.9 refuses it ("invalid portrange").
      if (first > last) {
        emptyRange = part;
      } else {
        some = some.or(Ranges.of(first, last));
      }
    }
    return negated ? Ranges.PORTS.minus(some) : some;
  }

  private int port(String text) throws MalformedLineException {
    OptionalInt port = PortNames.find(text);
    if (port.isEmpty()) {
      throw words.malformed("port '" + text + "', legal 0..65535");
    }
    return port.getAsInt();
  }

  /** {@code -m multiport --ports}: the source or the destination port. */
  private void eitherPort(boolean negated) throws MalformedLineException {
    Ranges some = ports(false);
    Ranges others = Ranges.PORTS.minus(some);
    Box neither = Box.ALL.withSourcePorts(others).withDestinationPorts(others);
    match =
        match.and(
            negated
                ? Match.of(neither)
                : Match.of(
                    Box.ALL.withSourcePorts(some),
                    Box.ALL.withSourcePorts(others).withDestinationPorts(some)));
  }

  private void icmp(boolean negated) throws MalformedLineException {
    String text = words.next();
    // Type 255 is any type, with code or without (net/ipv4/netfilter/ip_tables.c).
    Ranges some =
        text.equals("255") || text.startsWith("255/")
            ? Ranges.PORTS
            : Icmp.parse(text)
                .orElseThrow(
                    () ->
                        words.malformed(
                            "ICMP type '" + text + "', legal 0..255, TYPE/CODE or a name"));
    and(
        Box.ALL
            .withProtocols(ProtocolNames.ranges(Protocol.ICMP))
            .withDestinationPorts(negated ? Ranges.PORTS.minus(some) : some));
  }

  private void state(boolean negated) throws MalformedLineException {
    String text = words.next();
    Set<String> states = Stream.of(text.split(",", -1)).collect(Collectors.toSet());
    if (states.contains("NEW")) {
      answer(!negated);
      return;
    }
    if (LATER.containsAll(states)) {
      answer(negated);
      return;
    }
    open("--ctstate " + text);
  }

  private void flags(boolean negated) throws MalformedLineException {
    int mask = flagBits(words.next());
    int wanted = flagBits(words.next());
    answer(((SYN & mask) == wanted) != negated);
  }

  private int flagBits(String text) throws MalformedLineException {
    if (text.equals("ALL") || text.equals("NONE")) {
      return text.equals("ALL") ? 0x3f : 0;
    }
    int bits = 0;
    for (String flag : text.split(",", -1)) {
      int bit = FLAGS.indexOf(flag);
      if (bit < 0) {
        throw words.malformed("TCP flag '" + flag + "', legal " + String.join(", ", FLAGS));
      }
      bits |= 1 << bit;
    }
    return bits;
  }

  /** Only what an address alone tells is known: which are multicast. */
  private void addressType(String option, boolean negated) throws MalformedLineException {
    String type = words.next();
    if (!type.equals("MULTICAST")) {
      open("-m addrtype " + (negated ? "! " : "") + option + " " + type);
      return;
    }
    Ranges multicast = Ranges.of(Ipv4Text.parseCidr("224.0.0.0/4"));
    Ranges some = negated ? Ranges.ADDRESSES.minus(multicast) : multicast;
    and(option.equals("--dst-type") ? Box.ALL.withDestinations(some) : Box.ALL.withSources(some));
  }
}
