package io.vpcrig.acl;

/**
 * Headers at the edges of every rule: inside it in all fields but one, and that one at the first
 * and the last value and just outside both.
 */
final class EdgeHeaders {
  private EdgeHeaders() {}

  static HeaderTrace of(RuleSet rules) {
    var headers = new HeaderTrace();
    for (MatchRule rule : rules.rules()) {
      int source = rule.source().network();
      int destination = rule.destination().last();
      int sourcePort = rule.sourcePorts().first();
      int destinationPort = rule.destinationPorts().last();
      int protocol = Math.max(0, rule.protocol());
      for (int address : edges(rule.source().network(), rule.source().last())) {
        add(headers, address, destination, sourcePort, destinationPort, protocol);
      }
      for (int address : edges(rule.destination().network(), rule.destination().last())) {
        add(headers, source, address, sourcePort, destinationPort, protocol);
      }
      for (int port : edges(rule.sourcePorts().first(), rule.sourcePorts().last())) {
        add(headers, source, destination, port, destinationPort, protocol);
      }
      for (int port : edges(rule.destinationPorts().first(), rule.destinationPorts().last())) {
        add(headers, source, destination, sourcePort, port, protocol);
      }
      for (int number : new int[] {0, protocol - 1, protocol + 1, 255}) {
        add(headers, source, destination, sourcePort, destinationPort, number & 0xff);
      }
    }
    return headers;
  }

  /** Neighbours of the smallest value wrap to the largest, which is an edge as well. */
  private static int[] edges(int first, int last) {
    return new int[] {first - 1, first, last, last + 1};
  }

  private static void add(
      HeaderTrace headers,
      int source,
      int destination,
      int sourcePort,
      int destinationPort,
      int protocol) {
    int ports = (sourcePort & 0xffff) << 16 | destinationPort & 0xffff;
    headers.add(source, destination, ports, protocol, HeaderTrace.UNKNOWN);
  }
}
