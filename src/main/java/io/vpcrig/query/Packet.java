package io.vpcrig.query;

import io.vpcrig.model.Flow;
import java.util.Optional;

/**
 * One packet as the router meets it: decapsulated, whole, its headers valid.
 *
 * @param in name of the segment it came by
 * @param flow addresses, ports, ICMP type, code and identifier; {@code via} is not read
 * @param tcpFlags flags octet (RFC 9293 3.1); 0 unless TCP
 * @param ttl 0..255
 * @param timeNs nanoseconds since the epoch
 * @param about ICMP errors: the flow of the packet quoted; empty if it can't be read
 * @param arp whether it is an ARP request: then only the two addresses of the flow count
 */
public record Packet(
    String in, Flow flow, int tcpFlags, int ttl, long timeNs, Optional<Flow> about, boolean arp) {
  public static final int FIN = 1;
  public static final int SYN = 2;
  public static final int RST = 4;
  public static final int PSH = 8;
  public static final int ACK = 16;

  /** A whole IPv4 packet that quotes no other. */
  public static Packet of(String in, Flow flow, int tcpFlags, int ttl, long timeNs) {
    return new Packet(in, flow, tcpFlags, ttl, timeNs, Optional.empty(), false);
  }

  /** An ARP request of {@code sender} for {@code target}. */
  public static Packet arp(String in, int sender, int target, long timeNs) {
    return new Packet(in, Flows.of(0, sender, 0, target, 0), 0, 0, timeNs, Optional.empty(), true);
  }

  /** An ICMP error about {@code about}, which travelled the other way. */
  public static Packet icmpError(String in, Flow flow, Flow about, int ttl, long timeNs) {
    return new Packet(in, flow, 0, ttl, timeNs, Optional.of(about), false);
  }
}
