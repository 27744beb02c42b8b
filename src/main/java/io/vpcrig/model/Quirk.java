package io.vpcrig.model;

/**
 * Where the shipped router differs from what was intended (each observed on a real one). The
 * ordinal is what the batch column holds; {@link #NONE} is no quirk.
 */
public enum Quirk {
  NONE("", ""),
  /** A rule with a protocol number loses its ports. */
  NUMBERED_PROTOCOL(
      "numbered-protocol",
      "a rule whose protocol is a number ignores its ports on the shipped router"),
  /** A tcp or udp rule without ports is sent as port 0. */
  ABSENT_PORTS(
      "absent-ports", "a tcp or udp rule without ports matches only port 0 on the shipped router"),
  /** Of several CIDRs only the last keeps its rank. */
  SEVERAL_CIDRS(
      "several-cidrs",
      "of a rule with several CIDRs only the last keeps its place on the shipped router"),
  /** A private gateway's list does not see foreign sources. */
  GATEWAY_FOREIGN_SOURCE(
      "gateway-foreign-source",
      "a private gateway's list ignores sources outside its subnet and static routes on the shipped"
          + " router"),
  /** haproxy ends load-balanced connections on the router, where no tier's list is asked. */
  BALANCED_PAST_LIST(
      "balanced-past-list",
      "load-balanced connections do not meet the tier's ingress list on the shipped router"),
  /** The API takes load balancers for udp, haproxy knows none. */
  BALANCED_UDP("balanced-udp", "udp is not load-balanced on the shipped router"),
  /** Packets that fit no connection are not dropped for it. */
  INVALID_PACKETS(
      "invalid-packets",
      "a packet that fits no connection is judged by the lists it meets and goes on untranslated on"
          + " the shipped router");

  private final String label;
  private final String sentence;

  Quirk(String label, String sentence) {
    this.label = label;
    this.sentence = sentence;
  }

  /** Name in reports. */
  public String label() {
    return label;
  }

  public String sentence() {
    return sentence;
  }
}
