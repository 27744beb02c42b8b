package io.vpcrig.service;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.model.Segment;
import io.vpcrig.telemetry.Reason;

/**
 * Makes an extra frame of the router's own ready for encapsulation: it goes back to where its
 * parent came from. Stateless.
 */
final class Answer {
  /** Linux' {@code net.ipv4.ip_default_ttl}. */
  static final int TTL = 64;

  private Answer() {}

  /**
   * Fills the columns of an extra whose bytes are written, and makes it live.
   *
   * @param family 4, or 0 for ARP
   * @param l4 offset, or NONE
   * @param datagramLength bytes by the total length; more than the frame has if its parent was cut
   * @param neighbour MAC it goes to; 0: derived from {@code destination}
   */
  static void send(
      FrameBatch batch,
      int extra,
      int family,
      int l4,
      int datagramLength,
      int source,
      int destination,
      int protocol,
      int ports,
      long neighbour) {
    int parent = batch.parent[extra];
    int at = batch.start[extra];
    batch.missing[extra] = datagramLength - batch.length[extra];
    batch.l2[extra] = FrameBatch.NONE;
    batch.sourceMac[extra] = 0;
    batch.remoteEndpoint[extra] = 0;
    batch.l3[extra] = at;
    batch.l4[extra] = l4;
    batch.l3End[extra] = at + datagramLength;
    batch.family[extra] = (byte) family;
    batch.sourceAddress[extra] = source;
    batch.destinationAddress[extra] = destination;
    batch.protocol[extra] = protocol;
    batch.ports[extra] = ports;
    batch.tcpFlags[extra] = 0;
    batch.fragment[extra] = 0;
    batch.newSource[extra] = source;
    batch.newDestination[extra] = destination;
    batch.newPorts[extra] = ports;
    batch.outSegment[extra] = batch.segment[parent];
    batch.nextHopMac[extra] = neighbour == 0 ? Segment.derivedMac(destination) : neighbour;
    batch.nextHopEndpoint[extra] = batch.remoteEndpoint[parent];
    batch.generation[extra] = batch.generation[parent];
    batch.reason[extra] = Reason.ORIGINATED.number();
    batch.addLive(extra);
  }
}
