package io.vpcrig.engine;

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
import io.vpcrig.model.Vpc;
import io.vpcrig.testing.FrameBuilder;
import io.vpcrig.testing.VpcBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Traffic of the baseline: two VXLAN tiers with lists, UDP flows from one to the other. */
final class Traffic {
  /** Bytes of each frame on the wire, VXLAN and all. */
  static final int FRAME_LENGTH = 110;

  /** The same VPC as {@link #vpc}, with short lists, as a file. */
  static final String VPC_FILE =
      """
      vpc: {name: bench, cidr: 10.10.0.0/16}
      segments:
        public: {vlan: 100, subnet: 203.0.113.0/24, address: 203.0.113.10, gateway: 203.0.113.1}
      tiers:
        web: {gateway: 10.10.1.1/24, vxlan: 5001, acl: web}
        app: {gateway: 10.10.2.1/24, vxlan: 5002, acl: app}
      acls:
        web: [{number: 1, direction: egress, action: allow, protocol: udp, cidr: 10.10.0.0/16}]
        app: [{number: 1, direction: ingress, action: allow, protocol: udp, cidr: 10.10.0.0/16}]
      """;

  private Traffic() {}

  /** Tiers web (5001) and app (5002), each with a list of {@code rules} rules. */
  static Vpc vpc(int rules) {
    return new VpcBuilder("10.10.0.0/16")
        .publicNetwork(
            "public", new Encapsulation.Vlan(100), "203.0.113.10/24", Optional.of("203.0.113.1"))
        .tier("web", new Encapsulation.Vxlan(5001), "10.10.1.1/24")
        .tier("app", new Encapsulation.Vxlan(5002), "10.10.2.1/24")
        .list(list("web", rules))
        .list(list("app", rules))
        .acl("web", "web")
        .acl("app", "app")
        .sourceNat("203.0.113.10")
        .build();
  }

  /** Half egress, half ingress rules; those of the traffic stand last. */
  private static AclList list(String name, int rules) {
    List<AclRule> all = new ArrayList<>();
    for (int k = 1; k <= rules; k++) {
      boolean last = k > rules - 2;
      all.add(
          new AclRule(
              k,
              k % 2 == 0 ? Direction.INGRESS : Direction.EGRESS,
              Action.ALLOW,
              last ? Protocol.UDP : Protocol.TCP,
              false,
              Optional.of(last ? PortRange.ALL : new PortRange(1000 + k, 1000 + k)),
              -1,
              -1,
              List.of(new Cidr(Ipv4Text.parse("10.10.0.0"), 16)),
              Origin.BUILT_IN));
    }
    return new AclList(name, all, Origin.BUILT_IN);
  }

  /** One frame per flow, shuffled by {@code seed}. */
  static List<byte[]> frames(int flows, long seed) {
    List<byte[]> frames = new ArrayList<>(flows);
    for (int f = 0; f < flows; f++) {
      String source = "10.10.1." + (2 + f % 250);
      String destination = "10.10.2." + (2 + f / 250 % 250);
      int port = 1024 + f / 62_500;
      frames.add(
          FrameBuilder.udp(source, port, destination, 4000 + f % 7)
              .payload(FRAME_LENGTH - 50 - 14 - 28)
              .vxlan(5001)
              .build());
    }
    SplittableRandom random = new SplittableRandom(seed);
    for (int k = flows - 1; k > 0; k--) {
      java.util.Collections.swap(frames, k, random.nextInt(k + 1));
    }
    return frames;
  }
}
