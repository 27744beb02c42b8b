package io.vpcrig.model;

/** How frames of a segment are marked. */
public sealed interface Encapsulation {
  /** No tag. */
  record Untagged() implements Encapsulation {}

  /**
   * One 802.1Q tag.
   *
   * @param id 1..4094
   */
  record Vlan(int id) implements Encapsulation {
    public Vlan {
      requireVlan(id);
    }
  }

  /**
   * Two tags (802.1ad and 802.1Q, or 802.1Q twice).
   *
   * @param outer service tag, 1..4094
   * @param inner customer tag, 1..4094
   */
  record QinQ(int outer, int inner) implements Encapsulation {
    public QinQ {
      requireVlan(outer);
      requireVlan(inner);
    }
  }

  /**
   * VXLAN, RFC 7348.
   *
   * @param vni 0..16777214, CloudStack's range
   */
  record Vxlan(int vni) implements Encapsulation {
    public Vxlan {
      if (vni < 0 || vni > 16_777_214) {
        throw new IllegalArgumentException(
            "VXLAN network identifier " + vni + ", legal 0..16777214");
      }
    }
  }

  private static void requireVlan(int id) {
    if (id < 1 || id > 4094) {
      throw new IllegalArgumentException("VLAN " + id + ", legal 1..4094");
    }
  }
}
