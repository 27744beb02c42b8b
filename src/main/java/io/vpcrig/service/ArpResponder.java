package io.vpcrig.service;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.Verdict;
import io.vpcrig.header.Arp;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.Reason;

/**
 * Answers ARP requests for the router's addresses that are at home in the segment asked in (RFC
 * 826). Replies to the router are taken note of by giving them a verdict, no more: MACs are learnt
 * from the frames of sessions.
 *
 * <p>Thread: any; the batch's owner calls.
 */
public final class ArpResponder {
  private final RouterAddresses router;

  public ArpResponder(RouterAddresses router) {
    this.router = router;
  }

  /**
   * Decides frame {@code i}, a valid ARP message ({@link FrameBatch#family} 0): local, with the
   * reply as a live extra if it asks for the router; else dropped.
   */
  public void handle(FrameBatch batch, int i, StageContext context) {
    int arp = batch.l3[i];
    int target = Arp.targetAddress(batch.bytes, arp);
    if (!router.isAtHome(batch.segment[i], target)) {
      context.drop(batch, i, Reason.ARP_NOT_OURS);
    } else if (Arp.operation(batch.bytes, arp) == Arp.REQUEST && !reply(batch, i, arp, target)) {
      context.drop(batch, i, Reason.NO_ROOM);
    } else {
      context.decide(batch, i, Verdict.LOCAL, Reason.LOCAL_ARP);
    }
  }

  private boolean reply(FrameBatch batch, int i, int arp, int target) {
    int extra = batch.addExtra(i, Arp.LENGTH);
    if (extra == FrameBatch.NONE) {
      return false;
    }
    Bytes bytes = batch.bytes;
    int asker = Arp.senderAddress(bytes, arp);
    long askerMac = Arp.senderMac(bytes, arp);
    Arp.write(
        bytes,
        batch.start[extra],
        Arp.REPLY,
        router.mac(batch.segment[i]),
        target,
        askerMac,
        asker);
    long neighbour = askerMac == 0 ? batch.sourceMac[i] : askerMac;
    Answer.send(batch, extra, 0, FrameBatch.NONE, Arp.LENGTH, target, asker, 0, 0, neighbour);
    return true;
  }
}
