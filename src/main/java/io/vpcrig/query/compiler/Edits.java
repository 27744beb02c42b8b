package io.vpcrig.query.compiler;

import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/** Lists that differ from a given one by a few edits, as people make them. */
final class Edits {
  private static final int LONGEST = 30;

  private final SplittableRandom random;
  private final List<WrittenRule> rules;

  private Edits(List<WrittenRule> rules, SplittableRandom random) {
    this.rules = new ArrayList<>(rules);
    this.random = random;
  }

  /** Some rules of the list, in its order, edited up to 4 times. */
  static WrittenList of(WrittenList list, SplittableRandom random) {
    int size = list.rules().size();
    int length = Math.min(size, random.nextInt(1, LONGEST + 1));
    int from = random.nextInt(size - length + 1);
    Edits edits = new Edits(list.rules().subList(from, from + length), random);
    int count = random.nextInt(5);
    for (int i = 0; i < count; i++) {
      edits.edit();
    }
    return list.withRules(edits.rules);
  }

  private void edit() {
    if (rules.isEmpty()) {
      rules.add(ListDraw.rule(random));
      return;
    }
    int at = random.nextInt(rules.size());
    WrittenRule rule = rules.get(at);
    switch (random.nextInt(10)) {
      case 0 -> Collections.swap(rules, at, random.nextInt(rules.size()));
      case 1 -> rules.add(random.nextInt(rules.size()), rules.remove(at));
      case 2 -> rules.remove(at);
      case 3 -> rules.add(random.nextInt(rules.size() + 1), rule);
      case 4 -> rules.set(at, rule.withAction(other(rule.action())));
      case 5 -> rules.set(at, rule.withSources(edited(rule.sources())));
      case 6 -> rules.set(at, rule.withDestinations(edited(rule.destinations())));
      case 7 -> rules.set(at, ports(rule));
      case 8 -> rules.set(at, protocol(rule));
      default ->
          rules.set(at, rule.withSources(rule.destinations()).withDestinations(rule.sources()));
    }
  }

  private static Action other(Action action) {
    return action == Action.ALLOW ? Action.DENY : Action.ALLOW;
  }

  private List<Cidr> edited(List<Cidr> cidrs) {
    List<Cidr> changed = new ArrayList<>(cidrs);
    int at = random.nextInt(changed.size());
    Cidr cidr = changed.get(at);
    int length = cidr.length();
    switch (random.nextInt(4)) {
      case 0 -> changed.set(at, new Cidr(cidr.network(), Math.min(32, length + 1)));
      case 1 ->
          changed.set(
              at,
              new Cidr(
                  cidr.address() & Cidr.mask(Math.max(0, length - 1)), Math.max(0, length - 1)));
      case 2 -> changed.set(at, beside(cidr));
      default -> changed.add(beside(cidr));
    }
    return changed;
  }

  private static Cidr beside(Cidr cidr) {
    return cidr.length() == 0
        ? new Cidr(Integer.MIN_VALUE, 1)
        : new Cidr(cidr.address() ^ 1 << 32 - cidr.length(), cidr.length());
  }

  private WrittenRule ports(WrittenRule rule) {
    PortRange ports = rule.destinationPorts();
    if (!WrittenRule.hasPorts(rule.protocol())) {
      return rule.withDestinationPorts(PortRange.ALL);
    }
    int first = ports.first();
    int last = ports.last();
    return rule.withDestinationPorts(
        switch (random.nextInt(4)) {
          case 0 -> new PortRange(Math.max(0, first - 1), last);
          case 1 -> new PortRange(Math.min(last, first + 1), last);
          case 2 -> new PortRange(first, Math.max(first, last - 1));
          default -> new PortRange(first, Math.min(65535, last + 1));
        });
  }

  private WrittenRule protocol(WrittenRule rule) {
    return switch (random.nextInt(4)) {
      case 0 -> rule.withProtocol(Protocol.TCP, random.nextBoolean());
      case 1 -> rule.withProtocol(Protocol.UDP, false);
      case 2 -> rule.withProtocol(Protocol.ALL, false);
      default -> rule.withProtocol(random.nextInt(256), false);
    };
  }
}
