package io.vpcrig.acl;

import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Origin;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Semantics;
import io.vpcrig.model.StaticRoute;
import io.vpcrig.model.Vpc;
import io.vpcrig.model.VxlanSettings;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Short ways to write lists and VPCs. */
final class AclSamples {
  private AclSamples() {}

  static AclList list(AclRule... rules) {
    return named("list", rules);
  }

  static AclList named(String name, AclRule... rules) {
    return new AclList(name, List.of(rules), Origin.BUILT_IN);
  }

  /** An ingress rule from anywhere, unless said otherwise. */
  static Draft allow(int number) {
    return new Draft(number, Action.ALLOW);
  }

  static Draft deny(int number) {
    return new Draft(number, Action.DENY);
  }

  /** A rule being written; naming the protocol finishes it. */
  static final class Draft {
    private final int number;
    private final Action action;
    private Direction direction = Direction.INGRESS;
    private List<Cidr> cidrs = List.of(Cidr.ANY);

    private Draft(int number, Action action) {
      this.number = number;
      this.action = action;
    }

    Draft egress() {
      direction = Direction.EGRESS;
      return this;
    }

    /** Or to, for egress. */
    Draft from(String... texts) {
      cidrs = Arrays.stream(texts).map(Ipv4Text::parseCidr).toList();
      return this;
    }

    AclRule all() {
      return rule(Protocol.ALL, false, null, -1, -1);
    }

    /** Ports as {@code 22} or {@code 22-25}; null: none. */
    AclRule tcp(String ports) {
      return rule(Protocol.TCP, false, ports, -1, -1);
    }

    AclRule udp(String ports) {
      return rule(Protocol.UDP, false, ports, -1, -1);
    }

    AclRule icmp(int type, int code) {
      return rule(Protocol.ICMP, false, null, type, code);
    }

    AclRule number(int protocol, String ports) {
      return rule(protocol, true, ports, -1, -1);
    }

    private AclRule rule(int protocol, boolean byNumber, String ports, int type, int code) {
      return new AclRule(
          number,
          direction,
          action,
          protocol,
          byNumber,
          Optional.ofNullable(ports).map(AclSamples::ports),
          type,
          code,
          cidrs,
          Origin.BUILT_IN);
    }
  }

  static PortRange ports(String text) {
    int[] ends = Arrays.stream(text.split("-")).mapToInt(Integer::parseInt).toArray();
    return new PortRange(ends[0], ends[ends.length - 1]);
  }

  static Segment.Public open(String name, String subnet) {
    Cidr cidr = Ipv4Text.parseCidr(subnet);
    return new Segment.Public(
        name,
        new Encapsulation.Untagged(),
        cidr,
        cidr.address(),
        Optional.empty(),
        OptionalLong.empty(),
        Origin.BUILT_IN);
  }

  /** A tier; null: no list. */
  static Segment.Tier tier(String name, int vlan, String subnet, String acl) {
    return new Segment.Tier(
        name,
        new Encapsulation.Vlan(vlan),
        Ipv4Text.parseCidr(subnet),
        OptionalLong.empty(),
        Optional.ofNullable(acl),
        Origin.BUILT_IN);
  }

  static Segment.PrivateGateway gateway(String name, int vlan, String subnet, String acl) {
    Cidr cidr = Ipv4Text.parseCidr(subnet);
    return new Segment.PrivateGateway(
        name,
        new Encapsulation.Vlan(vlan),
        cidr,
        cidr.last() - 1,
        OptionalLong.empty(),
        acl,
        false,
        Origin.BUILT_IN);
  }

  /** A VPC 10.10.0.0/16 without hosts or NAT. */
  static Vpc vpc(
      Semantics semantics,
      List<Segment> segments,
      List<AclList> lists,
      List<StaticRoute> staticRoutes) {
    Map<String, AclList> byName = new LinkedHashMap<>();
    lists.forEach(list -> byName.put(list.name(), list));
    return new Vpc(
        "sample",
        Ipv4Text.parseCidr("10.10.0.0/16"),
        semantics,
        only(Segment.Public.class, segments),
        only(Segment.Tier.class, segments),
        only(Segment.PrivateGateway.class, segments),
        VxlanSettings.DEFAULT,
        byName,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        staticRoutes,
        Origin.BUILT_IN);
  }

  private static <T extends Segment> List<T> only(Class<T> type, List<Segment> segments) {
    return segments.stream().filter(type::isInstance).map(type::cast).toList();
  }
}
