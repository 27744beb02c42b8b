package io.vpcrig.live;

import io.vpcrig.header.Arp;
import io.vpcrig.header.Ethernet;

/**
 * The ARP messages that the router begins in its segments (RFC 826): it answers in the way, where
 * {@code service.ArpResponder} is. Thread: one.
 */
final class ArpSpeaker {
  private final OwnFrames own;

  ArpSpeaker(OwnFrames own) {
    this.own = own;
  }

  /**
   * Asks who has an address.
   *
   * @param mac of the one who had it, {@link Neighbours#UNKNOWN} to ask all
   */
  void ask(int segment, int address, long mac) {
    request(segment, own.table().routerAddress(segment), address, mac);
  }

  /** Tells everybody of a segment that an address is ours (RFC 5227 3). */
  void announce(int segment, int address) {
    request(segment, address, address, Neighbours.UNKNOWN);
  }

  private void request(int segment, int sender, int target, long mac) {
    int at = own.payload(Arp.LENGTH);
    Arp.write(own.bytes(), at, Arp.REQUEST, own.table().routerMac(segment), sender, 0, target);
    own.send(
        segment,
        mac == Neighbours.UNKNOWN ? Ethernet.BROADCAST : mac,
        Ethernet.ETHERTYPE_ARP,
        at,
        Arp.LENGTH);
  }
}
