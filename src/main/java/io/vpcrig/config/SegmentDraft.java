package io.vpcrig.config;

import io.vpcrig.model.AclList;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Origin;
import io.vpcrig.model.Segment;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A segment as far as it could be read, so that one bad field does not hide what is wrong with
 * others.
 *
 * @param at where to point for the whole segment: its name
 * @param subnet with the router's address as host part, for tiers and private gateways
 * @param gateway next hop of public networks and private gateways
 * @param subnetKey the field the subnet was written in
 */
record SegmentDraft(
    Kind kind,
    String name,
    YamlValue at,
    YamlFields fields,
    Optional<Encapsulation> tag,
    Optional<Cidr> subnet,
    String subnetKey,
    Optional<Integer> address,
    Optional<Integer> gateway,
    OptionalLong mac,
    Optional<String> acl,
    boolean sourceNat) {
  enum Kind {
    PUBLIC("public network"),
    TIER("tier"),
    PRIVATE_GATEWAY("private gateway");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  /** {@code tier web (line 7)}. */
  String described() {
    return kind.label() + " " + name + " (line " + at.origin().line() + ")";
  }

  YamlValue subnetAt() {
    return fields.at(subnetKey);
  }

  /** Only after everything was read and checked without an error. */
  Segment.Public toPublic() {
    return new Segment.Public(
        name,
        tag.orElseThrow(),
        subnet.orElseThrow(),
        address.orElseThrow(),
        gateway,
        mac,
        origin());
  }

  /** As {@link #toPublic}. */
  Segment.Tier toTier() {
    return new Segment.Tier(name, tag.orElseThrow(), subnet.orElseThrow(), mac, acl, origin());
  }

  /** As {@link #toPublic}. */
  Segment.PrivateGateway toPrivateGateway() {
    return new Segment.PrivateGateway(
        name,
        tag.orElseThrow(),
        subnet.orElseThrow(),
        gateway.orElseThrow(),
        mac,
        acl.orElse(AclList.DEFAULT_DENY.name()),
        sourceNat,
        origin());
  }

  private Origin origin() {
    return at.origin();
  }
}
