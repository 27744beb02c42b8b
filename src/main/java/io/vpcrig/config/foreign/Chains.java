package io.vpcrig.config.foreign;

import io.vpcrig.model.Action;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.MalformedLineException;
import io.vpcrig.model.Origin;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The chains of one netfilter table, and how they flatten into a list where the first match
 * decides.
 *
 * <p>A chain is walked with the headers that reach each of its rules. A verdict becomes list rules
 * for those that match; what it decides needs no subtraction, since those rules stand before all
 * that follow. Only what leaves a chain early (RETURN, goto) is taken from the headers that reach
 * its remaining rules.
 *
 * <p>Where it is not known whether a rule matches, the list lets pass all that the chain may let
 * pass: it allows what can match an accept, and denies what is sure to meet a drop. So a deny is
 * never wrong. (The upper closure of Diekmann et al., "Verified iptables Firewall Analysis", IFIP
 * Networking 2016.)
 */
final class Chains {
  /** Most rules of a flattened list. */
  static final int MAX_RULES = 500_000;

  private static final int MAX_DEPTH = 64;

  private final String file;
  private final Map<String, Chain> chains = new LinkedHashMap<>();

  Chains(String file) {
    this.file = file;
  }

  /** What a rule does with what it matches. */
  sealed interface Target {
    /** Ends it. */
    record Verdict(Action action) implements Target {}

    record Jump(String chain) implements Target {}

    record Goto(String chain) implements Target {}

    record Return() implements Target {}

    /** Counts, logs or marks; the next rule follows. */
    record Next() implements Target {}

    /** May end it or not, who knows how. */
    record Unknown(String name) implements Target {}
  }

  /**
   * A test for an interface.
   *
   * @param name ends in + where any name that begins so is meant; empty: any interface
   */
  record Interface(String name, boolean negated) {
    static final Interface ANY = new Interface("", false);

    /**
     * @param actual empty for an interface that no rule names
     */
    boolean matches(String actual) {
      if (name.isEmpty()) {
        return true;
      }
      boolean same =
          name.endsWith("+")
              ? actual.startsWith(name.substring(0, name.length() - 1))
              : actual.equals(name);
      return same != negated;
    }
  }

  /**
   * The interfaces that a list's packets come in and go out by.
   *
   * @param in name; empty for one that no rule names
   * @param isGiven whether the operator asked for it
   */
  record View(String in, String out, boolean isGiven) {
    static final View UNNAMED = new View("", "", false);
  }

  /**
   * One rule.
   *
   * @param unknown tests that {@code match} leaves open, for people
   * @param assumed whether a test was answered for a connection's first packet
   * @param label how people find it
   */
  record Rule(
      Match match,
      Interface in,
      Interface out,
      Target target,
      List<String> unknown,
      boolean assumed,
      String label,
      Origin origin) {}

  /**
   * A chain.
   *
   * @param policy empty for a user's chain
   */
  record Chain(Optional<Action> policy, List<Rule> rules) {}

  /** The chain of a name, made when first named. */
  Chain chain(String name) {
    return chains.computeIfAbsent(name, key -> new Chain(Optional.empty(), new ArrayList<>()));
  }

  void declare(String name, Optional<Action> policy) {
    List<Rule> rules = chains.containsKey(name) ? chains.get(name).rules : new ArrayList<>();
    chains.put(name, new Chain(policy, rules));
  }

  boolean has(String name) {
    return chains.containsKey(name);
  }

