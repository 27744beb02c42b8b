package io.vpcrig.config.foreign;

import io.vpcrig.model.MalformedLineException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;

/**
 * A rule of iptables' table nat, which no list can hold: told as what it would be in a VPC file
 * (README, "The VPC file"), to be added there by hand.
 */
final class NatLine {
  /** Options that name something a VPC file has a place for, by their short or only name. */
  private static final Map<String, String> CARRIED =
      Map.ofEntries(
          Map.entry("-d", "-d"),
          Map.entry("--destination", "-d"),
          Map.entry("-p", "-p"),
          Map.entry("--protocol", "-p"),
          Map.entry("--dport", "--dport"),
          Map.entry("--destination-port", "--dport"),
          Map.entry("-j", "-j"),
          Map.entry("--jump", "-j"),
          Map.entry("--to-destination", "--to"),
          Map.entry("--to-source", "--to"));

  /** Modules of the options above, and what says the same. */
  private static final Set<String> MODULES = Set.of("tcp", "udp");

  private final Map<String, String> options = new HashMap<>();
  private final StringJoiner others = new StringJoiner(" ");

  private NatLine(Words words) throws MalformedLineException {
    while (!words.atEnd()) {
      String word = words.next();
      String name = CARRIED.get(word);
      boolean isNegated = words.peek().equals("!");
      if (name != null && !isNegated && !words.atEnd()) {
        options.put(name, words.next());
      } else if (word.equals("-m") && MODULES.contains(words.peek())) {
        words.next();
      } else if (word.equals("!")) {
        others.add(word).add(words.next()).add(words.atEnd() ? "" : words.next());
      } else {
        others.add(word);
      }
    }
  }

  /** Takes the rest of a rule; a sentence of what it is. */
  static String tell(String chain, Words words) throws MalformedLineException {
    NatLine line = new NatLine(words);
    String target = line.options.getOrDefault("-j", "no target");
    return "table nat translates, which no list says: -A %s, %s; %s"
        .formatted(
            chain,
            target,
            line.entry(chain, target)
                .map(entry -> "in a VPC file: " + entry + line.rest())
                .orElse("a VPC file has nothing for it"));
  }

  private Optional<String> entry(String chain, String target) {
    return switch (target) {
      case "DNAT" -> Optional.ofNullable(options.get("--to")).map(this::forward);
      case "SNAT" -> Optional.ofNullable(options.get("--to")).map(to -> "source-nat: [" + to + "]");
      case "MASQUERADE" ->
          chain.equals("POSTROUTING")
              ? Optional.of("source-nat: [the public segment's address]")
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private String forward(String to) {
    int colon = to.indexOf(':');
    String address = colon < 0 ? to : to.substring(0, colon);
    String given = options.get("-d");
    String publicAddress =
        given == null ? "the address it came to" : given.replaceFirst("/32$", "");
    if (!options.containsKey("--dport")) {
      return "static-nat: [{public: %s, address: %s}]".formatted(publicAddress, address);
    }
    String ports = options.get("--dport").replace(':', '-');
    return "port-forwarding: [{public: %s, protocol: %s, ports: %s, address: %s%s}]"
        .formatted(
            publicAddress,
            options.getOrDefault("-p", "tcp"),
            ports,
            address,
            colon < 0 ? "" : ", to: " + to.substring(colon + 1));
  }

  private String rest() {
    return others.length() == 0 ? "" : ", without '" + others.toString().strip() + "'";
  }
}
