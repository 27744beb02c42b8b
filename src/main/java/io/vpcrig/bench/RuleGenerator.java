package io.vpcrig.bench;

import io.vpcrig.acl.MatchRule;
import io.vpcrig.acl.RuleSet;
import io.vpcrig.model.Protocol;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Makes rule sets of a family: distinct rules, those that match fewer headers first, so that none
 * is hidden behind a single earlier one. The same family, count and seed give the same rules.
 */
public final class RuleGenerator {
  /** Smallest set. */
  public static final int MIN_RULES = 10;

  /** Largest set. */
  public static final int MAX_RULES = 1_000_000;

  /** Draws that may bring nothing new before a family is held to be exhausted. */
  private static final int MAX_BARREN_DRAWS = 1000;

  private static final String VPC = "vpc";

  private final RuleFamily family;

  private RuleGenerator(RuleFamily family) {
    this.family = family;
  }

  /** The families known by name, in the order of their names. */
  public static List<String> names() {
    Set<String> names = new TreeSet<>(RuleModel.NAMES);
    names.add(VPC);
    return List.copyOf(names);
  }

  /**
   * A family known by name.
   *
   * @param name one of {@link #names}
   */
  public static RuleGenerator named(String name) throws IOException {
    return new RuleGenerator(
        name.equals(VPC) ? new VpcRules() : new FittedRules(RuleModel.named(name)));
  }

  /**
   * The family of which a set is one.
   *
   * @param rules at least one
   */
  public static RuleGenerator like(RuleSet rules) {
    return new RuleGenerator(new FittedRules(RuleFitter.fit(rules)));
  }

  /**
   * Makes a set.
   *
   * @param count at least 1
   * @throws IllegalArgumentException with a sentence for the operator if the family does not have
   *     so many
   */
  public List<MatchRule> generate(int count, long seed) {
    var random = new SplittableRandom(seed);
    Set<MatchRule> distinct = LinkedHashSet.newLinkedHashSet(count);
    // What one draw lacks for its equal rules comes from a further one, with addresses of its own.
    for (int barren = 0; distinct.size() < count && barren < MAX_BARREN_DRAWS; ) {
      int before = distinct.size();
      distinct.addAll(family.draw(count - before, random));
      barren = distinct.size() > before ? 0 : barren + 1;
    }
    if (distinct.size() < count) {
      throw new IllegalArgumentException(
          "rules like these come in no more than about " + distinct.size() + " kinds");
    }
    List<MatchRule> rules = new ArrayList<>(distinct);
    rules.sort(Comparator.comparingDouble(RuleGenerator::volume));
    for (int i = 0; i < rules.size(); i++) {
      rules.set(i, numbered(rules.get(i), i));
    }
    return rules;
  }

  /**
   * How many headers a rule matches; the product of powers and counts is rounded alike anywhere.
   */
  static double volume(MatchRule rule) {
    double ports = (double) rule.sourcePorts().size() * rule.destinationPorts().size();
    int bits = 64 - rule.source().length() - rule.destination().length();
    return Math.scalb(ports, bits + (rule.protocol() == Protocol.ALL ? 8 : 0));
  }

  /** The rule, at another place. */
  static MatchRule numbered(MatchRule rule, int id) {
    return new MatchRule(
        rule.source(),
        rule.destination(),
        rule.sourcePorts(),
        rule.destinationPorts(),
        rule.protocol(),
        id,
        rule.quirk());
  }
}
