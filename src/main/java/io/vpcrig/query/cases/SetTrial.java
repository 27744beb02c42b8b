package io.vpcrig.query.cases;

import io.vpcrig.model.Flow;
import io.vpcrig.model.FlowSet;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.Explainer;
import io.vpcrig.query.Outcome;
import io.vpcrig.query.Packet;
import io.vpcrig.query.ReferenceRouter;
import io.vpcrig.query.Story;
import io.vpcrig.query.Twins;
import io.vpcrig.tunnel.Addresses;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Asks for every flow of a set what becomes of its first packet, in a router that has seen none:
 * one flow for each combination of {@link Edges}, asked of the reference and of the data path.
 * Exact, except that which source port a flow has is not varied: no rule of a VPC looks at it.
 * Addresses that no frame can have are in no set.
 */
final class SetTrial {
  private final Vpc vpc;
  private final Explainer explainer;
  private final Edges edges;
  private final EngineProbe engine;
  private final long most;
  private long asked;

  /**
   * @param most flows asked before it gives up
   */
  SetTrial(Vpc vpc, EngineProbe engine, long most) {
    this.vpc = vpc;
    this.engine = engine;
    this.explainer = new Explainer(vpc);
    this.edges = new Edges(vpc);
    this.most = most;
  }

  /** Flows asked by the last {@link #first}. */
  long asked() {
    return asked;
  }

  /** There are more flows to ask than were allowed. */
  static final class TooManyException extends Exception {
    private static final long serialVersionUID = 1;

    TooManyException(long flows, long most) {
      super("%,d flows to ask, more than %,d".formatted(flows, most));
    }
  }

  /**
   * The first flow whose story is as {@code wanted}; empty if no flow's is.
   *
   * @param each sees every story
   * @throws TooManyException before any is asked
   * @throws DisagreementException if the data path makes something else of a flow
   */
  Optional<Story> first(FlowSet set, Predicate<Story> wanted, Consumer<Story> each)
      throws TooManyException {
    int[] sources = edges.addresses(set.source());
    int[] destinations = edges.addresses(set.destination());
    int[] ports = edges.ports(set.destinationPorts());
    int[] types = edges.icmpTypes(set);
    int[] codes = edges.icmpCodes(set);
    long pairs = (long) sources.length * destinations.length;
    long flows = 0;
    for (int protocol : edges.protocols(set)) {
      flows +=
          pairs
              * (hasPorts(protocol) ? ports.length : 1)
              * (protocol == Protocol.ICMP ? (long) types.length * codes.length : 1);
    }
    if (flows > most) {
      throw new TooManyException(flows, most);
    }
    asked = 0;
    for (int protocol : edges.protocols(set)) {
      for (int source : sources) {
        for (int destination : destinations) {
          if (hasPorts(protocol)) {
            for (int port : ports) {
              Flow flow =
                  new Flow(
                      protocol,
                      source,
                      set.sourcePorts().first(),
                      destination,
                      port,
                      0,
                      0,
                      0,
                      set.via());
              Optional<Story> found = ask(flow, wanted, each);
              if (found.isPresent()) {
                return found;
              }
            }
          } else {
            boolean icmp = protocol == Protocol.ICMP;
            for (int type : icmp ? types : new int[1]) {
              for (int code : icmp ? codes : new int[1]) {
                Flow flow = new Flow(protocol, source, 0, destination, 0, type, code, 0, set.via());
                Optional<Story> found = ask(flow, wanted, each);
                if (found.isPresent()) {
                  return found;
                }
              }
            }
          }
        }
      }
    }
    return Optional.empty();
  }

  /** The story of one flow, if there can be such a flow, and it is as wanted. */
  Optional<Story> ask(Flow flow, Predicate<Story> wanted, Consumer<Story> each) {
    if (!Addresses.areLegal(flow.source(), flow.destination())) {
      return Optional.empty();
    }
    asked++;
    Packet packet = explainer.opening(flow);
    Optional<Outcome> outcome = engine.sendAlone(packet);
    Story story = new ReferenceRouter(vpc).send(packet, Twins.portOf(outcome));
    DisagreementException.check(story, outcome);
    each.accept(story);
    return wanted.test(story) ? Optional.of(story) : Optional.empty();
  }

  private static boolean hasPorts(int protocol) {
    return protocol == Protocol.TCP || protocol == Protocol.UDP;
  }
}
