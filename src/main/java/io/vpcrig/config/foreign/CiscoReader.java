package io.vpcrig.config.foreign;

import io.vpcrig.model.Action;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.MalformedLineException;
import io.vpcrig.model.Origin;
import io.vpcrig.model.Protocol;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Reads the access lists of an IOS configuration, numbered and named, standard and extended; all
 * other lines are read over. A list is named as there. {@code established} asks for TCP's ACK or
 * RST, which a connection's first packet has not.
 */
final class CiscoReader {
  private static final Set<String> LOGGED = Set.of("log", "log-input");

  /** Words that test what a header here does not have, each with one word behind it. */
  private static final Set<String> OPEN =
      Set.of("dscp", "precedence", "tos", "time-range", "option", "ttl", "reflect");

  private final RuleText text;
  private final RuleLists.Eager lists = new RuleLists.Eager();

  /** The list whose entries follow; null outside of one. */
  private String open;

  private boolean openIsStandard;

  private CiscoReader(RuleText text) {
    this.text = text;
  }

  static RuleLists read(RuleText text) throws MalformedLineException {
    CiscoReader reader = new CiscoReader(text);
    int number = 0;
    for (String line : text.lines()) {
      reader.line(line, ++number);
    }
    return reader.lists;
  }

  private void line(String line, int number) throws MalformedLineException {
    String start = line.strip();
    boolean isEntry = start.matches("([0-9]+ )?(permit|deny|remark|evaluate)( .*)?");
    if (start.startsWith("ip access-list ")) {
      Words words = new Words(text.file(), line, number);
      words.next();
      words.next();
      openIsStandard = words.next().equals("standard");
      open = words.next();
      lists.list(open, Action.DENY);
    } else if (open != null && isEntry) {
      Words words = unquoted(line, number);
      if (words.peek().matches("[0-9]+")) {
        words.next();
      }
      entry(open, openIsStandard, words);
    } else if (start.matches("access-list [0-9]+ (permit|deny|remark) .*")) {
      open = null;
      Words words = unquoted(line, number);
      words.next();
      String name = words.next();
      int list = Integer.parseInt(name.substring(0, Math.min(9, name.length())));
      boolean isStandard = list < 100 || list >= 1300 && list < 2000;
      if (isStandard || list < 200 || list >= 2000 && list < 2700) {
        entry(name, isStandard, words);
      }
    } else if (!start.isEmpty() && !start.startsWith("!")) {
      open = null;
    }
  }

  /** Remarks may hold quotes that do not end. */
  private Words unquoted(String line, int number) throws MalformedLineException {
    return new Words(text.file(), line.replace('"', '_').replace('\'', '_'), number);
  }

  private void entry(String name, boolean isStandard, Words words) throws MalformedLineException {
    RuleLists.Eager.Draft list = lists.list(name, Action.DENY);
    Origin origin = words.origin();
    String verb = words.next();
    if (verb.equals("remark")) {
      return;
    }
    if (verb.equals("evaluate")) {
      list.losses.add(Loss.lost(origin, "'evaluate' asks for a reflexive list; left out"));
      return;
    }
    Action action = verb.equals("permit") ? Action.ALLOW : Action.DENY;
    Optional<Box> box = isStandard ? standard(words) : extended(words, list);
    String label = name + " line " + origin.line();
    if (box.isPresent() && !box.get().isEmpty()) {
      list.rules.addAll(box.get().rules(action, label, origin));
    }
  }

  private Optional<Box> standard(Words words) throws MalformedLineException {
    Ranges sources =
        words.peek().equals("any") || words.peek().equals("host") || isAddress(words.peek(1))
            ? addresses(words)
            : single(words);
    while (!words.atEnd()) {
      if (!LOGGED.contains(words.next())) {
        throw words.malformed("a standard list tests the source alone; log may follow");
      }
    }
    return Optional.of(Box.ALL.withSources(sources));
  }

  private static boolean isAddress(String word) {
    return word.indexOf('.') > 0;
  }

