package io.vpcrig.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.TestData;
import io.vpcrig.acl.ClassBenchRules;
import io.vpcrig.acl.MatchRule;
import io.vpcrig.acl.RuleSet;
import io.vpcrig.model.Cidr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The shipped models against the rule sets they were read off. {@code -Dvpcrig.refit=true} writes
 * the models anew, into the sources.
 */
class RuleFitterTest {
  private static final Path RESOURCES = Path.of("src/main/resources/io/vpcrig/bench");
  private static final long SEED = 7;

  static List<String> families() {
    return RuleModel.NAMES;
  }

  @ParameterizedTest
  @MethodSource("families")
  void theShippedModelIsWhatTheFitterMakesOfTheRealSet(String family) throws IOException {
    String fitted = RuleFitter.fit(real(family)).toJson();
    Path shipped = RESOURCES.resolve(family + ".json");
    if (Boolean.getBoolean("vpcrig.refit")) {
      Files.createDirectories(RESOURCES);
      Files.writeString(shipped, fitted);
    }
    assertEquals(fitted, Files.readString(shipped), "refit with -Dvpcrig.refit=true");
  }

  @ParameterizedTest
  @MethodSource("families")
  void generatedRulesHaveTheStatisticsOfTheRealSet(String family) throws IOException {
    List<MatchRule> real = List.copyOf(new HashSet<>(bare(real(family).rules())));
    List<MatchRule> made = RuleGenerator.named(family).generate(real.size(), SEED);

    near(0.06, family, "protocol", real, made, MatchRule::protocol);
    near(0.10, family, "source length", real, made, rule -> rule.source().length());
    near(0.10, family, "destination length", real, made, rule -> rule.destination().length());
    near(
        0.15,
        family,
        "both lengths",
        real,
        made,
        rule -> rule.source().length() << 6 | rule.destination().length());
    near(0.10, family, "source ports", real, made, MatchRule::sourcePorts);
    near(0.10, family, "destination ports", real, made, MatchRule::destinationPorts);
    // Counts and nesting come out of many draws, and a rule drawn twice is drawn anew elsewhere.
    ratio(family, "sources", count(real, MatchRule::source), count(made, MatchRule::source));
    ratio(
        family,
        "destinations",
        count(real, MatchRule::destination),
        count(made, MatchRule::destination));
    ratio(family, "networks", subnets(real), subnets(made));
    ratio(family, "source nesting", nesting(real, true), nesting(made, true));
    ratio(family, "destination nesting", nesting(real, false), nesting(made, false));
  }

  private static RuleSet real(String family) throws IOException {
    return ClassBenchRules.read(
        TestData.sharedOrSkip("rules/classbench/neurocuts_" + family + "_10k.rules.gz"));
  }

  private static List<MatchRule> bare(List<MatchRule> rules) {
    return rules.stream().map(rule -> RuleGenerator.numbered(rule, 0)).toList();
  }

  /** Half the sum of the differences of shares: 0 for equal distributions, 1 for disjoint ones. */
  private static <T> void near(
      double tolerance,
      String family,
      String what,
      List<MatchRule> real,
      List<MatchRule> made,
      Function<MatchRule, T> value) {
    Map<T, Double> share = new HashMap<>();
    real.forEach(rule -> share.merge(value.apply(rule), 1.0 / real.size(), Double::sum));
    made.forEach(rule -> share.merge(value.apply(rule), -1.0 / made.size(), Double::sum));
    double distance = share.values().stream().mapToDouble(Math::abs).sum() / 2;
    assertTrue(distance <= tolerance, family + ", " + what + ": distance " + distance);
  }

  private static void ratio(String family, String what, double real, double made) {
    assertTrue(
        made <= 1.75 * real && real <= 1.75 * made,
        family + ", " + what + ": real " + real + ", made " + made);
  }

  private static <T> int count(List<MatchRule> rules, Function<MatchRule, T> value) {
    return (int) rules.stream().map(value).distinct().count();
  }

  /** How many /16 networks the addresses lie in. */
  private static int subnets(List<MatchRule> rules) {
    return count(rules, rule -> rule.source().network() >>> 16);
  }

  /** How many prefixes of the set lie around a prefix, on average over the rules. */
  private static double nesting(List<MatchRule> rules, boolean source) {
    Function<MatchRule, Cidr> side = source ? MatchRule::source : MatchRule::destination;
    Set<Cidr> all = new HashSet<>();
    rules.forEach(rule -> all.add(side.apply(rule)));
    ToIntFunction<MatchRule> around =
        rule -> {
          int n = 0;
          for (int length = 0; length < side.apply(rule).length(); length++) {
            n +=
                all.contains(new Cidr(side.apply(rule).network() & Cidr.mask(length), length))
                    ? 1
                    : 0;
          }
          return n;
        };
    return rules.stream().mapToInt(around).average().orElseThrow();
  }
}
