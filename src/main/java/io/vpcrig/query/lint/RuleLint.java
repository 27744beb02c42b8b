package io.vpcrig.query.lint;

import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Origin;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Semantics;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.AclFilters;
import io.vpcrig.symbolic.Box;
import io.vpcrig.symbolic.Difference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Single rules of a used list that do not do what they seem to, where the list is used: those that
 * meet no packet, those for what the router itself answers, those whose rank is not where they were
 * written, and egress rules that only allow.
 */
final class RuleLint {
  private static final PortRange ECHO_REQUEST = new PortRange(8 << 8, 8 << 8);

  private final Vpc vpc;
  private final AclList list;
  private final Duration limit;
  private final List<Segment> users;
  private final List<Finding> findings = new ArrayList<>();

  RuleLint(Vpc vpc, AclList list, Duration limit) {
    this.vpc = vpc;
    this.list = list;
    this.limit = limit;
    VpcLists lists = new VpcLists(vpc, null);
    users =
        vpc.segments().stream()
            .filter(
                segment ->
                    lists.list(segment).filter(l -> l.name().equals(list.name())).isPresent())
            .toList();
  }

  List<Finding> findings() {
    return findings;
  }

  void run(Direction direction) {
    if (users.isEmpty()) {
      return;
    }
    List<AclRule> rules = list.rules(direction);
    FilterList lines = AclFilters.of(list, direction, Semantics.INTENDED);
    List<Box> coming = users.stream().flatMap(user -> coming(user, direction).stream()).toList();
    for (AclRule rule : rules) {
      List<Box> boxes =
          lines.rules().stream()
              .filter(line -> line.origin().equals(rule.origin()))
              .map(Box::of)
              .toList();
      if (boxes.stream().noneMatch(box -> coming.stream().anyMatch(box::overlaps))) {
        add(Finding.Kind.NEVER_MATCHES, direction, rule, why(rule), List.of());
      } else if (rule.action() == Action.DENY) {
        answered(rule, boxes);
      }
    }
    writtenOrder(direction, rules);
    if (direction == Direction.EGRESS) {
      openEgress(rules, lines);
    }
  }

  // --- rules that meet nothing ------------------------------------------------------------------

  /** Headers that can come to a segment's list, other lists aside. */
  private List<Box> coming(Segment user, Direction direction) {
    if (user instanceof Segment.Tier tier) {
      return direction == Direction.INGRESS
          ? Way.into(tier, vpc).stream().filter(Way::asksIngress).map(Way::landing).toList()
          : Way.source(tier.subnet()).minus(Way.destination(tier.subnet()));
    }
    if (direction == Direction.INGRESS) {
      return vpc.tiers().stream().map(tier -> Way.source(tier.subnet())).toList();
    }
    List<Box> inside = new ArrayList<>();
    vpc.segments().stream()
        .filter(Segment.Tier.class::isInstance)
        .forEach(tier -> inside.add(Way.destination(tier.subnet())));
    vpc.publicAddresses().forEach(address -> inside.add(Way.destination(new Cidr(address, 32))));
    return inside;
  }

  private String why(AclRule rule) {
    String names = users.stream().map(Segment::name).collect(Collectors.joining(", "));
    boolean isIngress = rule.direction() == Direction.INGRESS;
    if (users.stream().allMatch(Segment.PrivateGateway.class::isInstance)) {
      return isIngress
          ? "nothing it matches goes out by "
              + names
              + ": ingress rules of a private gateway's list judge what leaves the VPC by it, and"
              + " their cidr is a source in the VPC"
          : "nothing it matches comes in by "
              + names
              + ": egress rules of a private gateway's list judge what enters the VPC by it, and"
              + " their cidr is a destination in the VPC";
    }
    boolean isOwn =
        users.stream()
            .allMatch(
                user -> rule.cidrs().stream().allMatch(cidr -> Way.covers(user.subnet(), cidr)));
    if (isOwn) {
      return "connections within "
          + names
          + " do not come to its list"
          + (isIngress ? "" : ", nor do those to its own gateway");
    }
    return "nothing it matches can " + (isIngress ? "come into " : "come from ") + names;
  }

  // --- what the router answers ------------------------------------------------------------------