  /** Empty if the entry matches no first packet. */
  private Optional<Box> extended(Words words, RuleLists.Eager.Draft list)
      throws MalformedLineException {
    Origin origin = words.origin();
    if (words.peek().equals("dynamic")) {
      words.next();
      throw words.malformed("'dynamic' opens the list by log-in, which is not modelled; remove it");
    }
    OptionalInt protocol = ProtocolNames.find(words.next());
    if (protocol.isEmpty()) {
      throw words.malformed("the protocol is neither 0..255 nor a name such as ip, tcp or icmp");
    }
    Box box = Box.ALL.withProtocols(ProtocolNames.ranges(protocol.getAsInt()));
    box = box.withSources(addresses(words));
    boolean hasPorts = Transports.hasPorts(protocol.getAsInt());
    if (hasPorts) {
      box = box.withSourcePorts(ports(words));
    }
    box = box.withDestinations(addresses(words));
    if (hasPorts) {
      box = box.withDestinationPorts(ports(words));
    }
    if (protocol.getAsInt() == Protocol.ICMP && !words.atEnd() && !isOption(words.peek())) {
      box = box.withDestinationPorts(icmp(words));
    }
    boolean isFirst = true;
    while (!words.atEnd()) {
      String option = words.next().toLowerCase(Locale.ROOT);
      if (option.equals("established") || option.equals("fragments")) {
        list.losses.add(
            Loss.assumed(origin, "'" + option + "' matches no first packet of a connection"));
        isFirst = false;
      } else if (OPEN.contains(option)) {
        list.losses.add(
            Loss.lost(
                origin, "'" + option + " " + words.peek() + "' can't be modelled; read over"));
        words.next();
      } else if (!LOGGED.contains(option)) {
        throw words.malformed("'" + option + "' is not known behind the ports; remove it");
      }
    }
    return isFirst ? Optional.of(box) : Optional.empty();
  }

  private static boolean isOption(String word) {
    return LOGGED.contains(word) || OPEN.contains(word) || word.equals("fragments");
  }

  private Ranges single(Words words) throws MalformedLineException {
    int address = address(words);
    return Ranges.of(address & 0xffff_ffffL, address & 0xffff_ffffL);
  }

  /** {@code any}, {@code host ADDRESS}, or an address and a wildcard: its ones are free. */
  private Ranges addresses(Words words) throws MalformedLineException {
    if (words.skip("any")) {
      return Ranges.ADDRESSES;
    }
    if (words.skip("host")) {
      return single(words);
    }
    if (words.peek().equals("object-group") || words.peek().equals("addrgroup")) {
      words.next();
      throw words.malformed("object groups are not modelled; write the addresses");
    }
    int address = address(words);
    int wildcard = address(words);
    return Tcam.masked(address & ~wildcard & 0xffff_ffffL, wildcard & 0xffff_ffffL, words);
  }

  private static int address(Words words) throws MalformedLineException {
    String word = words.next();
    try {
      return Ipv4Text.parse(word);
    } catch (IllegalArgumentException e) {
      throw words.malformed(e.getMessage());
    }
  }

  private static Ranges ports(Words words) throws MalformedLineException {
    switch (words.peek()) {
      case "eq", "neq" -> {
        boolean negated = words.next().equals("neq");
        Ranges some = Ranges.NONE;
        do {
          int port = port(words);
          some = some.or(Ranges.of(port, port));
        } while (PortNames.find(words.peek()).isPresent());
        return negated ? Ranges.PORTS.minus(some) : some;
      }
      case "gt" -> {
        words.next();
        int port = port(words);
        return port == 65535 ? Ranges.NONE : Ranges.of(port + 1, 65535);
      }
      case "lt" -> {
        words.next();
        int port = port(words);
        return port == 0 ? Ranges.NONE : Ranges.of(0, port - 1);
      }
      case "range" -> {
        words.next();
        int first = port(words);
        int last = port(words);
        return Ranges.of(Math.min(first, last), Math.max(first, last));
      }
      default -> {
        return Ranges.PORTS;
      }
    }
  }

  private static int port(Words words) throws MalformedLineException {
    String word = words.next();
    OptionalInt port = PortNames.find(word);
    if (port.isEmpty()) {
      throw words.malformed("port '" + word + "', legal 0..65535 or a name such as www");
    }
    return port.getAsInt();
  }

  private static Ranges icmp(Words words) throws MalformedLineException {
    String type = words.next();
    boolean hasCode = type.matches("[0-9]+") && words.peek().matches("[0-9]+");
    String message = hasCode ? type + "/" + words.next() : type;
    Optional<Ranges> known = Icmp.parse(message);
    if (known.isEmpty()) {
      throw words.malformed("ICMP message '" + message + "', legal TYPE, TYPE CODE or a name");
    }
    return known.get();
  }
}
