package io.vpcrig.query;

import io.vpcrig.frame.Verdict;
import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.Flow;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Origin;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;
import io.vpcrig.model.Vpc;
import io.vpcrig.telemetry.Reason;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What would let a dropped packet pass. A hint about a rule is tried before it is given. */
final class Hints {
  private final Vpc vpc;
  private final Story story;
  private final List<String> hints = new ArrayList<>();

  private Hints(Vpc vpc, Story story) {
    this.vpc = vpc;
    this.story = story;
  }

  static List<String> of(Vpc vpc, Story story) {
    Hints hints = new Hints(vpc, story);
    if (story.verdict() == Verdict.DROP) {
      hints.find();
    }
    return hints.hints;
  }

  private void find() {
    switch (story.reason()) {
      case DENY_RULE, DENY_DEFAULT -> ruleHint();
      case DENY_NO_LIST ->
          lastTrial()
              .ifPresent(
                  trial ->
                      hints.add(
                          "give tier "
                              + trial.segment()
                              + " a list with an ingress allow for "
                              + wanted(trial)));
      case SESSION_INVALID ->
          hints.add(
              "a session begins with a TCP SYN, or an ACK picked up in the middle, or an ICMP"
                  + " request; --state established asks about later packets");
      case ICMP_UNRELATED -> hints.add("an ICMP error passes only if it quotes a known session");
      case INPUT ->
          hints.add(
              "the router itself accepts ICMP; from tiers also udp 67, udp and tcp 53, tcp 80, 443"
                  + " and 8080");
      case BALANCE_CLIENT ->
          hints.add("add " + Ipv4Text.format(story.packet().flow().source()) + " to its cidrs");
      case BALANCE_NO_MEMBER -> hints.add("give it a member, or one that is up a weight above 0");
      case NAT_NO_SOURCE -> hints.add("give the VPC a public network, or source-nat addresses");
      case ROUTE_NONE -> hints.add("a public network would be the default route");
      case FORWARD_POLICY ->
          hints.add(
              "the router forwards only into tiers, and out of the VPC from addresses inside its"
                  + " CIDR "
                  + vpc.cidr());
      default -> {}
    }
  }

  private Optional<ListTrial> lastTrial() {
    for (Step step : story.steps().reversed()) {
      if (step instanceof Step.IngressStep ingress) {
        return Optional.of(ingress.trial());
      }
      if (step instanceof Step.EgressStep egress) {
        return Optional.of(egress.trial());
      }
    }
    return Optional.empty();
  }

  private void ruleHint() {
    ListTrial trial = lastTrial().orElseThrow();
    AclList list = trial.list().orElseThrow();
    if (!vpc.lists().containsKey(list.name())) {
      hints.add(
          list.name()
              + " is built in and stays as it is; attach a list of your own with an allow for "
              + wanted(trial));
      return;
    }
    Optional<Integer> below = trial.hit().map(hit -> hit.rule().number());
    Optional<Integer> number = freeNumber(list, below);
    if (number.isEmpty()) {
      hints.add("no number below " + below.orElse(0) + " is free for an allow: renumber the list");
      return;
    }
    Story then = with(trial, number.get());
    String where = below.map(n -> " numbered below " + n).orElse("");
    hints.add(
        "an allow"
            + where
            + " in "
            + list.name()
            + " for "
            + wanted(trial)
            + (then.verdict() == Verdict.DROP
                ? " would not do: then "
                    + then.reason().dottedName()
                    + StoryText.decider(then).replace("  ", " ")
                : " would let it pass"));
  }

