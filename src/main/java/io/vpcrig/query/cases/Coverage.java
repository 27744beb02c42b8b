package io.vpcrig.query.cases;

import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.Flow;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.ListTrial;
import io.vpcrig.query.RuleTrial;
import io.vpcrig.query.Step;
import io.vpcrig.query.Story;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Which rules of a VPC's lists decided something, and which of their edges were tried: of a range
 * of ports and of a prefix, the value below the first, the first, the last, and the one above it.
 * Built-in lists do not count. One thread.
 */
public final class Coverage {
  /** A rule, by its list and number. */
  public record RuleName(String list, int number) {}

  /** A value of one field at which a rule begins or ceases to match. */
  private record Edge(RuleName rule, boolean port, long value) {}

  private final Map<RuleName, AclRule> rules = new HashMap<>();
  private final List<RuleName> order = new ArrayList<>();
  private final Map<RuleName, Long> decided = new HashMap<>();
  private final Map<RuleName, Set<Edge>> untouched = new HashMap<>();
  private final int edges;

  public Coverage(Vpc vpc) {
    int all = 0;
    for (AclList list : vpc.lists().values()) {
      for (AclRule rule : list.rules()) {
        RuleName name = new RuleName(list.name(), rule.number());
        rules.put(name, rule);
        order.add(name);
        Set<Edge> own = edgesOf(name, rule);
        all += own.size();
        untouched.put(name, own);
      }
    }
    edges = all;
  }

  private static Set<Edge> edgesOf(RuleName name, AclRule rule) {
    Set<Edge> all = new HashSet<>();
    rule.ports()
        .ifPresent(
            range -> around(all, name, true, range.first(), range.last(), PortRange.ALL.last()));
    for (Cidr cidr : rule.cidrs()) {
      around(
          all,
          name,
          false,
          cidr.network() & 0xffff_ffffL,
          cidr.last() & 0xffff_ffffL,
          0xffff_ffffL);
    }
    return all;
  }

  private static void around(
      Set<Edge> all, RuleName name, boolean port, long first, long last, long most) {
    all.add(new Edge(name, port, first));
    all.add(new Edge(name, port, last));
    if (first > 0) {
      all.add(new Edge(name, port, first - 1));
    }
    if (last < most) {
      all.add(new Edge(name, port, last + 1));
    }
  }

  /** Takes note of a packet. */
  public void take(Story story) {
    Flow leaving = story.rewritten().orElse(story.packet().flow());
    for (Step step : story.steps()) {
      switch (step) {
        case Step.EgressStep egress ->
            take(egress.trial(), story.packet().flow(), story.packet().flow().destination());
        case Step.IngressStep ingress ->
            take(ingress.trial(), leaving, story.packet().flow().source());
        default -> {}
      }
    }
  }

  private void take(ListTrial trial, Flow flow, int remote) {
    if (trial.list().isEmpty()) {
      return;
    }
    String list = trial.list().get().name();
    trial
        .hit()
        .ifPresent(hit -> decided.merge(new RuleName(list, hit.rule().number()), 1L, Long::sum));
    for (RuleTrial tried : trial.tried()) {
      RuleName name = new RuleName(list, tried.rule().number());
      Set<Edge> left = untouched.get(name);
      if (left == null || left.isEmpty()) {
        continue;
      }
      left.remove(new Edge(name, false, remote & 0xffff_ffffL));
      if (flow.protocol() == Protocol.TCP || flow.protocol() == Protocol.UDP) {
        left.remove(new Edge(name, true, flow.destinationPort()));
      }
    }
  }

  /** Takes note of packets that a rule decided elsewhere, on the data path. */
  public void decided(String list, int number, long packets) {
    RuleName name = new RuleName(list, number);
    if (rules.containsKey(name) && packets > 0) {
      decided.merge(name, packets, Long::sum);
    }
  }

  public int rules() {
    return order.size();
  }

  public int edges() {
    return edges;
  }

  /** Rules that decided at least one packet. */
  public int rulesHit() {
    return decided.size();
  }

  public int edgesTried() {
    return edges - untouched.values().stream().mapToInt(Set::size).sum();
  }

  /** Rules that decided nothing, in the order of the file. */
  public List<RuleName> unused() {
    return order.stream().filter(name -> !decided.containsKey(name)).toList();
  }

  public AclRule rule(RuleName name) {
    return rules.get(name);
  }

  public Direction direction(RuleName name) {
    return rules.get(name).direction();
  }

  /** Share in whole percent, rounded down; empty if there are no rules. */
  public OptionalInt percentOfRules() {
    return percent(rulesHit(), rules());
  }

  /** As {@link #percentOfRules}. */
  public OptionalInt percentOfEdges() {
    return percent(edgesTried(), edges);
  }

  private static OptionalInt percent(int part, int all) {
    return all == 0 ? OptionalInt.empty() : OptionalInt.of((int) (100L * part / all));
  }
}
