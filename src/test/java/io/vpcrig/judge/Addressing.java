package io.vpcrig.judge;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Segment;
import io.vpcrig.model.StaticRoute;
import io.vpcrig.model.Vpc;

/**
 * Addresses and routes of the real router for a VPC (cloudstack.md 5.3), as commands for {@code ip
 * -batch}. Interface {@code sK} is the leg in segment K of {@link Vpc#segments}.
 */
final class Addressing {
  /** Ends of the marker's way, in a network of its own. */
  static final int MARKER_SOURCE = Ipv4Text.parse("169.254.77.2");

  static final int MARKER_DESTINATION = Ipv4Text.parse("169.254.77.3");

  /** Mark of what came by public network 0; the next ones follow. Also the table's number. */
  static final int FIRST_MARK = 0x64;

  private final Vpc vpc;
  private final StringBuilder text = new StringBuilder();

  private Addressing(Vpc vpc) {
    this.vpc = vpc;
  }

  /** Once for all VPCs: the marker's network, and which mark leads to which table. */
  static String once() {
    return "addr add 169.254.77.1/24 dev %s%n".formatted(Namespaces.MARKER)
        + "rule add fwmark 0x64 table 100\nrule add fwmark 0x65 table 101\n";
  }

  /** Replaces the addresses and routes of the VPC before. */
  static String of(Vpc vpc) {
    Addressing addressing = new Addressing(vpc);
    for (int k = 0; k < Namespaces.WIRES; k++) {
      addressing.line("addr flush dev s" + k);
    }
    addressing.line("route flush table main proto static");
    addressing.line("route flush table 100");
    addressing.line("route flush table 101");
    addressing.addresses();
    addressing.routes();
    return addressing.text.toString();
  }

  private void addresses() {
    for (int k = 0; k < vpc.segments().size(); k++) {
      Segment segment = vpc.segments().get(k);
      line(
          "addr add %s/%d dev s%d",
          Ipv4Text.format(segment.address()), segment.subnet().length(), k);
    }
    for (int address : vpc.publicAddresses()) {
      int home = home(address);
      Segment.Public network = vpc.publics().get(home);
      if (address != network.address()) {
        int length = network.subnet().contains(address) ? network.subnet().length() : 32;
        line("addr add %s/%d dev s%d", Ipv4Text.format(address), length, home);
      }
    }
  }

  private int home(int address) {
    for (int k = 0; k < vpc.publics().size(); k++) {
      if (vpc.publics().get(k).subnet().contains(address)) {
        return k;
      }
    }
    return 0;
  }

  private void routes() {
    for (int k = 0; k < vpc.publics().size(); k++) {
      Segment.Public network = vpc.publics().get(k);
      String way = network.gateway().map(g -> "via " + Ipv4Text.format(g) + " ").orElse("");
      if (k == 0) {
        line("route add default %sdev s0 proto static", way);
      }
      line("route add default %sdev s%d proto static table %d", way, k, FIRST_MARK + k);
      for (Segment local : vpc.segments()) {
        throwBack(local.subnet(), k);
      }
      for (StaticRoute route : vpc.staticRoutes()) {
        throwBack(route.cidr(), k);
      }
    }
    for (StaticRoute route : vpc.staticRoutes()) {
      for (int k = 0; k < vpc.segments().size(); k++) {
        if (vpc.segments().get(k) instanceof Segment.PrivateGateway gateway
            && gateway.name().equals(route.gateway())) {
          line(
              "route add %s via %s dev s%d proto static",
              prefix(route.cidr()), Ipv4Text.format(gateway.gateway()), k);
        }
      }
    }
  }

  /** What a table of a public network leaves to the main table. */
  private void throwBack(Cidr prefix, int network) {
    line("route add throw %s proto static table %d", prefix(prefix), FIRST_MARK + network);
  }

  static String prefix(Cidr cidr) {
    return Ipv4Text.format(cidr.network()) + "/" + cidr.length();
  }

  private void line(String format, Object... values) {
    text.append(format.formatted(values)).append('\n');
  }
}