  /** Probes P6 and P23: rules aimed at a service that the router offers past the lists. */
  private void answered(AclRule rule, List<Box> boxes) {
    for (Segment user : users) {
      if (!(user instanceof Segment.Tier tier)) {
        continue;
      }
      if (rule.direction() == Direction.EGRESS) {
        boolean meansGateway =
            rule.cidrs().stream().anyMatch(cidr -> cidr.contains(tier.address()));
        if (meansGateway && isAimed(rule, boxes)) {
          add(
              Finding.Kind.ROUTER_ANSWERS,
              Direction.EGRESS,
              rule,
              "hosts of "
                  + tier.name()
                  + " still get it from their own gateway "
                  + Ipv4Text.format(tier.address())
                  + ", which no list guards",
              List.of());
        }
      } else if (isPing(rule, boxes)
          && !vpc.publics().isEmpty()
          && rule.cidrs().stream().anyMatch(cidr -> !Way.covers(vpc.cidr(), cidr))) {
        add(
            Finding.Kind.ROUTER_ANSWERS,
            Direction.INGRESS,
            rule,
            "the router's public addresses, such as "
                + Ipv4Text.format(vpc.publics().getFirst().address())
                + ", still answer ping; no list guards them",
            List.of());
        return;
      }
    }
  }

  private static boolean isPing(AclRule rule, List<Box> boxes) {
    Box echo = Box.of(Cidr.ANY, Cidr.ANY, PortRange.ALL, ECHO_REQUEST, Protocol.ICMP);
    return rule.protocol() == Protocol.ICMP && boxes.stream().anyMatch(echo::overlaps);
  }

  /** Whether the rule names the protocol, and the port if there are some, of a service. */
  private static boolean isAimed(AclRule rule, List<Box> boxes) {
    List<Integer> ports =
        switch (rule.protocol()) {
          case Protocol.TCP -> List.of(53, 80, 443, 8080);
          case Protocol.UDP -> List.of(53, 67);
          default -> List.of();
        };
    return isPing(rule, boxes)
        || rule.ports().filter(range -> ports.stream().anyMatch(range::contains)).isPresent();
  }

  // --- order and default ------------------------------------------------------------------------

  /** Probe P21: the number ranks a rule, not the place where it was written. */
  private void writtenOrder(Direction direction, List<AclRule> rules) {
    FilterList lines = AclFilters.of(list, direction, Semantics.INTENDED);
    for (int later = 1; later < rules.size(); later++) {
      for (int first = 0; first < later; first++) {
        AclRule one = rules.get(first);
        AclRule other = rules.get(later);
        if (one.origin().line() > other.origin().line()
            && one.action() != other.action()
            && decidesFirst(lines, one.origin(), other.origin())) {
          add(
              Finding.Kind.WRITTEN_ORDER,
              direction,
              other,
              "it is written before rule "
                  + one.number()
                  + " ("
                  + verb(one)
                  + "), which decides first where both match: numbers rank rules",
              List.of(one.origin()));
          break;
        }
      }
    }
  }

  /** Whether some header is decided by the one rule that the other matches, too. */
  private boolean decidesFirst(FilterList lines, Origin one, Origin other) {
    List<FilterRule> before = new ArrayList<>();
    for (FilterRule line : lines.rules()) {
      if (line.origin().equals(one)) {
        for (FilterRule match : lines.rules()) {
          Optional<Box> both =
              match.origin().equals(other) ? Box.of(line).and(Box.of(match)) : Optional.empty();
          FilterList earlier = new FilterList("", before, Action.DENY);
          FilterList all = new FilterList("", List.of(), Action.ALLOW);
          if (both.isPresent() && Difference.first(earlier, all, both.get(), limit).isPresent()) {
            return true;
          }
        }
      }
      before.add(
          new FilterRule(
              line.source(),
              line.destination(),
              line.sourcePorts(),
              line.destinationPorts(),
              line.protocol(),
              Action.ALLOW,
              line.label(),
              line.origin()));
    }
    return false;
  }

  /** Probe P4: what no egress rule matches is allowed. */
  private void openEgress(List<AclRule> rules, FilterList lines) {
    boolean onlyAllows = rules.stream().allMatch(rule -> rule.action() == Action.ALLOW);
    boolean allowsAll = lines.rules().stream().anyMatch(line -> Box.of(line).equals(Box.ALL));
    boolean hasTier = users.stream().anyMatch(Segment.Tier.class::isInstance);
    if (!rules.isEmpty() && onlyAllows && !allowsAll && hasTier) {
      add(
          Finding.Kind.OPEN_EGRESS,
          Direction.EGRESS,
          rules.getFirst(),
          "no egress rule of the list denies, and what none matches is allowed, too; end with a"
              + " deny of all to mean it",
          List.of());
    }
  }

  private static String verb(AclRule rule) {
    return rule.action().name().toLowerCase(Locale.ROOT);
  }

  private void add(
      Finding.Kind kind, Direction direction, AclRule rule, String why, List<Origin> because) {
    findings.add(
        new Finding(
            kind,
            list.name() + " " + direction.name().toLowerCase(Locale.ROOT),
            "rule " + rule.number() + " (" + verb(rule) + "): " + why,
            rule.origin(),
            because));
  }
}
