package io.vpcrig.query.compiler;

import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Flow;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.MalformedLineException;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads what {@link RuleLines} writes: a list, and after an empty line headers. In files, a header
 * may begin with the verdict it has to get, and lines that begin with # count for nothing.
 */
public final class RuleFile {
  /**
   * A header of a file.
   *
   * @param verdict what was written in front of it
   */
  public record Header(Flow flow, Optional<Action> verdict) {}

  /** What a file holds. */
  public record Contents(WrittenList list, List<Header> headers) {
    public Contents {
      headers = List.copyOf(headers);
    }
  }

  private static final int RULE_WORDS = 6;
  private static final int HEADER_WORDS = 5;

  private final String file;
  private int line;
  private List<String> words = List.of();
  private int at;

  private RuleFile(String file) {
    this.file = file;
  }

  /**
   * @param file for messages
   */
  public static Contents parse(String file, String text) throws MalformedLineException {
    return new RuleFile(file).read(text);
  }

  private Contents read(String text) throws MalformedLineException {
    Action otherwise = null;
    boolean inHeaders = false;
    List<WrittenRule> rules = new ArrayList<>();
    List<Header> headers = new ArrayList<>();
    for (String each : text.lines().toList()) {
      line++;
      if (each.startsWith("#")) {
        continue;
      }
      words = each.isBlank() ? List.of() : List.of(each.strip().split("\\s+"));
      at = 0;
      if (words.isEmpty()) {
        inHeaders = otherwise != null;
      } else if (inHeaders) {
        headers.add(header());
      } else if (otherwise == null) {
        otherwise = otherwise();
      } else {
        rules.add(rule());
      }
    }
    if (otherwise == null) {
      throw bad("the file is empty, legal: 'default allow' or 'default deny', then rules");
    }
    return new Contents(new WrittenList(rules, otherwise), headers);
  }

  private Action otherwise() throws MalformedLineException {
    if (words.size() != 2 || !words.getFirst().equals(RuleLines.DEFAULT)) {
      throw bad("legal is 'default allow' or 'default deny' in the first line");
    }
    at = 1;
    return action(words.get(1));
  }

  private WrittenRule rule() throws MalformedLineException {
    if (words.size() != RULE_WORDS) {
      throw bad(
          words.size()
              + " words, legal: ACTION PROTOCOL SOURCES SOURCE-PORTS DESTINATIONS"
              + " DESTINATION-PORTS");
    }
    Action action = action(next());
    String named = next();
    int protocol = named.equals(RuleLines.ANY) ? Protocol.ALL : protocol(named);
    boolean byNumber = protocol >= 0 && !Protocol.name(protocol).equals(named);
    List<Cidr> sources = cidrs(next());
    PortRange sourcePorts = ports(next());
    if (!sourcePorts.equals(PortRange.ALL) && !WrittenRule.hasPorts(protocol)) {
      throw bad("source ports, legal only with tcp and udp");
    }
    List<Cidr> destinations = cidrs(next());
    String last = next();
    PortRange destinationPorts = protocol == Protocol.ICMP ? types(last) : ports(last);
    if (!WrittenRule.fits(protocol, destinationPorts)) {
      throw bad("destination ports, legal only with tcp and udp");
    }
    return new WrittenRule(
        action, protocol, byNumber, sources, sourcePorts, destinations, destinationPorts);
  }

  private Header header() throws MalformedLineException {
    Optional<Action> verdict = Optional.empty();
    if (words.size() == HEADER_WORDS + 1) {
      verdict = Optional.of(action(next()));
    } else if (words.size() != HEADER_WORDS) {
      throw bad(
          words.size()
              + " words, legal: [ACTION] PROTOCOL SOURCE SOURCE-PORT DESTINATION"
              + " DESTINATION-PORT");
    }
    int protocol = protocol(next());
    int source = address(next());
    int sourcePort = number("source port", next(), 65535);
    int destination = address(next());
    String last = next();
    int low =
        protocol == Protocol.ICMP ? types(last).first() : number("destination port", last, 65535);
    Flow flow = Flow.of(protocol, source, destination, sourcePort << 16 | low, Optional.empty());
    return new Header(flow, verdict);
  }

  private Action action(String word) throws MalformedLineException {
    return RuleLines.action(word)
        .orElseThrow(() -> bad("action '" + word + "', legal: allow, deny"));
  }

  private int protocol(String word) throws MalformedLineException {
    return switch (word) {
      case "tcp" -> Protocol.TCP;
      case "udp" -> Protocol.UDP;
      case "icmp" -> Protocol.ICMP;
      default -> number("protocol", word, 255);
    };
  }

  private List<Cidr> cidrs(String word) throws MalformedLineException {
    List<Cidr> cidrs = new ArrayList<>();
    for (String each : word.split(",", -1)) {
      if (!each.contains("/")) {
        throw bad("prefix '" + each + "' has no length");
      }
      try {
        cidrs.add(Ipv4Text.parseCidr(each));
      } catch (IllegalArgumentException e) {
        throw bad(e.getMessage());
      }
    }
    return cidrs;
  }

  private int address(String word) throws MalformedLineException {
    try {
      return Ipv4Text.parse(word);
    } catch (IllegalArgumentException e) {
      throw bad(e.getMessage());
    }
  }

  private PortRange ports(String word) throws MalformedLineException {
    if (word.equals(RuleLines.ANY)) {
      return PortRange.ALL;
    }
    int dash = word.indexOf('-');
    int first = number("port", dash < 0 ? word : word.substring(0, dash), 65535);
    int last = dash < 0 ? first : number("port", word.substring(dash + 1), 65535);
    if (last < first) {
      throw bad("ports '" + word + "', legal with the smaller first");
    }
    return new PortRange(first, last);
  }

  private PortRange types(String word) throws MalformedLineException {
    if (word.equals(RuleLines.ANY)) {
      return PortRange.ALL;
    }
    int slash = word.indexOf('/');
    int type = number("ICMP type", slash < 0 ? word : word.substring(0, slash), 255) << 8;
    if (slash < 0) {
      return new PortRange(type, type | 255);
    }
    int code = number("ICMP code", word.substring(slash + 1), 255);
    return new PortRange(type | code, type | code);
  }

  private int number(String what, String word, int last) throws MalformedLineException {
    if (!word.matches("[0-9]{1,5}") || Integer.parseInt(word) > last) {
      throw bad(what + " '" + word + "', legal 0.." + last);
    }
    return Integer.parseInt(word);
  }

  private String next() {
    return words.get(at++);
  }

  private MalformedLineException bad(String problem) {
    return new MalformedLineException(file, Math.max(1, line), 1, problem);
  }
}