  /** The story if the list had an allow for just this flow. */
  private Story with(ListTrial trial, int number) {
    AclList list = trial.list().orElseThrow();
    Flow flow = judged(trial);
    boolean icmp = flow.protocol() == Protocol.ICMP;
    boolean ported = flow.protocol() == Protocol.TCP || flow.protocol() == Protocol.UDP;
    AclRule allow =
        new AclRule(
            number,
            trial.direction(),
            Action.ALLOW,
            flow.protocol(),
            !icmp && !ported,
            ported
                ? Optional.of(new PortRange(flow.destinationPort(), flow.destinationPort()))
                : Optional.empty(),
            icmp ? flow.icmpType() : -1,
            icmp ? flow.icmpCode() : -1,
            List.of(new Cidr(address(trial, flow), 32)),
            Origin.BUILT_IN);
    List<AclRule> rules = new ArrayList<>(list.rules());
    rules.add(allow);
    Map<String, AclList> lists = new LinkedHashMap<>(vpc.lists());
    lists.put(list.name(), new AclList(list.name(), rules, list.origin()));
    Vpc changed =
        new Vpc(
            vpc.name(),
            vpc.cidr(),
            vpc.semantics(),
            vpc.publics(),
            vpc.tiers(),
            vpc.privateGateways(),
            vpc.vxlan(),
            lists,
            vpc.hosts(),
            vpc.sourceNat(),
            vpc.staticNats(),
            vpc.portForwards(),
            vpc.loadBalancers(),
            vpc.staticRoutes(),
            vpc.conntrack(),
            vpc.origin());
    return new ReferenceRouter(changed).send(story.packet());
  }

  /** The highest free number below one, or above all others. */
  private static Optional<Integer> freeNumber(AclList list, Optional<Integer> below) {
    Set<Integer> used = new HashSet<>();
    list.rules().forEach(rule -> used.add(rule.number()));
    if (below.isEmpty()) {
      return Optional.of(1 + used.stream().mapToInt(Integer::intValue).max().orElse(0));
    }
    for (int number = below.get() - 1; number >= 1; number--) {
      if (!used.contains(number)) {
        return Optional.of(number);
      }
    }
    return Optional.empty();
  }

  /** The flow as the list saw it: after destination NAT for ingress. */
  private Flow judged(ListTrial trial) {
    Flow flow = story.packet().flow();
    if (trial.direction() == Direction.EGRESS) {
      return flow;
    }
    for (Step step : story.steps()) {
      if (step instanceof Step.BalanceStep balance && !balance.balancer().internal()) {
        Tuple tuple = Tuple.of(flow);
        return tuple.withDestination(tuple.destination(), balance.balancer().toPort()).toFlow();
      }
      if (step instanceof Step.DnatStep dnat) {
        Tuple tuple = Tuple.of(flow);
        return tuple
            .withDestination(
                dnat.address(), tuple.hasPorts() ? dnat.port() : tuple.destinationPort())
            .toFlow();
      }
    }
    return flow;
  }

  private static int address(ListTrial trial, Flow flow) {
    return trial.direction() == Direction.INGRESS ? flow.source() : flow.destination();
  }

  private String wanted(ListTrial trial) {
    Flow flow = judged(trial);
    String what =
        switch (flow.protocol()) {
          case Protocol.TCP, Protocol.UDP ->
              Protocol.name(flow.protocol()) + " " + flow.destinationPort();
          case Protocol.ICMP -> "icmp type " + flow.icmpType() + " code " + flow.icmpCode();
          default -> "protocol " + flow.protocol();
        };
    return what
        + (trial.direction() == Direction.INGRESS ? " from " : " to ")
        + Ipv4Text.format(address(trial, flow));
  }

  /** The sentence about semantics, if they matter. */
  static Optional<String> quirk(Story story) {
    if (story.otherSemantics().isEmpty()) {
      return Optional.empty();
    }
    Story.Otherwise other = story.otherSemantics().get();
    Quirk quirk = other.quirk();
    return Optional.of(
        quirk.label()
            + ": "
            + quirk.sentence()
            + "; as "
            + other.semantics().name().toLowerCase(Locale.ROOT)
            + " the verdict is "
            + StoryText.word(other.verdict(), other.reason())
            + " "
            + other.reason().dottedName());
  }

  /** Whether a list decided. */
  static boolean byList(Reason reason) {
    return switch (reason) {
      case ALLOW_RULE, ALLOW_DEFAULT, DENY_RULE, DENY_DEFAULT, DENY_NO_LIST -> true;
      default -> false;
    };
  }
}
