package io.vpcrig.telemetry;

/** One kind of trace record; the meaning of its arguments stands beside it. */
public enum TraceStep {
  /** a = segment, b = source address, c = destination address, d = ports. */
  DECAP,
  /** a = session, b = direction, c = state. */
  SESSION_HIT,
  SESSION_MISS,
  /**
   * a = list (NONE: no list), b = rule index (NONE: default), c = 1 allowed, 0 denied, d = quirk.
   */
  ACL_EGRESS,
  /** As {@link #ACL_EGRESS}. */
  ACL_INGRESS,
  /**
   * a = new destination address, b = new destination port, c = 1 static NAT, 2 port forwarding, 3
   * load balancing by balancer d.
   */
  DNAT,
  /** Is for the router. */
  LOCAL,
  /** a = segment it leaves by, b = route prefix, c = prefix length, d = next hop. */
  ROUTE,
  /** a = new source address, b = new source port, c = 1 static NAT, 2 source NAT, 3 hairpin. */
  SNAT,
  /** a = session. */
  SESSION_CREATED,
  /** a = source, b = destination, c = ports, d = protocol: the flow as sent. */
  REWRITE,
  /** a = segment it leaves by. */
  ENCAP,
  /** Ends every trace. a = verdict, b = reason, c = list, d = rule. */
  DISPOSITION
}
