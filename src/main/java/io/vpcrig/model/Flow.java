package io.vpcrig.model;

import java.util.Optional;

/**
 * One direction of a conversation, as a frame's headers tell it. Written and read in the syntax of
 * {@link FlowSyntax}, which {@link #toString} prints.
 *
 * @param protocol 0..255
 * @param source IPv4, network byte order, as a number
 * @param sourcePort 0..65535; 0 unless TCP or UDP
 * @param destination IPv4, network byte order, as a number
 * @param destinationPort 0..65535; 0 unless TCP or UDP
 * @param icmpType 0..255; 0 unless ICMP
 * @param icmpCode 0..255; 0 unless ICMP
 * @param icmpId identifier, 0..65535; 0 unless ICMP with an identifier
 * @param via name of the segment it enters by; empty: where the source address belongs
 */
public record Flow(
    int protocol,
    int source,
    int sourcePort,
    int destination,
    int destinationPort,
    int icmpType,
    int icmpCode,
    int icmpId,
    Optional<String> via) {
  public Flow {
    requireRange("protocol", protocol, 255);
    requireRange("source port", sourcePort, 65535);
    requireRange("destination port", destinationPort, 65535);
    requireRange("ICMP type", icmpType, 255);
    requireRange("ICMP code", icmpCode, 255);
    requireRange("ICMP identifier", icmpId, 65535);
  }

  /**
   * The flow of a frame.
   *
   * @param ports as in the batch column: source and destination port, or ICMP identifier, type and
   *     code
   */
  public static Flow of(
      int protocol, int source, int destination, int ports, Optional<String> via) {
    int high = ports >>> 16;
    int low = ports & 0xffff;
    return switch (protocol) {
      case Protocol.TCP, Protocol.UDP ->
          new Flow(protocol, source, high, destination, low, 0, 0, 0, via);
      case Protocol.ICMP ->
          new Flow(protocol, source, 0, destination, 0, low >>> 8, low & 0xff, high, via);
      default -> new Flow(protocol, source, 0, destination, 0, 0, 0, 0, via);
    };
  }

  /** Ports, or ICMP identifier, type and code, as in the batch column of that name. */
  public int ports() {
    return switch (protocol) {
      case Protocol.TCP, Protocol.UDP -> sourcePort << 16 | destinationPort;
      case Protocol.ICMP -> icmpId << 16 | icmpType << 8 | icmpCode;
      default -> 0;
    };
  }

  /** The same flow by another segment. */
  public Flow via(String segment) {
    return of(protocol, source, destination, ports(), Optional.of(segment));
  }

  @Override
  public String toString() {
    return FlowSyntax.print(this);
  }

  private static void requireRange(String what, int value, int last) {
    if (value < 0 || value > last) {
      throw new IllegalArgumentException(what + " " + value + ", legal 0.." + last);
    }
  }
}
