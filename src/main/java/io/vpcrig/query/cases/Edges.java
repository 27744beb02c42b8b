package io.vpcrig.query.cases;

import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.FlowSet;
import io.vpcrig.model.LoadBalancer;
import io.vpcrig.model.PortForward;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Segment;
import io.vpcrig.model.StaticNat;
import io.vpcrig.model.StaticRoute;
import io.vpcrig.model.Vpc;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.LongStream;

/**
 * The values at which a VPC's router begins or ceases to tell one first packet from another, field
 * by field. Edges too many do no harm; one too few would make {@link SetTrial} wrong.
 */
final class Edges {
  private static final int[] PROTOCOLS = {Protocol.ICMP, Protocol.TCP, Protocol.UDP, 47};

  /** Ports with a meaning to the router itself: DNS, DHCP, its web servers, BOOTP, VXLAN. */
  private static final int[] SERVICES = {53, 67, 68, 80, 443, 8080, 4789};

  /** ICMP types that mean different things to connection tracking lie below. */
  private static final int ICMP_TYPES = 19;

  private final TreeSet<Long> addresses = new TreeSet<>();
  private final TreeSet<Integer> ports = new TreeSet<>();
  private final TreeSet<Integer> protocols = new TreeSet<>();
  private final TreeSet<Integer> icmpTypes = new TreeSet<>();
  private final TreeSet<Integer> icmpCodes = new TreeSet<>();

  Edges(Vpc vpc) {
    special();
    add(vpc.cidr());
    for (Segment segment : vpc.segments()) {
      add(segment.subnet());
      add(segment.subnet().network());
      add(segment.subnet().last());
      add(segment.address());
    }
    vpc.privateGateways().forEach(gateway -> add(gateway.gateway()));
    vpc.publics().forEach(network -> network.gateway().ifPresent(this::add));
    vpc.publicAddresses().forEach(this::add);
    vpc.virtualAddresses().keySet().forEach(this::add);
    vpc.hosts().forEach(host -> add(host.address()));
    vpc.staticRoutes().stream().map(StaticRoute::cidr).forEach(this::add);
    vpc.staticNats().stream().map(StaticNat::publicAddress).forEach(this::add);
    for (LoadBalancer balancer : vpc.loadBalancers()) {
      add(balancer.address());
      add(new PortRange(balancer.port(), balancer.port()));
      balancer.sources().forEach(this::add);
      protocols.add(balancer.protocol());
    }
    for (AclList list : vpc.lists().values()) {
      list.rules().forEach(this::add);
    }
    for (PortForward forward : vpc.portForwards()) {
      add(forward.publicAddress());
      add(forward.ports());
      forward.sources().forEach(this::add);
      protocols.add(forward.protocol());
    }
    // Lists see the port a forward leads to: their edges among those are edges of the public ports.
    TreeSet<Integer> seen = new TreeSet<>(ports);
    for (PortForward forward : vpc.portForwards()) {
      for (int edge : seen.subSet(forward.to().first(), true, forward.to().last(), true)) {
        ports.add(forward.ports().first() + edge - forward.to().first());
      }
    }
  }

  private void special() {
    addresses.add(0L);
    for (int octet : new int[] {1, 127, 128, 224, 240}) {
      addresses.add((long) octet << 24);
    }
    add(-1);
    ports.add(0);
    ports.add(1);
    for (int port : SERVICES) {
      add(new PortRange(port, port));
    }
    for (int protocol : PROTOCOLS) {
      protocols.add(protocol);
    }
    for (int type = 0; type <= ICMP_TYPES; type++) {
      icmpTypes.add(type);
    }
    icmpCodes.add(0);
    icmpCodes.add(1);
  }

  private void add(AclRule rule) {
    rule.cidrs().forEach(this::add);
    rule.ports().ifPresent(this::add);
    if (rule.protocol() != Protocol.ALL) {
      protocols.add(rule.protocol());
    }
    if (rule.icmpType() >= 0) {
      icmpTypes.add(rule.icmpType());
      icmpTypes.add(Math.min(255, rule.icmpType() + 1));
    }
    if (rule.icmpCode() >= 0) {
      icmpCodes.add(rule.icmpCode());
      icmpCodes.add(Math.min(255, rule.icmpCode() + 1));
    }
  }

  private void add(int address) {
    add(new Cidr(address, 32));
  }

  private void add(Cidr cidr) {
    addresses.add(cidr.network() & 0xffff_ffffL);
    addresses.add((cidr.last() & 0xffff_ffffL) + 1);
  }

  private void add(PortRange range) {
    ports.add(range.first());
    ports.add(Math.min(65535, range.last() + 1));
  }

  /** One address of each group within a prefix that is not told apart: its first. */
  int[] addresses(Cidr within) {
    long first = within.network() & 0xffff_ffffL;
    long last = within.last() & 0xffff_ffffL;
    return LongStream.concat(
            LongStream.of(first),
            addresses.subSet(first, false, last, true).stream().mapToLong(edge -> edge))
        .mapToInt(edge -> (int) edge)
        .toArray();
  }

  /** As {@link #addresses}, of ports. */
  int[] ports(PortRange within) {
    return within(ports, within.first(), within.last());
  }

  /** One protocol for each group: those with a meaning, and one that stands for all others. */
  List<Integer> protocols(FlowSet set) {
    if (!set.protocols().isEmpty()) {
      return set.protocols();
    }
    TreeSet<Integer> all = new TreeSet<>(protocols);
    for (int other = 255; other >= 0; other--) {
      if (all.add(other)) {
        break;
      }
    }
    return List.copyOf(all);
  }

  /** Whether something tells a protocol from all others. */
  boolean names(int protocol) {
    return protocols.contains(protocol);
  }

  int[] icmpTypes(FlowSet set) {
    return set.icmpType() >= 0 ? new int[] {set.icmpType()} : within(icmpTypes, 0, 255);
  }

  int[] icmpCodes(FlowSet set) {
    return set.icmpCode() >= 0 ? new int[] {set.icmpCode()} : within(icmpCodes, 0, 255);
  }

  private static int[] within(TreeSet<Integer> edges, int first, int last) {
    TreeSet<Integer> found = new TreeSet<>(edges.subSet(first, true, last, true));
    found.add(first);
    return found.stream().mapToInt(edge -> edge).toArray();
  }
}