  /** Names of the chains that packets enter by themselves. */
  List<String> entries() {
    return chains.entrySet().stream()
        .filter(entry -> entry.getValue().policy.isPresent())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** A chain as a list. */
  ReadList flatten(String name, String chain, View view) throws MalformedLineException {
    return new Walk(view).list(name, chain);
  }

  private final class Walk {
    private final View view;
    private final List<FilterRule> rules = new ArrayList<>();
    private final Set<Loss> losses = new LinkedHashSet<>();
    private final Set<Origin> assumed = new LinkedHashSet<>();
    private final Set<Origin> viewed = new LinkedHashSet<>();
    private final Set<Integer> doubtful = new HashSet<>();
    private boolean exact = true;
    private Action otherwise = Action.ALLOW;

    private Walk(View view) {
      this.view = view;
    }

    private ReadList list(String name, String entry) throws MalformedLineException {
      Chain chain = chains.get(entry);
      otherwise = chain.policy.orElse(Action.ALLOW);
      walk(chain, Match.ALWAYS.may(), Match.ALWAYS.must(), 0);
      List<Loss> all = new ArrayList<>(losses);
      if (!assumed.isEmpty()) {
        all.add(
            Loss.assumed(
                assumed.iterator().next(),
                count(assumed)
                    + " a state or flags: read as a connection's first packet meets them (NEW,"
                    + " SYN)"));
      }
      if (!viewed.isEmpty()) {
        all.add(interfaces(name));
      }
      if (chain.policy.isEmpty()) {
        all.add(
            Loss.assumed(
                new Origin(file, 0, 0),
                entry + " is a user's chain: what leaves it at its end is taken as allowed"));
      }
      return new ReadList(new FilterList(name, rules, otherwise), all, exact, doubtful);
    }

    private Loss interfaces(String name) {
      Origin first = viewed.iterator().next();
      if (view.isGiven) {
        return Loss.assumed(first, count(viewed) + " an interface: read as for " + name);
      }
      return Loss.lost(
          first,
          count(viewed)
              + " an interface: read as for packets of an interface that no rule names; say which"
              + " packets are meant, such as "
              + name
              + ":in=eth0,out=other");
    }

    private static String count(Set<Origin> rules) {
      return rules.size() + (rules.size() == 1 ? " rule that tests" : " rules that test");
    }

    /**
     * @param mayReach headers that can come to the chain
     * @param mustReach headers that do
     */
    private void walk(Chain chain, List<Box> mayReach, List<Box> mustReach, int depth)
        throws MalformedLineException {
      List<Box> may = mayReach;
      List<Box> must = mustReach;
      for (Rule rule : chain.rules) {
        if (may.isEmpty()) {
          return;
        }
        if (depth > MAX_DEPTH) {
          throw malformed(rule, "chains call each other in a circle, or deeper than " + MAX_DEPTH);
        }
        List<Box> hitMay = Match.and(may, rule.match.may());
        boolean canMatch = !rule.match.may().isEmpty();
        if (rule.target instanceof Target.Next || canMatch && hitMay.isEmpty()) {
          continue;
        }
        if (!rule.in.equals(Interface.ANY) || !rule.out.equals(Interface.ANY)) {
          viewed.add(rule.origin);
        }
        if (!rule.in.matches(view.in) || !rule.out.matches(view.out)) {
          continue;
        }
        if (rule.assumed) {
          assumed.add(rule.origin);
        }
        if (!canMatch) {
          continue;
        }
        List<Box> hitMust = Match.and(must, rule.match.must());
        report(rule);
        boolean leaves = false;
        switch (rule.target) {
          case Target.Verdict verdict -> decide(verdict.action, hitMay, hitMust, rule);
          case Target.Jump jump -> walk(chain(jump.chain), hitMay, hitMust, depth + 1);
          case Target.Goto other -> {
            walk(chain(other.chain), hitMay, hitMust, depth + 1);
            leaves = true;
          }
          case Target.Return ignored -> leaves = true;
          case Target.Next ignored -> {}
          case Target.Unknown ignored -> decide(Action.ALLOW, hitMay, hitMust, rule);
        }
        if (leaves && depth == 0) {
          decide(otherwise, hitMay, hitMust, rule);
        }
        if (leaves) {
          may = Match.minus(may, rule.match.must());
          must = Match.minus(must, rule.match.may());
        } else if (rule.target instanceof Target.Verdict && rule.match.isAlways()) {
          return;
        }
      }
    }

    private void decide(Action action, List<Box> hitMay, List<Box> hitMust, Rule rule)
        throws MalformedLineException {
      List<Box> boxes = action == Action.ALLOW ? hitMay : hitMust;
      long more = boxes.stream().mapToLong(Box::ruleCount).sum();
      if (rules.size() + more > MAX_RULES) {
        throw malformed(
            rule,
            "the chain would become more than "
                + MAX_RULES
                + " rules, mostly by what leaves chains early or is negated; choose a chain with"
                + " less below it");
      }
      int from = rules.size();
      boxes.forEach(box -> rules.addAll(box.rules(action, rule.label, rule.origin)));
      if (rule.target instanceof Target.Unknown || !hitMay.equals(hitMust)) {
        exact = false;
        for (int line = from; line < rules.size(); line++) {
          doubtful.add(line);
        }
      }
    }

    private void report(Rule rule) {
      for (String test : rule.unknown) {
        losses.add(
            Loss.lost(
                rule.origin, "'" + test + "' can't be modelled; the list lets pass what may pass"));
      }
      if (rule.target instanceof Target.Unknown target) {
        losses.add(
            Loss.lost(
                rule.origin,
                "target " + target.name + " can't be modelled; the list lets pass what may pass"));
      }
    }

    private MalformedLineException malformed(Rule rule, String problem) {
      return new MalformedLineException(file, rule.origin.line(), 1, problem);
    }
  }
}
