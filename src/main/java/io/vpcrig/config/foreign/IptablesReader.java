package io.vpcrig.config.foreign;

import io.vpcrig.config.foreign.Chains.Target;
import io.vpcrig.model.Action;
import io.vpcrig.model.MalformedLineException;
import io.vpcrig.model.Origin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code iptables-save} (and {@code iptables -S}) of IPv4; {@link NetfilterLists}. */
final class IptablesReader {
  private static final List<String> TABLES = List.of("filter", "nat", "mangle", "raw", "security");

  private static final Set<String> BUILT_IN =
      Set.of("INPUT", "FORWARD", "OUTPUT", "PREROUTING", "POSTROUTING");

  /** Targets after which the next rule follows (iptables-extensions(8)). */
  private static final Set<String> PASSING =
      Set.of(
          "LOG",
          "NFLOG",
          "ULOG",
          "MARK",
          "CONNMARK",
          "CONNSECMARK",
          "SECMARK",
          "CT",
          "NOTRACK",
          "TCPMSS",
          "CHECKSUM",
          "TOS",
          "DSCP",
          "TTL",
          "CLASSIFY",
          "SET",
          "TRACE",
          "AUDIT",
          "TEE",
          "RATEEST",
          "LED",
          "TCPOPTSTRIP",
          "ECN",
          "HMARK",
          "IDLETIMER");

  private final RuleText text;
  private final Map<String, Chains> tables = new LinkedHashMap<>();
  private final List<Loss> beside = new ArrayList<>();
  private String table = "filter";

  private IptablesReader(RuleText text) {
    this.text = text;
  }

  static RuleLists read(RuleText text) throws MalformedLineException {
    IptablesReader reader = new IptablesReader(text);
    int number = 0;
    for (String line : text.lines()) {
      reader.line(line, ++number);
    }
    return new NetfilterLists(reader.tables, reader.beside);
  }

  private void line(String given, int number) throws MalformedLineException {
    Words words = new Words(text.file(), given, number);
    if (words.atEnd() || words.peek().startsWith("#") || words.peek().equals("COMMIT")) {
      return;
    }
    if (words.peek().matches("\\[[0-9]+:[0-9]+\\]")) {
      words.next();
    }
    String first = words.next();
    if (first.startsWith("*")) {
      table = first.substring(1);
      if (!TABLES.contains(table)) {
        throw words.malformed("table '" + table + "', legal " + String.join(", ", TABLES));
      }
      if (!table.equals("nat")) {
        tables.computeIfAbsent(table, key -> new Chains(text.file()));
      }
    } else if (first.startsWith(":")) {
      declare(first.substring(1), words);
    } else if (first.equals("-P")) {
      declare(words.next(), words);
    } else if (first.equals("-N")) {
      chains().declare(words.next(), Optional.empty());
    } else if (first.equals("-A") || first.equals("--append")) {
      rule(words, Integer.MAX_VALUE);
    } else if (first.equals("-I") || first.equals("--insert")) {
      boolean isNumbered = words.peek(1).matches("[1-9][0-9]{0,8}");
      rule(words, isNumbered ? Integer.parseInt(words.peek(1)) - 1 : 0);
    } else {
      throw words.malformed(
          "'"
              + first
              + "', legal here: *TABLE, :CHAIN POLICY, -A CHAIN RULE, -I CHAIN RULE, COMMIT,"
              + " # comment");
    }
  }

  private Chains chains() {
    return tables.computeIfAbsent(table, key -> new Chains(text.file()));
  }

  private void declare(String chain, Words words) throws MalformedLineException {
    String policy = words.atEnd() ? "-" : words.next();
    if (table.equals("nat")) {
      return;
    }
    chains()
        .declare(
            chain,
            switch (policy) {
              case "ACCEPT" -> Optional.of(Action.ALLOW);
              case "DROP" -> Optional.of(Action.DENY);
              case "-" -> Optional.empty();
              default -> throw words.malformed("policy '" + policy + "', legal ACCEPT, DROP and -");
            });
  }

  /**
   * Takes a rule.
   *
   * @param rank its place in its chain; at most the last
   */
  private void rule(Words words, int rank) throws MalformedLineException {
    String chain = words.next();
    if (rank != Integer.MAX_VALUE && words.peek().matches("[0-9]+")) {
      words.next();
    }
    Origin origin = words.origin();
    if (table.equals("nat")) {
      beside.add(Loss.lost(origin, NatLine.tell(chain, words)));
      return;
    }
    if (BUILT_IN.contains(chain) && !chains().has(chain)) {
      chains().declare(chain, Optional.of(Action.ALLOW));
    }
    IptablesMatches matches = new IptablesMatches(words);
    Target target = new Target.Next();
    while (!words.atEnd()) {
      if (words.peek().equals("-j") || words.peek().equals("--jump")) {
        words.next();
        target = target(words.next(), words);
      } else if (words.peek().equals("-g") || words.peek().equals("--goto")) {
        words.next();
        target = new Target.Goto(known(words.next(), words));
      } else {
        matches.take();
      }
    }
    String label = table + "/" + chain + " line " + origin.line();
    matches
        .never()
        .ifPresent(why -> beside.add(Loss.empty(origin, label + " matches nothing: " + why)));
    List<Chains.Rule> rules = chains().chain(chain).rules();
    rules.add(Math.min(rank, rules.size()), matches.rule(target, label, origin));
  }

  private Target target(String name, Words words) throws MalformedLineException {
    switch (name) {
      case "ACCEPT":
        return new Target.Verdict(Action.ALLOW);
      case "DROP":
        return new Target.Verdict(Action.DENY);
      case "RETURN":
        return new Target.Return();
      case "REJECT":
        words.skip();
        return new Target.Verdict(Action.DENY);
      default:
        if (PASSING.contains(name)) {
          words.skip();
          return new Target.Next();
        }
        if (chains().has(name)) {
          return new Target.Jump(name);
        }
        if (name.equals(name.toUpperCase(Locale.ROOT)) && !words.atEnd()
            || Set.of("QUEUE", "NFQUEUE", "TARPIT", "STEAL", "MIRROR").contains(name)) {
          words.skip();
          return new Target.Unknown(name);
        }
        return new Target.Jump(known(name, words));
    }
  }

  private String known(String chain, Words words) throws MalformedLineException {
    if (!chains().has(chain)) {
      throw words.malformed(
          "target '" + chain + "' is no chain of table " + table + "; declare it with :" + chain);
    }
    return chain;
  }
}
