package io.vpcrig.query.lint;

import io.vpcrig.acl.ListCompiler;
import io.vpcrig.acl.RuleSet;
import io.vpcrig.model.AclList;
import io.vpcrig.model.Action;
import io.vpcrig.model.Direction;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.Origin;
import io.vpcrig.model.Quirk;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Semantics;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.AclFilters;
import io.vpcrig.symbolic.Difference;
import io.vpcrig.symbolic.HeaderSpace;
import io.vpcrig.symbolic.UndecidedException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Everything dubious in a VPC: its lists one by one ({@link ListLint}), their rules where they are
 * used ({@link RuleLint}), and what they mean for tiers and public addresses ({@link ReachLint}).
 */
public final class VpcLint {
  private final Vpc vpc;
  private final Duration limit;
  private final Set<Finding> findings = new LinkedHashSet<>();

  private VpcLint(Vpc vpc, Duration limit) {
    this.vpc = vpc;
    this.limit = limit;
  }

  /**
   * @param limit for each list, and for each question beside them
   */
  public static List<Finding> of(Vpc vpc, Duration limit) {
    VpcLint lint = new VpcLint(vpc, limit);
    Set<String> used = lint.used();
    for (AclList list : vpc.lists().values()) {
      for (Direction direction : Direction.values()) {
        FilterList lines = AclFilters.of(list, direction, vpc.semantics());
        lint.findings.addAll(ListLint.of(lines, limit));
        lint.ask(list.name(), list.origin(), () -> lint.quirks(list, direction));
        RuleLint rules = new RuleLint(vpc, list, limit);
        lint.ask(list.name(), list.origin(), () -> rules.run(direction));
        lint.findings.addAll(rules.findings());
      }
      if (!used.contains(list.name())) {
        lint.findings.add(
            new Finding(
                Finding.Kind.UNUSED_LIST,
                list.name(),
                "no tier and no private gateway uses it",
                list.origin(),
                List.of()));
      }
    }
    lint.reach();
    return List.copyOf(lint.findings);
  }

  private void reach() {
    try (HeaderSpace space = new HeaderSpace()) {
      ReachLint reach = new ReachLint(vpc, space);
      for (Segment.Tier tier : vpc.tiers()) {
        space.limit(limit);
        ask(tier.name(), tier.origin(), () -> reach.tier(tier));
      }
      for (Segment.PrivateGateway gateway : vpc.privateGateways()) {
        space.limit(limit);
        ask(gateway.name(), gateway.origin(), () -> reach.gateway(gateway));
      }
      findings.addAll(reach.findings());
    }
  }

  /** A question that is not answered in time is a finding, too. */
  private void ask(String where, Origin origin, Runnable question) {
    try {
      question.run();
    } catch (UndecidedException e) {
      findings.add(new Finding(Finding.Kind.UNDECIDED, where, e.getMessage(), origin, List.of()));
    }
  }

  private Set<String> used() {
    Set<String> used = new HashSet<>();
    vpc.tiers().forEach(tier -> tier.acl().ifPresent(used::add));
    vpc.privateGateways().forEach(gateway -> used.add(gateway.acl()));
    return used;
  }

  /** Each quirk alone, held against the list as it was meant. */
  private void quirks(AclList list, Direction direction) {
    FilterList meant = AclFilters.of(list, direction, Semantics.INTENDED);
    for (Quirk quirk : ListCompiler.quirks(list, direction)) {
      RuleSet lines = ListCompiler.compile(list, direction, EnumSet.of(quirk));
      FilterList shipped = AclFilters.of(list, direction, lines);
      Optional<Difference.Cell> cell = Difference.first(meant, shipped, limit);
      if (cell.isPresent()) {
        Set<Integer> numbers = new TreeSet<>();
        lines.rules().stream()
            .filter(line -> line.quirk() == quirk)
            .forEach(line -> numbers.add(list.rules().get(line.id()).number()));
        int first = numbers.iterator().next();
        findings.add(
            new Finding(
                Finding.Kind.SHIPPED_ROUTER,
                meant.name(),
                quirk.label()
                    + ": "
                    + quirk.sentence()
                    + " (rule "
                    + numbers.stream().map(Object::toString).collect(Collectors.joining(", "))
                    + "); "
                    + cell.get().example().flow()
                    + " is "
                    + verdict(meant, cell.get().one())
                    + " as meant, "
                    + verdict(shipped, cell.get().other())
                    + " as shipped",
                list.rules().get(list.indexOf(first)).origin(),
                List.of()));
      }
    }
  }

  private static String verdict(FilterList list, int rule) {
    return list.action(rule) == Action.ALLOW ? "allowed" : "denied";
  }
}
