package io.vpcrig.query.compiler;

import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Ways to write a list otherwise without changing what it means. */
enum SameMeaning {
  /** Two neighbours that can't both match, or do the same, change places. */
  PERMUTED("independent neighbours swapped") {
    @Override
    Optional<List<WrittenRule>> apply(WrittenList list, int at, SplittableRandom random) {
      if (at + 1 >= list.rules().size()) {
        return Optional.empty();
      }
      List<WrittenRule> rules = new ArrayList<>(list.rules());
      WrittenRule one = rules.get(at);
      WrittenRule next = rules.get(at + 1);
      if (one.action() != next.action() && !one.disjoint(next)) {
        return Optional.empty();
      }
      Collections.swap(rules, at, at + 1);
      return Optional.of(rules);
    }
  },
  /** A rule for a range becomes two for its halves. */
  PORTS_SPLIT("a range of ports split") {
    @Override
    Optional<List<WrittenRule>> apply(WrittenList list, int at, SplittableRandom random) {
      WrittenRule rule = list.rules().get(at);
      PortRange ports = rule.destinationPorts();
      if (!WrittenRule.hasPorts(rule.protocol()) || ports.size() == 1) {
        return Optional.empty();
      }
      int last = random.nextInt(ports.first(), ports.last());
      return replaced(
          list,
          at,
          rule.withDestinationPorts(new PortRange(last + 1, ports.last())),
          rule.withDestinationPorts(new PortRange(ports.first(), last)));
    }
  },
  /** A rule for a prefix becomes two for its halves. */
  PREFIX_SPLIT("a prefix split") {
    @Override
    Optional<List<WrittenRule>> apply(WrittenList list, int at, SplittableRandom random) {
      WrittenRule rule = list.rules().get(at);
      Cidr first = rule.sources().getFirst();
      if (rule.sources().size() != 1 || first.length() == 32) {
        return Optional.empty();
      }
      int length = first.length() + 1;
      Cidr low = new Cidr(first.network(), length);
      Cidr high = new Cidr(first.network() | 1 << 32 - length, length);
      return replaced(list, at, rule.withSources(List.of(low)), rule.withSources(List.of(high)));
    }
  },
  /** A rule for several sources becomes one for each. */
  CIDRS_PARTED("a rule with several prefixes parted") {
    @Override
    Optional<List<WrittenRule>> apply(WrittenList list, int at, SplittableRandom random) {
      WrittenRule rule = list.rules().get(at);
      return rule.sources().size() == 1
          ? Optional.empty()
          : replaced(
              list,
              at,
              rule.sources().stream()
                  .map(source -> rule.withSources(List.of(source)))
                  .toArray(WrittenRule[]::new));
    }
  },
  /** A rule comes once more, behind itself. */
  DUPLICATED("a rule repeated") {
    @Override
    Optional<List<WrittenRule>> apply(WrittenList list, int at, SplittableRandom random) {
      return behind(list, at, list.rules().get(at), random);
    }
  },
  /** A rule comes behind one that matches all it matches. */
  SHADOWED("a shadowed rule added") {
    @Override
    Optional<List<WrittenRule>> apply(WrittenList list, int at, SplittableRandom random) {
      WrittenRule rule = list.rules().get(at);
      Cidr source = rule.sources().getFirst();
      Cidr narrower = new Cidr(source.network(), Math.min(32, source.length() + 1));
      WrittenRule shadowed =
          rule.withSources(List.of(narrower))
              .withAction(random.nextBoolean() ? Action.ALLOW : Action.DENY);
      if (rule.protocol() == Protocol.ALL) {
        shadowed = shadowed.withProtocol(Protocol.UDP, false);
      }
      return behind(list, at, shadowed, random);
    }
  },
  /** The default is said by a last rule, too. */
  DEFAULT_WRITTEN("the default written as the last rule") {
    @Override
    Optional<List<WrittenRule>> apply(WrittenList list, int at, SplittableRandom random) {
      List<WrittenRule> rules = new ArrayList<>(list.rules());
      rules.add(WrittenRule.everything(list.otherwise()));
      return Optional.of(rules);
    }
  };

  private final String label;

  SameMeaning(String label) {
    this.label = label;
  }

  /** For people. */
  @Override
  public String toString() {
    return label;
  }

  /**
   * The rules written otherwise, if this way fits.
   *
   * @param at a rule of the list
   */
  abstract Optional<List<WrittenRule>> apply(WrittenList list, int at, SplittableRandom random);

  /** A list that means the same as a given one with rules. */
  Optional<WrittenList> variant(WrittenList list, SplittableRandom random) {
    int at = random.nextInt(list.rules().size());
    return apply(list, at, random).map(list::withRules);
  }

  private static Optional<List<WrittenRule>> replaced(
      WrittenList list, int at, WrittenRule... others) {
    List<WrittenRule> rules = new ArrayList<>(list.rules());
    rules.remove(at);
    rules.addAll(at, List.of(others));
    return Optional.of(rules);
  }

  private static Optional<List<WrittenRule>> behind(
      WrittenList list, int at, WrittenRule more, SplittableRandom random) {
    List<WrittenRule> rules = new ArrayList<>(list.rules());
    rules.add(random.nextInt(at + 1, rules.size() + 1), more);
    return Optional.of(rules);
  }
}
