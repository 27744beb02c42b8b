package io.vpcrig.symbolic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.acl.ClassBenchRules;
import io.vpcrig.acl.MatchRule;
import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.Origin;
import io.vpcrig.model.PortRange;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Single rules of real lists are changed; whether that changes the meaning is decided a second way,
 * by the sets of the rules that meet the changed one. {@code -Dmutations=N} does more of them.
 */
class MutationTest {
  private static final Path SETS = Path.of("../shared/data/rules/classbench");
  private static final int MUTATIONS = Integer.getInteger("mutations", 250);

  @ParameterizedTest
  @CsvSource({
    "neurocuts_acl1_1k.rules, 1",
    "neurocuts_fw1_1k.rules, 2",
    "neurocuts_ipc1_1k.rules, 3",
    "neurocuts_fw5_1k.rules, 4"
  })
  void everyMutationIsToldByWhetherItChangesTheMeaning(String file, long seed) throws IOException {
    Random random = new Random(seed);
    FilterList list = list(file, random);
    int changing = 0;
    for (int k = 0; k < MUTATIONS; k++) {
      int at = random.nextInt(list.rules().size());
      FilterList mutant = mutant(list, at, random);
      Optional<Difference.Cell> cell = Difference.first(list, mutant, Duration.ofMinutes(1));
      String context = file + ", seed " + seed + ", mutation " + k + " of rule " + at;
      assertEquals(differs(list, mutant), cell.isPresent(), context);
      if (cell.isPresent()) {
        changing++;
        Header header = cell.get().example();
        assertNotEquals(Lists.verdict(list, header), Lists.verdict(mutant, header), context);
        assertEquals(Lists.decider(list, header), cell.get().one(), context);
        assertEquals(Lists.decider(mutant, header), cell.get().other(), context);
      }
    }
    assertTrue(changing > MUTATIONS / 10 && changing < MUTATIONS, changing + " change");
  }

  /** Rules of a list that was written in no format with actions get one each. */
  private static FilterList list(String file, Random random) throws IOException {
    List<FilterRule> rules = new ArrayList<>();
    for (MatchRule rule : ClassBenchRules.read(SETS.resolve(file)).rules()) {
      rules.add(
          new FilterRule(
              rule.source(),
              rule.destination(),
              rule.sourcePorts(),
              rule.destinationPorts(),
              rule.protocol(),
              random.nextBoolean() ? Action.ALLOW : Action.DENY,
              Integer.toString(rule.id()),
              Origin.BUILT_IN));
    }
    return new FilterList(file, rules, Action.DENY);
  }

  private static FilterList mutant(FilterList list, int at, Random random) {
    List<FilterRule> rules = new ArrayList<>(list.rules());
    FilterRule rule = rules.get(at);
    switch (random.nextInt(4)) {
      case 0 -> {
        int first = Math.min(65535, rule.destinationPorts().first() + 1);
        PortRange ports = new PortRange(first, Math.max(first, rule.destinationPorts().last()));
        rules.set(at, with(rule, rule.source(), ports, rule.action()));
      }
      case 1 -> {
        int length =
            rule.source().length() == 0
                ? 1
                : rule.source().length() + (rule.source().length() == 32 ? -1 : 1);
        Cidr source = new Cidr(rule.source().network(), length);
        rules.set(at, with(rule, source, rule.destinationPorts(), rule.action()));
      }
      case 2 -> {
        Action action = rule.action() == Action.ALLOW ? Action.DENY : Action.ALLOW;
        rules.set(at, with(rule, rule.source(), rule.destinationPorts(), action));
      }
      default -> rules.add(random.nextInt(rules.size()), rules.remove(at));
    }
    return new FilterList(list.name(), rules, list.otherwise());
  }

  private static FilterRule with(FilterRule rule, Cidr source, PortRange ports, Action action) {
    return new FilterRule(
        source,
        rule.destination(),
        rule.sourcePorts(),
        ports,
        rule.protocol(),
        action,
        rule.label(),
        rule.origin());
  }

  /** Both lists as sets, within the boxes of the rules that are not the same in both places. */
  private static boolean differs(FilterList one, FilterList other) {
    List<FilterRule> a = one.rules();
    List<FilterRule> b = other.rules();
    int first = 0;
    while (first < a.size() && a.get(first).equals(b.get(first))) {
      first++;
    }
    int last = a.size() - 1;
    while (last > first && a.get(last).equals(b.get(last))) {
      last--;
    }
    if (first == a.size()) {
      return false;
    }
    // The one rule that changed, as it was and as it is: a moved one stands at either end.
    List<Box> boxes =
        List.of(
            Box.of(a.get(first)), Box.of(b.get(first)), Box.of(a.get(last)), Box.of(b.get(last)));
    try (HeaderSpace space = new HeaderSpace()) {
      for (Box box : boxes) {
        if (!allowed(space, one, box).equals(allowed(space, other, box))) {
          return true;
        }
      }
      return false;
    }
  }

  private static HeaderSet allowed(HeaderSpace space, FilterList list, Box box) {
    List<FilterRule> near =
        list.rules().stream().filter(rule -> Box.of(rule).overlaps(box)).toList();
    HeaderSet within = space.of(box);
    HeaderSet allowed = space.empty();
    for (FilterRule rule : near.reversed()) {
      HeaderSet matched = space.of(Box.of(rule).and(box).orElseThrow());
      allowed = rule.action() == Action.ALLOW ? allowed.or(matched) : allowed.minus(matched);
    }
    return allowed.and(within);
  }
}
