package io.vpcrig.acl.live;

import io.vpcrig.acl.Classifier;
import io.vpcrig.acl.Classifiers;
import io.vpcrig.acl.MatchRule;
import io.vpcrig.acl.OverBudgetException;
import io.vpcrig.acl.RuleSet;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/** Rules and headers of few addresses and ports, so that several rules match most headers. */
final class LiveSamples {
  private LiveSamples() {}

  /** A header as the four columns. */
  record Header(int source, int destination, int ports, int protocol) {
    static Header random(SplittableRandom random) {
      return new Header(
          address(random),
          address(random),
          somePort(random) << 16 | somePort(random),
          someProtocol(random));
    }

    int ask(Classifier classifier) {
      return classifier.classify(source, destination, ports, protocol);
    }
  }

  static List<MatchRule> rules(int count, SplittableRandom random) {
    List<MatchRule> rules = new ArrayList<>();
    for (int id = 0; id < count; id++) {
      rules.add(rule(id, random));
    }
    return rules;
  }

  static MatchRule rule(int id, SplittableRandom random) {
    int first = somePort(random);
    return new MatchRule(
        cidr(random),
        cidr(random),
        PortRange.ALL,
        random.nextBoolean()
            ? PortRange.ALL
            : new PortRange(first, Math.max(first, somePort(random))),
        random.nextInt(3) == 0 ? Protocol.ALL : someProtocol(random),
        id,
        Quirk.NONE);
  }

  /** Id of the first rule that matches, by definition; -1 if none does. */
  static int define(List<MatchRule> rules, Header header) {
    for (MatchRule rule : rules) {
      if (rule.matches(header.source, header.destination, header.ports, header.protocol)) {
        return rule.id();
      }
    }
    return Classifier.NONE;
  }

  /** Id of the rule in a slot. */
  static int id(OverlayClassifier version, int slot) {
    return slot == Classifier.NONE ? Classifier.NONE : version.rule(slot).id();
  }

  /** That engine, or where it refuses the rules the one that suits them. */
  static Function<RuleSet, Classifier> engine(String name) {
    return rules -> {
      try {
        return Classifiers.byName(name, rules);
      } catch (OverBudgetException e) {
        return Classifiers.choose(rules).classifier();
      }
    };
  }

  private static Cidr cidr(SplittableRandom random) {
    return new Cidr(address(random), new int[] {0, 4, 8, 27, 30, 31, 32}[random.nextInt(7)]);
  }

  private static int address(SplittableRandom random) {
    return random.nextInt(4) << 30 | random.nextInt(8);
  }

  private static int somePort(SplittableRandom random) {
    return random.nextInt(8);
  }

  private static int someProtocol(SplittableRandom random) {
    return random.nextBoolean() ? Protocol.TCP : Protocol.UDP;
  }
}
