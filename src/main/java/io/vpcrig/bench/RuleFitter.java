package io.vpcrig.bench;

import io.vpcrig.acl.MatchRule;
import io.vpcrig.acl.RuleSet;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Quirk;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** Reads the statistics of a rule set off its rules; equal rules count once. */
final class RuleFitter {
  private static final int BITS = 32;

  private final List<MatchRule> rules;
  private final Cidr[] source;
  private final Cidr[] destination;

  private RuleFitter(RuleSet set) {
    rules = set.rules().stream().map(RuleFitter::bare).distinct().toList();
    source = rules.stream().map(MatchRule::source).toArray(Cidr[]::new);
    destination = rules.stream().map(MatchRule::destination).toArray(Cidr[]::new);
  }

  /** What the rule matches, wherever it stands and whatever its host bits. */
  private static MatchRule bare(MatchRule rule) {
    return new MatchRule(
        bare(rule.source()),
        bare(rule.destination()),
        rule.sourcePorts(),
        rule.destinationPorts(),
        rule.protocol(),
        0,
        Quirk.NONE);
  }

  private static Cidr bare(Cidr cidr) {
    return new Cidr(cidr.network(), cidr.length());
  }

  /**
   * @param rules at least one
   */
  static RuleModel fit(RuleSet rules) {
    return new RuleFitter(rules).model();
  }

  private RuleModel model() {
    return new RuleModel(
        rules.size(),
        profiles(),
        ports(),
        tree(source, null),
        tree(destination, source),
        correlation());
  }

  private List<RuleModel.Profile> profiles() {
    return counted(rules.stream().map(RuleFitter::profile).toList(), RuleModel.Profile::times);
  }

  private static RuleModel.Profile profile(MatchRule rule) {
    return new RuleModel.Profile(
        rule.protocol(),
        PortClass.of(rule.sourcePorts()),
        PortClass.of(rule.destinationPorts()),
        rule.source().length(),
        rule.destination().length(),
        1);
  }

  private List<RuleModel.Ports> ports() {
    List<RuleModel.Ports> all = new ArrayList<>();
    for (MatchRule rule : rules) {
      addPorts(rule.protocol(), RuleModel.Side.SOURCE, rule.sourcePorts(), all);
      addPorts(rule.protocol(), RuleModel.Side.DESTINATION, rule.destinationPorts(), all);
    }
    return counted(all, RuleModel.Ports::times);
  }

  private static void addPorts(
      int protocol, RuleModel.Side side, PortRange range, List<RuleModel.Ports> to) {
    if (PortClass.of(range).hasValues()) {
      to.add(new RuleModel.Ports(protocol, side, range.first(), range.last(), 1));
    }
  }

  /** Each value once, with its count, in the order of their texts. */
  private static <T> List<T> counted(List<T> values, BiFunction<T, Integer, T> withCount) {
    Map<T, Integer> counts = new HashMap<>();
    values.forEach(value -> counts.merge(value, 1, Integer::sum));
    return counts.entrySet().stream()
        .sorted(Comparator.comparing(entry -> entry.getKey().toString()))
        .map(entry -> withCount.apply(entry.getKey(), entry.getValue()))
        .toList();
  }

  /**
   * The tree of the distinct prefixes.
   *
   * @param guides prefixes of the other side, if there is one to keep to: the shape counts a prefix
   *     where it has left the path of its first guide
   */
  private static RuleModel.Tree tree(Cidr[] prefixes, Cidr[] guides) {
    Map<Cidr, Integer> rules = new LinkedHashMap<>();
    Map<Cidr, Cidr> guideOf = new HashMap<>();
    for (int i = 0; i < prefixes.length; i++) {
      rules.merge(prefixes[i], 1, Integer::sum);
      // A guide without bits guides nobody.
      guideOf.putIfAbsent(prefixes[i], guides == null ? Cidr.ANY : guides[i]);
    }
    var tally = new TreeShape.Tally();
    visit(List.copyOf(rules.keySet()), 0, guideOf, tally);
    return new RuleModel.Tree(popularity(rules), tally.shape());
  }

  private static List<RuleModel.Popularity> popularity(Map<Cidr, Integer> rules) {
    Map<Long, Integer> counts = new TreeMap<>();
    rules.forEach((prefix, n) -> counts.merge((long) prefix.length() << 32 | n, 1, Integer::sum));
    return counts.entrySet().stream()
        .map(
            entry ->
                new RuleModel.Popularity(
                    (int) (entry.getKey() >> 32), entry.getKey().intValue(), entry.getValue()))
        .toList();
  }

  private static void visit(
      List<Cidr> here, int level, Map<Cidr, Cidr> guideOf, TreeShape.Tally tally) {
    if (level == BITS || here.isEmpty()) {
      return;
    }
    List<List<Cidr>> below = List.of(new ArrayList<>(), new ArrayList<>());
    int[] free = new int[2];
    for (Cidr prefix : here) {
      if (prefix.length() > level) {
        int bit = bit(prefix.address(), level);
        below.get(bit).add(prefix);
        free[bit] += isGuided(prefix.address(), guideOf.get(prefix), level) ? 0 : 1;
      }
    }
    tally.add(level, free[0], free[1]);
    visit(below.get(0), level + 1, guideOf, tally);
    visit(below.get(1), level + 1, guideOf, tally);
  }

  private List<Double> correlation() {
    Map<Cidr, Cidr> sourceOf = new LinkedHashMap<>();
    for (int i = 0; i < source.length; i++) {
      sourceOf.putIfAbsent(destination[i], source[i]);
    }
    int[] guided = new int[BITS];
    int[] agree = new int[BITS];
    sourceOf.forEach(
        (to, from) -> {
          for (int level = 0; level < to.length(); level++) {
            if (isGuided(to.address(), from, level)) {
              guided[level]++;
              agree[level] += bit(to.address(), level) == bit(from.address(), level) ? 1 : 0;
            }
          }
        });
    List<Double> parts = new ArrayList<>();
    for (int level = 0; level < BITS; level++) {
      parts.add(
          guided[level] == 0 ? 0 : Math.round(1000.0 * agree[level] / guided[level]) / 1000.0);
    }
    return parts;
  }

  /** Whether the guide has a bit at a level and agrees in all before it. */
  static boolean isGuided(int address, Cidr guide, int level) {
    return guide.length() > level && ((address ^ guide.address()) & Cidr.mask(level)) == 0;
  }

  /** Bit of an address, the most significant being 0. */
  static int bit(int address, int level) {
    return address >>> 31 - level & 1;
  }
}
