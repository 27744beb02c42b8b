package io.vpcrig.bench;

import io.vpcrig.acl.MatchRule;
import io.vpcrig.acl.RuleSet;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.PortRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Reads the statistics of a rule set off its rules; equal rules count once. */
final class RuleFitter {
  private static final int BITS = 32;

  private final List<MatchRule> rules;
  private final Cidr[] source;
  private final Cidr[] destination;

  private RuleFitter(RuleSet set) {
    var distinct = new LinkedHashSet<MatchRule>();
    for (MatchRule rule : set.rules()) {
      distinct.add(RuleGenerator.numbered(rule, 0));
    }
    rules = List.copyOf(distinct);
    source = rules.stream().map(rule -> bare(rule.source())).toArray(Cidr[]::new);
    destination = rules.stream().map(rule -> bare(rule.destination())).toArray(Cidr[]::new);
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
    return counted(
        rules.stream().map(RuleFitter::profile).toList(),
        RuleModel.Profile::toString,
        (profile, count) ->
            new RuleModel.Profile(
                profile.protocol(),
                profile.sourcePorts(),
                profile.destinationPorts(),
                profile.sourceLength(),
                profile.destinationLength(),
                count));
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
    return counted(
        all,
        RuleModel.Ports::toString,
        (ports, count) ->
            new RuleModel.Ports(
                ports.protocol(), ports.side(), ports.first(), ports.last(), count));
  }

  private static void addPorts(
      int protocol, RuleModel.Side side, PortRange range, List<RuleModel.Ports> to) {
    if (PortClass.of(range).hasValues()) {
      to.add(new RuleModel.Ports(protocol, side, range.first(), range.last(), 1));
    }
  }

  /** Counts equal values and returns each once, with its count, in the order of its text. */
  private static <T> List<T> counted(
      List<T> values, Function<T, String> text, java.util.function.BiFunction<T, Integer, T> with) {
    Map<String, T> firsts = new TreeMap<>();
    Map<String, Integer> counts = new TreeMap<>();
    for (T value : values) {
      firsts.putIfAbsent(text.apply(value), value);
      counts.merge(text.apply(value), 1, Integer::sum);
    }
    return firsts.entrySet().stream()
        .map(entry -> with.apply(entry.getValue(), counts.get(entry.getKey())))
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
