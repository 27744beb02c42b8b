package io.vpcrig.tunnel;

import io.vpcrig.frame.LinkType;
import io.vpcrig.testing.FrameBuilder;
import java.util.Random;

/**
 * Frames around the addresses and tags of {@link SegmentsOnly#example}: mostly right, some broken.
 */
final class RandomFrames {
  private static final int[] LINKS = {
    LinkType.RAW, LinkType.LINUX_SLL, LinkType.LINUX_SLL2, LinkType.IPV4, LinkType.IPV6, 105
  };
  private static final int[] TAGS = {0x8100, 0x8100, 0x88a8, 0x9100};
  private static final int[] VLANS = {100, 102, 300, 200, 7, 0, 0xe000, 103, 4095, 0xb066};
  private static final int[] VNIS = {5001, 5003, 5001, 5003, 5002, 0xffffff};

  private final Random random;

  RandomFrames(Random random) {
    this.random = random;
  }

  /** A frame and how it is to be read. */
  record Sample(byte[] bytes, int link, int missing) {}

  Sample next() {
    FrameBuilder builder = inside();
    int link = LinkType.ETHERNET;
    switch (random.nextInt(10)) {
      case 0, 1, 2 -> builder.vlan(VLANS[random.nextInt(VLANS.length)]);
      case 3 -> builder.qinq(200, 7);
      case 4 -> {
        for (int n = random.nextInt(4); n > 0; n--) {
          builder.tag(TAGS[random.nextInt(4)], VLANS[random.nextInt(VLANS.length)]);
        }
      }
      case 5, 6, 7 -> tunnel(builder);
      case 8 -> link = LINKS[random.nextInt(LINKS.length)];
      default -> {}
    }
    if (random.nextInt(4) == 0) {
      builder.padding(random.nextInt(12));
    }
    byte[] frame = builder.link(link).build();
    if (random.nextInt(4) == 0) {
      corrupt(frame);
    }
    int cut = random.nextInt(6) == 0 ? random.nextInt(frame.length + 1) : 0;
    int missing = random.nextInt(4) == 0 ? Math.max(0, cut - random.nextInt(3)) : cut;
    return new Sample(java.util.Arrays.copyOf(frame, frame.length - cut), link, missing);
  }

  private void tunnel(FrameBuilder builder) {
    builder.vxlan(VNIS[random.nextInt(VNIS.length)]);
    if (random.nextInt(4) == 0) {
      builder.vlan(VLANS[random.nextInt(VLANS.length)]);
    }
    if (random.nextBoolean()) {
      builder.underlayChecksum();
    }
    switch (random.nextInt(16)) {
      case 0 -> builder.vxlanFlags(random.nextInt(256));
      case 1 -> builder.vxlanPort(8472);
      case 2 -> builder.vxlanPort(4790);
      case 3 -> builder.innerTag(TAGS[random.nextInt(4)], random.nextInt(65536));
      case 4 -> builder.underlay(address(), "192.0.2.1");
      default -> {}
    }
  }

  private FrameBuilder inside() {
    FrameBuilder builder =
        switch (random.nextInt(12)) {
          case 0, 1, 2, 3 -> {
            FrameBuilder tcp = FrameBuilder.tcp(address(), port(), address(), port());
            if (random.nextInt(4) == 0) {
              tcp.flags(random.nextInt(256));
            }
            if (random.nextInt(4) == 0) {
              tcp.tcpOptions(new byte[4 * random.nextInt(11)]);
            }
            yield random.nextInt(16) == 0 ? tcp.dataOffset(random.nextInt(16)) : tcp;
          }
          case 4, 5, 6, 7 -> {
            FrameBuilder udp = FrameBuilder.udp(address(), port(), address(), port());
            if (random.nextInt(4) == 0) {
              udp.noUdpChecksum();
            }
            yield random.nextInt(8) == 0 ? udp.udpLength(random.nextInt(40)) : udp;
          }
          case 8, 9 ->
              FrameBuilder.icmp(
                  address(), address(), random.nextInt(20), random.nextInt(4), random.nextInt());
          case 10 -> FrameBuilder.arp(random.nextInt(4), address(), address());
          default ->
              random.nextBoolean()
                  ? FrameBuilder.ipv4(address(), address(), random.nextInt(256))
                  : FrameBuilder.raw(
                      random.nextBoolean() ? 0x86dd : random.nextInt(65536), new byte[50]);
        };
    builder.payload(random.nextInt(40));
    wrong(builder);
    if (random.nextInt(10) == 0) {
      byte[] options = new byte[4 * (1 + random.nextInt(10))];
      random.nextBytes(options);
      options[0] = (byte) new int[] {0x83, 0x89, 1, 0, 0x94}[random.nextInt(5)];
      builder.ipOptions(options);
    }
    return random.nextInt(8) == 0 ? fragment(builder) : builder;
  }

  private FrameBuilder fragment(FrameBuilder builder) {
    int length = builder.transportLength();
    int offset = Math.min(length & ~7, 8 * random.nextInt(4) * random.nextInt(2));
    return builder.fragment(offset, random.nextInt(length - offset + 1), random.nextBoolean());
  }

  private void wrong(FrameBuilder builder) {
    switch (random.nextInt(40)) {
      case 0 -> builder.version(random.nextInt(16));
      case 1 -> builder.headerWords(random.nextInt(16));
      case 2 -> builder.totalLength(random.nextInt(100));
      case 3 -> builder.damageHeaderChecksum(1 + random.nextInt(65535));
      case 4 -> builder.damageTransportChecksum(1 + random.nextInt(65535));
      default -> {}
    }
  }

  private void corrupt(byte[] frame) {
    for (int n = 1 + random.nextInt(3); n > 0 && frame.length > 0; n--) {
      int at = random.nextInt(Math.min(frame.length, 110));
      frame[at] =
          (byte) (random.nextBoolean() ? random.nextInt(256) : frame[at] ^ 1 << random.nextInt(8));
    }
  }

  private int port() {
    return switch (random.nextInt(6)) {
      case 0 -> 67;
      case 1 -> 4789;
      default -> 1 + random.nextInt(65535);
    };
  }

  private String address() {
    return switch (random.nextInt(24)) {
      case 0 -> "203.0.113." + (random.nextBoolean() ? 8 + random.nextInt(8) : random.nextInt(256));
      case 1 -> "198.51.100." + random.nextInt(256);
      case 2 -> "192.168.50." + random.nextInt(4);
      case 3 -> "172.20.1." + random.nextInt(256);
      case 4 -> "255.255.255.255";
      case 5 -> "224.0.0." + random.nextInt(256);
      case 6 -> "0.0.0.0";
      case 7 -> "127.0.0.1";
      case 8 -> "10.10." + (1 + random.nextInt(5)) + ".255";
      case 9 -> "10.10." + (1 + random.nextInt(5)) + ".1";
      case 10 -> random.nextInt(256) + "." + random.nextInt(256) + ".3.4";
      default -> "10.10." + (1 + random.nextInt(5)) + "." + random.nextInt(256);
    };
  }
}
