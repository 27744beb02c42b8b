package io.vpcrig.tunnel;

import static io.vpcrig.frame.FrameBatch.NONE;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.LinkType;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Sll;
import io.vpcrig.header.Sll2;
import io.vpcrig.header.Vlan;
import io.vpcrig.telemetry.Reason;

/** Takes off what a link type puts before the network layer. Thread: any, stateless. */
final class LinkGate {
  private LinkGate() {}

  /** Takes off the link layer and its tags; why the frame is dropped, or null. */
  static Reason peel(FrameBatch batch, int i, Cursor cursor) {
    Bytes bytes = batch.bytes;
    int start = batch.start[i];
    cursor.end = start + batch.length[i];
    cursor.wireEnd = cursor.end + batch.missing[i];
    cursor.tagCount = 0;
    cursor.tagIds = 0;
    if (batch.link[i] == LinkType.ETHERNET) {
      if (!Ethernet.isValid(bytes, start, cursor.end - start)) {
        return noLink(batch, i, Reason.ETHERNET_SHORT);
      }
      batch.l2[i] = start;
      long macAndType = Ethernet.sourceAndType(bytes, start);
      batch.sourceMac[i] = macAndType >>> 16;
      cursor.type = (int) macAndType & 0xffff;
      cursor.at = start + Ethernet.LENGTH;
    } else {
      Reason reason = rare(batch, i, start, cursor);
      if (reason != null) {
        return reason;
      }
    }
    return Vlan.isTag(cursor.type) ? tags(bytes, cursor) : null;
  }

  /** Link types other than Ethernet. */
  private static Reason rare(FrameBatch batch, int i, int start, Cursor cursor) {
    Bytes bytes = batch.bytes;
    noLink(batch, i, null);
    switch (batch.link[i]) {
      case LinkType.RAW -> {
        boolean six = cursor.end > start && bytes.u8(start) >>> 4 == 6;
        cursor.type = six ? Ethernet.ETHERTYPE_IPV6 : Ethernet.ETHERTYPE_IPV4;
        cursor.at = start;
      }
      case LinkType.IPV4 -> {
        cursor.type = Ethernet.ETHERTYPE_IPV4;
        cursor.at = start;
      }
      case LinkType.IPV6 -> {
        cursor.type = Ethernet.ETHERTYPE_IPV6;
        cursor.at = start;
      }
      case LinkType.LINUX_SLL -> {
        if (!Sll.isValid(bytes, start, cursor.end - start)) {
          return Reason.ETHERNET_SHORT;
        }
        cursor.type = Sll.hasType(Sll.hardware(bytes, start)) ? Sll.type(bytes, start) : 0;
        batch.sourceMac[i] = Sll.source(bytes, start);
        cursor.at = start + Sll.LENGTH;
      }
      case LinkType.LINUX_SLL2 -> {
        if (!Sll2.isValid(bytes, start, cursor.end - start)) {
          return Reason.ETHERNET_SHORT;
        }
        cursor.type = Sll.hasType(Sll2.hardware(bytes, start)) ? Sll2.type(bytes, start) : 0;
        batch.sourceMac[i] = Sll2.source(bytes, start);
        cursor.at = start + Sll2.LENGTH;
      }
      default -> {
        return Reason.LINK_UNSUPPORTED;
      }
    }
    return null;
  }

  /** Marks the link layer as absent. */
  static Reason noLink(FrameBatch batch, int i, Reason reason) {
    batch.l2[i] = NONE;
    batch.sourceMac[i] = 0;
    return reason;
  }

  /** Takes off all tags; those of id 0 only carry a priority and count for nothing. */
  private static Reason tags(Bytes bytes, Cursor cursor) {
    do {
      if (cursor.end - cursor.at < Vlan.LENGTH) {
        return Reason.VLAN_SHORT;
      }
      int id = bytes.u16(cursor.at) & Vlan.ID_MASK;
      if (id != 0) {
        cursor.tagCount++;
        cursor.tagIds = cursor.tagIds << 12 | id;
      }
      cursor.type = bytes.u16(cursor.at + 2);
      cursor.at += Vlan.LENGTH;
    } while (Vlan.isTag(cursor.type));
    return null;
  }
}
