package io.vpcrig.bench.pipeline;

import io.vpcrig.model.Encapsulation;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Between which networks the frames go, and what is translated on the way. */
public enum Variant {
  VXLAN_VXLAN(Tags.VXLAN, Kind.TIERS),
  VLAN_VLAN(Tags.VLAN, Kind.TIERS),
  VXLAN_VLAN(Tags.BOTH, Kind.TIERS),

  /** From VXLAN and VLAN tiers out, with the VPC's public address. */
  SNAT_OUT(Tags.BOTH, Kind.OUT),

  /** The answers to these. */
  SNAT_BACK(Tags.BOTH, Kind.BACK),

  /** From outside to a public address whose ports lead into VXLAN and VLAN tiers. */
  PORT_FORWARD(Tags.BOTH, Kind.INTO),

  /** A quarter of the flows of each kind. */
  MIXED(Tags.BOTH, Kind.TIERS, Kind.OUT, Kind.BACK, Kind.INTO);

  /** What a flow does. */
  enum Kind {
    TIERS,
    OUT,
    BACK,
    INTO
  }

  /** How the tiers are tagged. */
  private enum Tags {
    VXLAN,
    VLAN,
    BOTH
  }

  private final Tags tags;
  private final Kind[] kinds;

  Variant(Tags tags, Kind... kinds) {
    this.tags = tags;
    this.kinds = kinds;
  }

  /** The kind of a flow. */
  Kind kind(int flow) {
    return kinds[flow % kinds.length];
  }

  /** How the tier of a number, from 0, is tagged. */
  Encapsulation encapsulation(int tier) {
    boolean vxlan = tags == Tags.VXLAN || tags == Tags.BOTH && tier % 2 == 0;
    return vxlan ? new Encapsulation.Vxlan(5001 + tier) : new Encapsulation.Vlan(1001 + tier);
  }

  /** As in {@code vxlan-vlan}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The variant of a name.
   *
   * @throws IllegalArgumentException with all names, if there is none
   */
  public static Variant parse(String text) {
    return Arrays.stream(values())
        .filter(v -> v.text().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'" + text + "', legal: " + String.join(", ", texts())));
  }

  private static List<String> texts() {
    return Arrays.stream(values()).map(Variant::text).collect(Collectors.toList());
  }
}
