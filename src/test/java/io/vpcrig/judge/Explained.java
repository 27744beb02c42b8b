package io.vpcrig.judge;

/**
 * What vpcrig chose to do otherwise than the kernel, or what the two are free to choose. Each is
 * told from everything else by all that is known of the packet, and counted.
 */
enum Explained {
  /**
   * A port taken from the free ones: Linux' at random, ours by a hash ({@code SourcePortChooser}).
   */
  PORT_CHOICE("nat", "another free port of the same class was chosen on a clash"),

  /**
   * On a clash Linux changes an ICMP identifier as part of the destination, unless the source is
   * translated anyway, and takes the destination for translated (nf_nat_l4proto_unique_tuple). So
   * errors about such queries are in the name of the dialled host, and those about answers not.
   */
  IDENTIFIER_SIDE("nat", "which side an ICMP identifier that was changed on a clash belongs to"),

  /** A source that was given another port before gets that port again (find_appropriate_src). */
  SAME_MAPPING("nat", "Linux gives a source the port it has towards others"),

  /** A forwarded range: on a clash Linux takes another port of it, vpcrig another source port. */
  RANGE_CLASH("nat", "on a clash Linux sends to another port of a forwarded range"),

  /** Several source NAT addresses are vpcrig's own offer: the next one where the first is full. */
  NEXT_ADDRESS("nat", "vpcrig goes on with the next source NAT address, CloudStack has one"),

  /** Where the two once went apart for a reason above or below, later clashes differ too. */
  AFTERMATH("nat", "a clash with a connection that another explained difference is about"),

  /** IPv4 identification of what a router makes itself. */
  IDENTIFICATION("service", "identification of the router's own datagrams is free"),

  /** Nobody listens on the kernel's router; vpcrig has no TCP or UDP of its own. */
  NOBODY_LISTENS("service", "the kernel refuses a connection that INPUT let in"),

  /** What the router takes for itself makes no session in vpcrig. */
  ROUTER_SESSION("session", "the kernel keeps connections of the router itself"),

  /**
   * Packets that fit no session and can't begin one, as intended; TCP flags that no segment has and
   * wrong checksums, as shipped too.
   */
  INVALID_PASSES("engine, tunnel", "Linux sends INVALID packets through the rules, untranslated"),

  /** Data not acknowledged shortens the kernel's time-out; needs sequence numbers. */
  UNACKNOWLEDGED("session.Timeouts", "Linux waits 300 s for data to be acknowledged"),

  /** A reset with another sequence number than the expected one (RFC 5961 3). */
  RESET_SEQUENCE("session", "Linux stays in its state, and waits 10 s, if a reset is not exact"),

  /** The kernel's two seconds till a UDP stream can't be moved by ctnetlink. */
  STREAM_CLOCK("judge", "the kernel's clock of UDP streams does not follow virtual time"),

  /** Linux answers a reassembled datagram as a whole; vpcrig each fragment, or about the first. */
  FRAGMENT_ANSWER("service", "answers to fragments: Linux to the whole, vpcrig piece by piece"),

  /**
   * An error of the router's own about a packet of no connection, whose addresses are those of a
   * connection the other way: Linux takes it for related to that, and translates what it quotes.
   */
  QUOTED_ANSWER("service", "Linux translates its own error by a connection it is not about"),

  /** An answer, of the router or of a session, goes back the way its question came. */
  RETURN_PATH("service, session", "Linux routes answers by table, vpcrig back where they are due"),

  /** RFC 792 timestamps asked of the router. */
  TIMESTAMP("service", "the time told is the machine's in Linux, the frame's in vpcrig"),

  /** 2.3 (1): the chain of a private gateway does not ask where a packet comes from. */
  TRANSIT("engine.FirstPacket", "shipped: a gateway's list lets others than the VPC through");

  final String where;
  final String what;

  Explained(String where, String what) {
    this.where = where;
    this.what = what;
  }
}
