package io.vpcrig.engine;

import io.vpcrig.testing.FrameBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Traffic of {@link MakeCapture}: two VXLAN tiers, UDP flows from one to the other. */
final class Traffic {
  /** Bytes of each frame on the wire, VXLAN and all. */
  static final int FRAME_LENGTH = 110;

  /** The VPC, as a file. */
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
