package io.vpcrig.query;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.LoadBalancer;
import io.vpcrig.model.Origin;
import java.util.Optional;
import java.util.OptionalInt;

/** One station of a packet's way. */
public sealed interface Step {
  /**
   * Where it came in; {@code sourceBelongs}: whether its source address belongs to that segment.
   */
  record SegmentStep(String segment, String kind, Cidr subnet, boolean sourceBelongs)
      implements Step {}

  /** Stays in its segment: same subnet, or multicast. */
  record SwitchStep(String why) implements Step {}

  /** Asked the table of sessions. */
  record SessionStep(Finding finding, boolean reply, String state) implements Step {
    /** What the table answered. */
    public enum Finding {
      HIT,
      MISS,
      /** There was one, but its time is over. */
      EXPIRED,
      /** There is one, but the packet does not fit its state. */
      INVALID,
      /** The packet begins none, or fits none. */
      CANNOT_BEGIN,
      /** An ICMP error about one. */
      RELATED,
      /** An ICMP error about none. */
      UNRELATED,
      CREATED
    }
  }

  /** The list of the segment it came by, on the address it was sent to. */
  record EgressStep(ListTrial trial) implements Step {}

  /** The list was not asked. */
  record EgressSkippedStep(String segment, String why) implements Step {}

  /** Destination rewritten. {@code port} is 0 for protocols without ports. */
  record DnatStep(Kind kind, int publicAddress, int address, int port, Origin origin)
      implements Step {
    /** By what. */
    public enum Kind {
      STATIC_NAT,
      PORT_FORWARD
    }
  }

  /**
   * A load balancer listens there.
   *
   * @param member chosen; empty if none was
   * @param why none was chosen
   */
  record BalanceStep(LoadBalancer balancer, Optional<LoadBalancer.Member> member, String why)
      implements Step {}

  /** For the router itself. */
  record LocalStep(boolean accepted, String what) implements Step {}

  /** Longest prefix match. */
  record RouteStep(Kind kind, Optional<Cidr> prefix, String segment, OptionalInt nextHop)
      implements Step {
    /** What kind of route it is. */
    public enum Kind {
      TIER,
      PRIVATE_GATEWAY,
      STATIC_ROUTE,
      PUBLIC,
      DEFAULT,
      NONE
    }
  }

  record TtlStep(int ttl, boolean expired) implements Step {}

  /** The router's own rules on what it forwards from where. */
  record ForwardStep(boolean accepted, String why) implements Step {}

  /** The list of the segment it leaves by, on the private address and port. */
  record IngressStep(ListTrial trial) implements Step {}

  /** That list was not asked. */
  record IngressSkippedStep(String segment, String why) implements Step {}

  /**
   * Source rewritten, or found to stay.
   *
   * @param kept whether the port is the packet's own; if not, the engine chooses it
   */
  record SnatStep(Kind kind, int address, int port, boolean kept) implements Step {
    /** By what. */
    public enum Kind {
      NONE,
      STATIC_NAT,
      SOURCE_NAT,
      PRIVATE_GATEWAY,
      HAIRPIN,
      /** Members see the load balancer. */
      BALANCER,
      /** There is no source NAT address. */
      MISSING
    }
  }
}
