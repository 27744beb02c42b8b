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
 * of ports, of a prefix, of an ICMP type and code, the value below the first, the first, the last,
 * and the one above it. An edge is tried when the rule is held against it. Built-in lists do not
 * count. One thread.
 */
public final class Coverage {
  /** A rule, by its list and number. */
  public record RuleName(String list, int number) {}

  /** A value of one field at which a rule begins or ceases to match. */
  private record Edge(RuleName rule, Field field, long value) {}

  private enum Field {
    ADDRESS,
    PORT,
    ICMP_TYPE,
    ICMP_CODE
  }

  private final Map<RuleName, AclRule> rules = new HashMap<>();
  private final List<RuleName> order = new ArrayList<>();
  private final Map<RuleName, Long> decided = new HashMap<>();
  private final Map<RuleName, Set<Edge>> untouched = new HashMap<>();
  private final Map<RuleName, Integer> edgesOf = new HashMap<>();
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
        edgesOf.put(name, own.size());
      }
    }
    edges = all;
  }

  private static Set<Edge> edgesOf(RuleName name, AclRule rule) {
    Set<Edge> all = new HashSet<>();
    rule.ports()
        .ifPresent(
            range ->
                around(all, name, Field.PORT, range.first(), range.last(), PortRange.ALL.last()));
    for (Cidr cidr : rule.cidrs()) {
      if (cidr.length() == 0) {
        continue; // Any address: there is nothing to be wrong by one about.
      }
      around(
          all,
          name,
          Field.ADDRESS,
          cidr.network() & 0xffff_ffffL,
          cidr.last() & 0xffff_ffffL,
          0xffff_ffffL);
    }
    if (rule.protocol() == Protocol.ICMP && rule.icmpType() >= 0) {
      around(all, name, Field.ICMP_TYPE, rule.icmpType(), rule.icmpType(), 255);
      if (rule.icmpCode() >= 0) {
        around(all, name, Field.ICMP_CODE, rule.icmpCode(), rule.icmpCode(), 255);
      }
    }
    return all;
  }

  private static void around(
      Set<Edge> all, RuleName name, Field field, long first, long last, long most) {
    all.add(new Edge(name, field, first));
    all.add(new Edge(name, field, last));
    if (first > 0) {
      all.add(new Edge(name, field, first - 1));
    }
    if (last < most) {
      all.add(new Edge(name, field, last + 1));
    }
  }

  /** Takes note of a packet: the rules that decided, and the edges it tried. */
  public void take(Story story) {
    for (ListTrial trial : trials(story)) {
      if (trial.list().isPresent() && trial.hit().isPresent()) {
        decided(trial.list().get().name(), trial.hit().get().rule().number(), 1);
      }
    }
    takeEdges(story);
  }

  /** The lists that a packet was held against, in order. */
  public static List<ListTrial> trials(Story story) {
    List<ListTrial> all = new ArrayList<>();
    for (Step step : story.steps()) {
      switch (step) {
        case Step.EgressStep egress -> all.add(egress.trial());
        case Step.IngressStep ingress -> all.add(ingress.trial());
        default -> {}
      }
    }
    return all;
  }

  /** Takes note of the edges that a packet tried. */
  public void takeEdges(Story story) {
    Flow leaving = leaving(story);
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

  /** A packet as an ingress list sees it, but for its source. */
  public static Flow leaving(Story story) {
    if (story.rewritten().isPresent()) {
      return story.rewritten().get();
    }
    Flow flow = story.packet().flow();
    for (Step step : story.steps()) {
      if (step instanceof Step.DnatStep dnat) {
        return Flow.of(
            flow.protocol(),
            flow.source(),
            dnat.address(),
            flow.protocol() == Protocol.ICMP ? flow.ports() : flow.sourcePort() << 16 | dnat.port(),
            flow.via());
      }
    }
    return flow;
  }

  private void take(ListTrial trial, Flow flow, int remote) {
    if (trial.list().isEmpty()) {
      return;
    }
    String list = trial.list().get().name();
    for (RuleTrial tried : trial.tried()) {
      RuleName name = new RuleName(list, tried.rule().number());
      Set<Edge> left = untouched.get(name);
      if (left == null || left.isEmpty()) {
        continue;
      }
      left.remove(new Edge(name, Field.ADDRESS, remote & 0xffff_ffffL));
      if (flow.protocol() == Protocol.TCP || flow.protocol() == Protocol.UDP) {
        left.remove(new Edge(name, Field.PORT, flow.destinationPort()));
      }
      if (flow.protocol() == Protocol.ICMP) {
        left.remove(new Edge(name, Field.ICMP_TYPE, flow.icmpType()));
        if (flow.icmpType() == tried.rule().icmpType()) {
          left.remove(new Edge(name, Field.ICMP_CODE, flow.icmpCode()));
        }
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

  /** All rules, in the order of the file. */
  public List<RuleName> order() {
    return List.copyOf(order);
  }

  /** Packets that a rule decided, or let by as a session's. */
  public long packets(RuleName name) {
    return decided.getOrDefault(name, 0L);
  }

  public int edges(RuleName name) {
    return edgesOf.get(name);
  }

  public int edgesTried(RuleName name) {
    return edgesOf.get(name) - untouched.get(name).size();
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
