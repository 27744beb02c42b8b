package io.vpcrig.judge;

/**
 * One thing that happens. What its datagram looks like may depend on what was seen before, on each
 * side of its own: an answer goes to whom the far end saw.
 *
 * @param talk null for {@link Kind#TIME}
 * @param flags TCP flags; ICMP type and code of errors; 0 otherwise
 * @param data bytes of payload
 * @param from of errors: who sends it; 0: the end itself
 * @param variant see {@link Kind}
 */
record Step(Talk talk, Kind kind, int flags, int data, int ttl, int from, int variant) {
  enum Kind {
    /**
     * The client sends; variant 1: a SYN with a new sequence number; 2: in two fragments; 3: with a
     * wrong transport checksum.
     */
    CLIENT,
    /** The far end answers what it saw last; variants as of CLIENT. */
    SERVER,
    /** An ICMP error about what the far end saw last comes from its side. */
    ERROR_TO_CLIENT,
    /** An ICMP error about what the client saw last comes from its side. */
    ERROR_TO_SERVER,
    /** {@code data} seconds pass; variant 1: really, for both clocks. */
    TIME
  }

  static Step time(int seconds, boolean really) {
    return new Step(null, Kind.TIME, 0, seconds, 0, 0, really ? 1 : 0);
  }

  @Override
  public String toString() {
    if (kind == Kind.TIME) {
      return data + " s pass" + (variant == 1 ? ", really" : "");
    }
    return "%-15s %s flags 0x%x data %d ttl %d from %08x variant %d"
        .formatted(kind, talk, flags, data, ttl, from, variant);
  }
}
