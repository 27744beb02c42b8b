package io.vpcrig.query.cases;

import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.Flow;
import io.vpcrig.model.FlowSet;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Semantics;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.ListTrial;
import io.vpcrig.query.Packet;
import io.vpcrig.query.RuleTrial;
import io.vpcrig.query.Step;
import io.vpcrig.query.Story;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds for each rule a first packet that it decides on, through the whole VPC: from where its
 * source belongs, by the address a client would dial. Where there is none, every elementary group
 * of the flows that the rule could match has been asked. One thread.
 */
public final class RuleReach implements AutoCloseable {
  /** Sources on the Internet that are tried before all others; RFC 5737. */
  private static final List<Cidr> CLIENTS =
      List.of(Ipv4Text.parseCidr("198.51.100.7/32"), Ipv4Text.parseCidr("203.0.113.77/32"));

  private final Vpc vpc;
  private final EngineProbe engine;
  private final SetTrial sets;

  public RuleReach(Vpc vpc, long mostFlows) {
    this.vpc = vpc;
    this.engine = new EngineProbe(vpc);
    this.sets = new SetTrial(vpc, engine, mostFlows);
  }

  /**
   * What was found of a rule.
   *
   * @param packet that it decides on; empty if there is none
   * @param shadows numbers of the rules that decide instead, in the order met
   * @param why there is none, in words; empty if there is one
   * @param undecided whether there were too many flows to ask
   */
  public record Reach(
      Coverage.RuleName rule,
      Optional<Packet> packet,
      Set<Integer> shadows,
      String why,
      boolean undecided) {}

  /** All rules of the operator's lists, in the order of the file. */
  public List<Reach> all() {
    List<Reach> all = new ArrayList<>();
    for (AclList list : vpc.lists().values()) {
      for (AclRule rule : list.rules()) {
        all.add(find(list, rule));
      }
    }
    return all;
  }

  private Reach find(AclList list, AclRule rule) {
    Coverage.RuleName name = new Coverage.RuleName(list.name(), rule.number());
    Set<Integer> shadows = new LinkedHashSet<>();
    boolean used = false;
    boolean undecided = false;
    for (Segment segment : vpc.segments()) {
      if (!uses(segment, list)) {
        continue;
      }
      used = true;
      for (FlowSet set : candidates(segment, rule)) {
        try {
          Optional<Story> found =
              sets.first(
                  set,
                  story -> engine.isFrame(story.packet()) && decides(story, list, rule),
                  story -> shadow(story, list, rule, shadows));
          if (found.isPresent()) {
            return new Reach(name, Optional.of(found.get().packet()), Set.of(), "", false);
          }
        } catch (SetTrial.TooManyException e) {
          undecided = true;
        } catch (IllegalArgumentException e) {
          continue; // The source is in no segment: nothing can come from there.
        }
      }
    }
    String why =
        !used
            ? "no segment uses the list"
            : undecided
                ? "too many flows to ask them all"
                : shadows.isEmpty() ? "no flow that gets to the list matches it" : "shadowed";
    return new Reach(name, Optional.empty(), shadows, why, undecided);
  }

  private static boolean uses(Segment segment, AclList list) {
    return switch (segment) {
      case Segment.Tier tier -> tier.acl().filter(list.name()::equals).isPresent();
      case Segment.PrivateGateway gateway -> gateway.acl().equals(list.name());
      case Segment.Public network -> false;
    };
  }

  /** Sets of flows, small ones first, that hold all which the rule could match in a segment. */
  private List<FlowSet> candidates(Segment segment, AclRule rule) {
    List<Cidr> near = new ArrayList<>(List.of(segment.subnet()));
    vpc.staticRoutes().stream()
        .filter(route -> route.gateway().equals(segment.name()))
        .forEach(route -> near.add(route.cidr()));
    boolean ingress = rule.direction() == Direction.INGRESS;
    List<FlowSet> all = new ArrayList<>();
    for (Cidr cidr : rule.cidrs()) {
      List<Cidr> far = new ArrayList<>();
      vpc.hosts().forEach(host -> far.add(new Cidr(host.address(), 32)));
      far.addAll(CLIENTS);
      far.removeIf(one -> !cidr.contains(one) || segment.subnet().overlaps(one));
      vpc.segments().stream()
          .filter(other -> !other.name().equals(segment.name()))
          .filter(other -> other.subnet().overlaps(cidr))
          .forEach(other -> far.add(narrower(other.subnet(), cidr)));
      far.add(cidr);
      for (Cidr other : far) {
        for (Cidr own : near) {
          all.add(ingress ? set(rule, other, own, true) : set(rule, own, other, true));
        }
        if (ingress) {
          for (int address : vpc.publicAddresses()) {
            all.add(set(rule, other, new Cidr(address, 32), false));
          }
          for (int address : vpc.virtualAddresses().keySet()) {
            all.add(set(rule, other, new Cidr(address, 32), false));
          }
        }
      }
    }
    return all;
  }

  private static Cidr narrower(Cidr a, Cidr b) {
    return a.length() >= b.length() ? a : b;
  }

  /**
   * @param own whether the port dialled is the one the rule sees
   */
  private FlowSet set(AclRule rule, Cidr source, Cidr destination, boolean own) {
    boolean ignored = vpc.semantics() == Semantics.SHIPPED;
    PortRange ports = own && !ignored ? rule.ports().orElse(PortRange.ALL) : PortRange.ALL;
    return new FlowSet(
        rule.protocol() == Protocol.ALL ? List.of() : List.of(rule.protocol()),
        source,
        PortRange.ALL,
        destination,
        ports,
        rule.icmpType(),
        rule.icmpType() < 0 ? -1 : rule.icmpCode(),
        Optional.empty());
  }

  private static boolean decides(Story story, AclList list, AclRule rule) {
    return hit(story, list, rule).filter(hit -> hit.rule().equals(rule)).isPresent();
  }

  private static Optional<RuleTrial> hit(Story story, AclList list, AclRule rule) {
    return Coverage.trials(story).stream()
        .filter(trial -> trial.direction() == rule.direction())
        .filter(trial -> trial.list().filter(list::equals).isPresent())
        .findFirst()
        .flatMap(ListTrial::hit);
  }

  /** Of the rules that decided on something else, those that come before may be in the way. */
  private static void shadow(Story story, AclList list, AclRule rule, Set<Integer> shadows) {
    hit(story, list, rule)
        .filter(hit -> wouldMatch(rule, story))
        .ifPresent(hit -> shadows.add(hit.rule().number()));
  }

  /** Whether a packet that is not translated has what a rule asks for. */
  private static boolean wouldMatch(AclRule rule, Story story) {
    Flow flow = story.packet().flow();
    if (story.steps().stream().anyMatch(Step.DnatStep.class::isInstance)) {
      return false;
    }
    boolean ported = flow.protocol() == Protocol.TCP || flow.protocol() == Protocol.UDP;
    return !ported || rule.ports().isEmpty() || rule.ports().get().contains(flow.destinationPort());
  }

  @Override
  public void close() {
    engine.close();
  }
}
