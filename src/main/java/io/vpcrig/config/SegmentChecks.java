package io.vpcrig.config;

import io.vpcrig.config.SegmentDraft.Kind;
import io.vpcrig.model.AclList;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Names;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What must hold between segments, and between an address and its subnet. */
final class SegmentChecks {
  private final Draft draft;

  SegmentChecks(Draft draft) {
    this.draft = draft;
  }

  void run() {
    for (SegmentDraft segment : draft.segments.values()) {
      checkAddresses(segment);
      checkVpc(segment);
      checkList(segment);
    }
    checkTags();
    checkOverlaps();
  }

  private static void checkAddresses(SegmentDraft segment) {
    if (segment.subnet().isEmpty()) {
      return;
    }
    Cidr subnet = segment.subnet().get();
    boolean own = segment.kind() == Kind.PUBLIC;
    String addressKey = own ? "address" : segment.subnetKey();
    segment
        .address()
        .ifPresent(
            address -> checkAddress(address, subnet, segment.fields().at(addressKey), segment));
    segment
        .gateway()
        .ifPresent(
            gateway -> {
              YamlValue at = segment.fields().at("gateway");
              boolean fits = checkAddress(gateway, subnet, at, segment);
              if (fits && segment.address().filter(gateway::equals).isPresent()) {
                at.error(
                    "gateway "
                        + Ipv4Text.format(gateway)
                        + " is the router's own address"
                        + legal(subnet)
                        + "; give the next hop's address");
              }
            });
  }

  private static boolean checkAddress(
      int address, Cidr subnet, YamlValue at, SegmentDraft segment) {
    String text = "address " + Ipv4Text.format(address);
    if (!subnet.contains(address)) {
      at.error(
          text
              + " is outside the subnet of "
              + segment.described()
              + legal(subnet)
              + "; change the address or the subnet");
      return false;
    }
    if (subnet.length() < 31 && (address == subnet.network() || address == subnet.last())) {
      at.error(
          text
              + " is the "
              + (address == subnet.last() ? "broadcast" : "network")
              + " address of "
              + new Cidr(subnet.network(), subnet.length())
              + legal(subnet)
              + "; choose another");
      return false;
    }
    return true;
  }

  /** {@code , legal 10.0.0.1..10.0.0.254}. */
  static String legal(Cidr subnet) {
    int margin = subnet.length() < 31 ? 1 : 0;
    return ", legal "
        + Ipv4Text.format(subnet.network() + margin)
        + ".."
        + Ipv4Text.format(subnet.last() - margin);
  }

  private void checkVpc(SegmentDraft segment) {
    if (draft.cidr.isEmpty() || segment.subnet().isEmpty()) {
      return;
    }
    Cidr vpc = draft.cidr.get();
    Cidr subnet = segment.subnet().get();
    String range = Ipv4Text.format(vpc.network()) + ".." + Ipv4Text.format(vpc.last());
    if (segment.kind() == Kind.TIER && !vpc.contains(subnet)) {
      segment
          .subnetAt()
          .error(
              "tier subnet "
                  + network(subnet)
                  + " is outside the VPC's "
                  + vpc
                  + ", legal inside "
                  + range
                  + "; change the tier or vpc.cidr");
    } else if (segment.kind() != Kind.TIER && vpc.overlaps(subnet)) {
      segment
          .subnetAt()
          .error(
              segment.kind().label()
                  + " subnet "
                  + network(subnet)
                  + " overlaps the VPC's "
                  + vpc
                  + ", legal outside "
                  + range
                  + "; change one of them");
    }
  }

  private void checkList(SegmentDraft segment) {
    if (segment.acl().isEmpty()) {
      return;
    }
    String name = segment.acl().get();
    if (!draft.lists.containsKey(name) && !AclSection.isBuiltIn(name)) {
      List<String> known = new ArrayList<>(draft.lists.keySet());
      known.add(AclList.DEFAULT_ALLOW.name());
      known.add(AclList.DEFAULT_DENY.name());
      segment
          .fields()
          .at("acl")
          .error("no list is named '" + YamlValue.shown(name) + "'" + Names.suggest(name, known));
    }
  }

  private void checkTags() {
    Map<Encapsulation, SegmentDraft> taken = new HashMap<>();
    for (SegmentDraft segment : draft.segments.values()) {
      if (segment.tag().isEmpty()) {
        continue;
      }
      Encapsulation tag = segment.tag().get();
      SegmentDraft first = taken.putIfAbsent(tag, segment);
      if (first != null) {
        segment
            .fields()
            .at(key(tag))
            .error(
                described(tag)
                    + " is the tag of "
                    + first.described()
                    + (tag instanceof Encapsulation.Untagged
                        ? ", legal for one segment; give this one a vlan or vxlan"
                        : ", legal once; choose another"));
      }
    }
  }

  private static String key(Encapsulation tag) {
    return switch (tag) {
      case Encapsulation.Untagged untagged -> "untagged";
      case Encapsulation.Vlan vlan -> "vlan";
      case Encapsulation.QinQ qinq -> "vlan";
      case Encapsulation.Vxlan vxlan -> "vxlan";
    };
  }

  private static String described(Encapsulation tag) {
    return switch (tag) {
      case Encapsulation.Untagged untagged -> "'untagged'";
      case Encapsulation.Vlan vlan -> "VLAN " + vlan.id();
      case Encapsulation.QinQ qinq -> "VLAN " + qinq.inner() + " in VLAN " + qinq.outer();
      case Encapsulation.Vxlan vxlan -> "VXLAN network identifier " + vxlan.vni();
    };
  }

  private void checkOverlaps() {
    List<Overlaps.Net<SegmentDraft>> nets = new ArrayList<>();
    for (SegmentDraft segment : draft.segments.values()) {
      segment.subnet().ifPresent(subnet -> nets.add(new Overlaps.Net<>(subnet, segment)));
    }
    Overlaps.find(
        nets,
        (later, first) ->
            later
                .owner()
                .subnetAt()
                .error(
                    "subnet "
                        + network(later.cidr())
                        + " overlaps "
                        + network(first.cidr())
                        + " of "
                        + first.owner().described()
                        + ", legal apart; change one of them"));
  }

  private static Cidr network(Cidr subnet) {
    return new Cidr(subnet.network(), subnet.length());
  }
}
