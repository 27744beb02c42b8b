package io.vpcrig.live;

import io.vpcrig.frame.Bytes;
import io.vpcrig.header.Arp;
import io.vpcrig.header.Ethernet;
import io.vpcrig.model.Segment;
import io.vpcrig.tunnel.SegmentTable;

/**
 * The wire below the tunnels: carries tunnel packets to the neighbour with the endpoint's address,
 * and has our endpoint found there. To {@link Neighbours} it is a segment beyond the VPC's. Thread:
 * one.
 */
final class Underlay implements Arrival.Wire {
  private final Outbox out;
  private final Neighbours neighbours;
  private int segment;
  private int local;
  private int port = PortPlan.NONE;
  private long nowNs;

  Underlay(Outbox out, Neighbours neighbours) {
    this.out = out;
    this.neighbours = neighbours;
  }

  /**
   * Goes by a table from now on.
   *
   * @param newPort of the VXLAN segments, {@link PortPlan#NONE} if none has any
   */
  void use(SegmentTable table, int newPort) {
    segment = table.size();
    local = table.localEndpoint();
    port = newPort;
  }

  void now(long now) {
    nowNs = now;
  }

  /** The pseudo segment of tunnel endpoints. */
  int segment() {
    return segment;
  }

  /** Sends a tunnel packet to an endpoint, once its MAC is known. */
  void send(Bytes bytes, int start, int length, int endpoint) {
    long mac = neighbours.mac(segment, endpoint, nowNs);
    if (mac == Neighbours.UNKNOWN) {
      neighbours.await(segment, endpoint, bytes.copy(start, length), nowNs);
    } else {
      send(bytes, start, length, mac);
    }
  }

  /** Sends a tunnel packet to the endpoint with that MAC. */
  void send(Bytes bytes, int start, int length, long mac) {
    Ethernet.setDestination(bytes, start, mac);
    out.put(port, bytes, start, length);
  }

  /** Asks for an endpoint; {@code mac} as in {@link ArpSpeaker#ask}. */
  void ask(int endpoint, long mac) {
    arp(Arp.REQUEST, 0, endpoint, mac);
  }

  /** Tells everybody that our endpoint is here. */
  void announce() {
    arp(Arp.REQUEST, 0, local, Neighbours.UNKNOWN);
  }

  /** Takes note of an ARP message, and answers it. */
  @Override
  public void arp(Bytes bytes, int arp, int length) {
    if (!Arp.isValid(bytes, arp, length)) {
      return;
    }
    boolean toUs = Arp.targetAddress(bytes, arp) == local;
    int sender = Arp.senderAddress(bytes, arp);
    long mac = Arp.senderMac(bytes, arp);
    if (sender != 0 && sender != local) {
      neighbours.learn(segment, sender, mac, toUs, nowNs);
    }
    if (toUs && Arp.operation(bytes, arp) == Arp.REQUEST) {
      arp(Arp.REPLY, mac, sender, mac);
    }
  }

  private void arp(int operation, long targetMac, int target, long mac) {
    if (port == PortPlan.NONE) {
      return;
    }
    long own = Segment.derivedMac(local);
    Bytes room = out.room();
    int at = out.reserve(Ethernet.LENGTH + Arp.LENGTH);
    long to = mac == Neighbours.UNKNOWN ? Ethernet.BROADCAST : mac;
    Ethernet.write(room, at, to, own, Ethernet.ETHERTYPE_ARP);
    Arp.write(room, at + Ethernet.LENGTH, operation, own, local, targetMac, target);
    out.put(port, room, at, Ethernet.LENGTH + Arp.LENGTH);
  }
}
