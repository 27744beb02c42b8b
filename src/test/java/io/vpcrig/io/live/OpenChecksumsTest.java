package io.vpcrig.io.live;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.vpcrig.frame.Bytes;
import io.vpcrig.header.Checksum;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Tcp;
import io.vpcrig.header.Udp;
import io.vpcrig.header.Vxlan;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Open checksums are completed, complete ones stay, and nothing else is touched. */
final class OpenChecksumsTest {
  private static final int ROOM = 2048;

  /** A frame of random addresses and bytes in {@code bytes}, right; its transport header. */
  private static int write(
      Bytes bytes, int at, int protocol, int payload, SplittableRandom random) {
    int header = protocol == Ipv4.TCP ? Tcp.MIN_LENGTH : Udp.LENGTH;
    int ip = at + Ethernet.LENGTH;
    int l4 = ip + Ipv4.MIN_LENGTH;
    for (int k = at; k < l4 + header + payload; k++) {
      bytes.putU8(k, random.nextInt(256));
    }
    bytes.putU16(at + Ethernet.TYPE, Ethernet.ETHERTYPE_IPV4);
    bytes.putU8(ip, 0x45);
    Ipv4.setTotalLength(bytes, ip, Ipv4.MIN_LENGTH + header + payload);
    Ipv4.setFragment(bytes, ip, Ipv4.DONT_FRAGMENT);
    bytes.putU8(ip + Ipv4.PROTOCOL, protocol);
    if (protocol == Ipv4.UDP) {
      Udp.setLength(bytes, l4, header + payload);
      bytes.putU16(l4 + Udp.CHECKSUM, 1);
    } else {
      bytes.putU8(l4 + Tcp.DATA_OFFSET, 0x50);
    }
    Checksum.repair(bytes, ip, l4, l4 + header + payload);
    return l4;
  }

  private static int field(Bytes bytes, int l4) {
    int protocol = Ipv4.protocol(bytes, l4 - Ipv4.MIN_LENGTH);
    return l4 + (protocol == Ipv4.TCP ? Tcp.CHECKSUM : Udp.CHECKSUM);
  }

  /** Leaves the checksum as a kernel does that counts on hardware. */
  private static void open(Bytes bytes, int l4) {
    int ip = l4 - Ipv4.MIN_LENGTH;
    long pseudo =
        Checksum.pseudoHeader(
            Ipv4.source(bytes, ip),
            Ipv4.destination(bytes, ip),
            Ipv4.protocol(bytes, ip),
            Ipv4.totalLength(bytes, ip) - Ipv4.MIN_LENGTH);
    bytes.putU16(field(bytes, l4), Checksum.fold(pseudo));
  }

  @RepeatedTest(200)
  void openOnesAreCompletedAndOthersStay(RepetitionInfo round) {
    SplittableRandom random = new SplittableRandom(round.getCurrentRepetition());
    int protocol = random.nextBoolean() ? Ipv4.TCP : Ipv4.UDP;
    int payload = random.nextInt(1400);
    try (Bytes bytes = Bytes.allocate(ROOM)) {
      int l4 = write(bytes, 0, protocol, payload, random);
      int header = protocol == Ipv4.TCP ? Tcp.MIN_LENGTH : Udp.LENGTH;
      int length = l4 + header + payload;
      byte[] right = bytes.copy(0, length);
      OpenChecksums.complete(bytes, 0, length);
      assertArrayEquals(right, bytes.copy(0, length), "a complete one changed");
      open(bytes, l4);
      OpenChecksums.complete(bytes, 0, length);
      assertArrayEquals(right, bytes.copy(0, length), "an open one was not completed");
      int wrong = bytes.u16(field(bytes, l4)) ^ 1 + random.nextInt(0xffff);
      bytes.putU16(field(bytes, l4), wrong);
      byte[] spoilt = bytes.copy(0, length);
      OpenChecksums.complete(bytes, 0, length);
      assertArrayEquals(spoilt, bytes.copy(0, length), "a wrong one was made right");
    }
  }

  @RepeatedTest(50)
  void insideATunnelToo(RepetitionInfo round) {
    SplittableRandom random = new SplittableRandom(round.getCurrentRepetition());
    int innerPayload = random.nextInt(1000);
    int inner = Ethernet.LENGTH + Ipv4.MIN_LENGTH + Udp.LENGTH + Vxlan.LENGTH;
    int innerLength = Ethernet.LENGTH + Ipv4.MIN_LENGTH + Tcp.MIN_LENGTH + innerPayload;
    try (Bytes bytes = Bytes.allocate(ROOM)) {
      int l4 = write(bytes, 0, Ipv4.UDP, Vxlan.LENGTH + innerLength, random);
      int innerL4 = write(bytes, inner, Ipv4.TCP, innerPayload, random);
      Vxlan.write(bytes, inner - Vxlan.LENGTH, random.nextInt(1 << 24));
      int length = inner + innerLength;
      Checksum.repair(bytes, l4 - Ipv4.MIN_LENGTH, l4, length);
      byte[] right = bytes.copy(0, length);
      // The outer sum is that of the completed inside (local checksum offload).
      open(bytes, innerL4);
      OpenChecksums.complete(bytes, 0, length);
      assertArrayEquals(right, bytes.copy(0, length));
      open(bytes, l4);
      OpenChecksums.complete(bytes, 0, length);
      assertArrayEquals(right, bytes.copy(0, length));
    }
  }

  @RepeatedTest(50)
  void framesCutShortAnywhereAreLeftAlone(RepetitionInfo round) {
    SplittableRandom random = new SplittableRandom(round.getCurrentRepetition());
    try (Bytes bytes = Bytes.allocate(ROOM)) {
      int l4 = write(bytes, 0, Ipv4.TCP, 60, random);
      open(bytes, l4);
      int length = l4 + Tcp.MIN_LENGTH + 60;
      byte[] before = bytes.copy(0, length);
      for (int cut = 0; cut < length; cut++) {
        OpenChecksums.complete(bytes, 0, cut);
      }
      assertArrayEquals(before, bytes.copy(0, length));
    }
  }
}
