package io.vpcrig.query.lint;

import io.vpcrig.acl.ListCompiler;
import io.vpcrig.acl.MatchRule;
import io.vpcrig.acl.RuleSet;
import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.Origin;
import io.vpcrig.model.PortForward;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Quirk;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Semantics;
import io.vpcrig.model.Vpc;
import io.vpcrig.symbolic.Box;
import io.vpcrig.symbolic.Difference;
import io.vpcrig.symbolic.UndecidedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Everything dubious in a VPC: its lists, and what they mean for tiers and port forwards. */
public final class VpcLint {
  private static final FilterList NOTHING = new FilterList("", List.of(), Action.DENY);

  private final Vpc vpc;
  private final Duration limit;
  private final List<Finding> findings = new ArrayList<>();

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
        lint.findings.addAll(ListLint.of(filter(list, direction, vpc.semantics()), limit));
        lint.ask(list.name(), list.origin(), () -> lint.quirks(list, direction));
      }
      if (!used.contains(list.name())) {
        lint.add(
            Finding.Kind.UNUSED_LIST, list.name(), "no tier and no private gateway uses it", list);
      }
    }
    vpc.tiers().forEach(tier -> lint.ask(tier.name(), tier.origin(), () -> lint.reach(tier)));
    vpc.portForwards()
        .forEach(
            forward -> lint.ask("port forward", forward.origin(), () -> lint.forward(forward)));
    return lint.findings;
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

  /** One direction of a list as its rules stand in the router. */
  static FilterList filter(AclList list, Direction direction, Semantics semantics) {
    return filter(list, direction, ListCompiler.compile(list, direction, semantics));
  }

  private static FilterList filter(AclList list, Direction direction, RuleSet lines) {
    List<FilterRule> rules = new ArrayList<>();
    for (MatchRule line : lines.rules()) {
      AclRule rule = list.rules().get(line.id());
      rules.add(
          new FilterRule(
              line.source(),
              line.destination(),
              line.sourcePorts(),
              line.destinationPorts(),
              line.protocol(),
              rule.action(),
              Integer.toString(rule.number()),
              rule.origin()));
    }
    return new FilterList(
        list.name() + " " + direction.name().toLowerCase(Locale.ROOT),
        rules,
        direction == Direction.EGRESS ? Action.ALLOW : Action.DENY);
  }

  /** Each quirk alone, held against the list as it was meant. */
  private void quirks(AclList list, Direction direction) {
    FilterList meant = filter(list, direction, Semantics.INTENDED);
    for (Quirk quirk : ListCompiler.quirks(list, direction)) {
      RuleSet lines = ListCompiler.compile(list, direction, EnumSet.of(quirk));
      FilterList shipped = filter(list, direction, lines);
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

  private FilterList ingress(Segment.Tier tier) {
    return vpc.list(tier)
        .map(list -> filter(list, Direction.INGRESS, vpc.semantics()))
        .orElse(NOTHING);
  }

  private void reach(Segment.Tier tier) {
    Cidr network = tier.subnet();
    Box into = Box.of(Cidr.ANY, network, PortRange.ALL, PortRange.ALL, -1);
    if (Difference.first(ingress(tier), NOTHING, into, limit).isEmpty()) {
      findings.add(
          new Finding(
              Finding.Kind.UNREACHABLE_TIER,
              tier.name(),
              tier.acl().isPresent()
                  ? "its list " + tier.acl().get() + " lets no new connection into it"
                  : "it has no list, so no new connection comes into it",
              tier.origin(),
              List.of()));
    }
  }

  private void forward(PortForward forward) {
    int target = forward.host().address();
    Optional<Segment.Tier> tier =
        vpc.tiers().stream().filter(t -> t.subnet().contains(target)).findFirst();
    if (tier.isEmpty()) {
      return;
    }
    FilterList list = ingress(tier.get());
    List<Cidr> sources = forward.sources().isEmpty() ? List.of(Cidr.ANY) : forward.sources();
    for (Cidr source : sources) {
      Box through =
          Box.of(source, new Cidr(target, 32), PortRange.ALL, forward.to(), forward.protocol());
      if (Difference.first(list, NOTHING, through, limit).isPresent()) {
        return;
      }
    }
    findings.add(
        new Finding(
            Finding.Kind.CLOSED_FORWARD,
            tier.get().name(),
            "a port forward leads to "
                + forward.host().name()
                + " port "
                + forward.to()
                + ", but no rule of the tier's list lets anything in there",
            forward.origin(),
            List.of()));
  }

  private void add(Finding.Kind kind, String where, String message, AclList list) {
    findings.add(new Finding(kind, where, message, list.origin(), List.of()));
  }
}
