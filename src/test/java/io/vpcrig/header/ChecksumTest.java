package io.vpcrig.header;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.frame.Bytes;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChecksumTest {
  private static final int CASES = 100_000;
  private static final long SEED = 0x1071;

  @Test
  void theExampleOfRfc1071SumsToDdf2() {
    byte[] data = {
      0x00, 0x01, (byte) 0xf2, 0x03, (byte) 0xf4, (byte) 0xf5, (byte) 0xf6, (byte) 0xf7
    };
    try (Bytes bytes = Bytes.of(data)) {
      assertEquals(0xddf2, Checksum.fold(Checksum.sum(bytes, 0, data.length)));
    }
  }

  @Test
  void theExampleOfRfc1624IsUpdatedRight() {
    assertEquals(0x0000, Checksum.update(0xdd2f, 0x5555, 0x3285));
  }

  @Test
  void sumsLikeTheRfcAtEveryAlignmentAndLength() {
    Random random = new Random(SEED);
    byte[] data = new byte[2048];
    try (Bytes bytes = Bytes.allocate(data.length)) {
      for (int n = 0; n < CASES; n++) {
        if (n % 100 == 0) {
          random.nextBytes(data);
          if (n % 300 == 0) {
            java.util.Arrays.fill(data, 0, 1024, (byte) (n % 200 == 0 ? 0xff : 0));
          }
          bytes.put(0, data, 0, data.length);
        }
        int from = random.nextInt(64);
        int length = n % 2 == 0 ? random.nextInt(100) : random.nextInt(data.length - 64);
        int expected = PlainChecksum.sum(data, from, length);
        int sum = Checksum.fold(Checksum.sum(bytes, from, length));
        assertEquals(expected, sum, () -> "seed " + SEED + ", from " + from + ", length " + length);
        assertEquals(PlainChecksum.finish(expected), Checksum.of(bytes, from, length));
      }
    }
  }

  @Test
  void sumsOfEvenPartsAddUp() {
    Random random = new Random(SEED + 1);
    byte[] data = new byte[512];
    random.nextBytes(data);
    try (Bytes bytes = Bytes.of(data)) {
      for (int n = 0; n < 1000; n++) {
        int cut = random.nextInt(256) * 2;
        long parts = Checksum.sum(bytes, 0, cut) + Checksum.sum(bytes, cut, data.length - cut);
        assertEquals(Checksum.of(bytes, 0, data.length), Checksum.finish(parts), "cut " + cut);
      }
    }
  }

  @Test
  void anIncrementalUpdateEqualsAFullComputation() {
    Random random = new Random(SEED + 2);
    byte[] data = new byte[64];
    try (Bytes bytes = Bytes.allocate(data.length)) {
      for (int n = 0; n < CASES; n++) {
        random.nextBytes(data);
        data[0] = 1; // all-zero data has two checksums; headers are never all zero
        bytes.put(0, data, 0, data.length);
        int checksum = Checksum.of(bytes, 0, data.length);
        int at = 2 + 2 * random.nextInt(29);
        int updated;
        if (random.nextBoolean()) {
          int word = pick(random) & 0xffff;
          updated = Checksum.update(checksum, bytes.u16(at), word);
          bytes.putU16(at, word);
        } else {
          int value = pick(random);
          updated = Checksum.update32(checksum, bytes.i32(at), value);
          bytes.putI32(at, value);
        }
        int seenAt = n;
        assertEquals(
            Checksum.of(bytes, 0, data.length),
            updated,
            () -> "seed " + (SEED + 2) + ", case " + seenAt);
      }
    }
  }

  @Test
  void pseudoHeadersSumLikeTheRfc() {
    Random random = new Random(SEED + 3);
    for (int n = 0; n < CASES; n++) {
      int source = pick(random);
      int destination = pick(random);
      int protocol = random.nextInt(256);
      int length = random.nextInt(65536);
      assertEquals(
          PlainChecksum.pseudoHeader(source, destination, protocol, length),
          Checksum.fold(Checksum.pseudoHeader(source, destination, protocol, length)));
    }
  }

  @Test
  void repairMakesWhatIsRightAndSparesUdpWithoutAChecksum() {
    Random random = new Random(SEED + 4);
    for (int n = 0; n < 10_000; n++) {
      int protocol = new int[] {Ipv4.TCP, Ipv4.UDP, Ipv4.ICMP, 47}[random.nextInt(4)];
      int payload = random.nextInt(60);
      int l4 = 20 + 4 * random.nextInt(11);
      int end = l4 + 20 + payload;
      byte[] data = new byte[end + random.nextInt(10)];
      random.nextBytes(data);
      try (Bytes bytes = Bytes.of(data)) {
        bytes.putU8(0, 0x40 | l4 / 4);
        Ipv4.setTotalLength(bytes, 0, end);
        Ipv4.setFragment(bytes, 0, Ipv4.DONT_FRAGMENT);
        Ipv4.setProtocol(bytes, 0, protocol);
        boolean none = protocol == Ipv4.UDP && random.nextBoolean();
        if (protocol == Ipv4.UDP) {
          Udp.setLength(bytes, l4, end - l4 - random.nextInt(5));
          bytes.putU16(l4 + Udp.CHECKSUM, none ? 0 : 0x1234);
        }
        Checksum.repair(bytes, 0, l4, end);
        assertTrue(Ipv4.isChecksumRight(bytes, 0));
        assertTrue(Checksum.isTransportRight(bytes, 0, l4, end));
        if (protocol == Ipv4.UDP) {
          assertEquals(none, Udp.checksum(bytes, l4) == 0);
        }
        if (protocol != 47 && !none) {
          bytes.putU8(l4 + 7, bytes.u8(l4 + 7) + 1);
          if (protocol != Ipv4.UDP) {
            assertFalse(Checksum.isTransportRight(bytes, 0, l4, end));
          }
        }
        bytes.putU8(8, bytes.u8(8) ^ 0x10);
        assertFalse(Ipv4.isChecksumRight(bytes, 0));
      }
    }
  }

  @Test
  void decrementingTheTtlKeepsTheHeaderRight() {
    Random random = new Random(SEED + 5);
    byte[] data = new byte[20];
    try (Bytes bytes = Bytes.allocate(20)) {
      for (int n = 0; n < CASES; n++) {
        random.nextBytes(data);
        data[0] = 0x45;
        bytes.put(0, data, 0, 20);
        int ttl = 1 + random.nextInt(255);
        Ipv4.setTtl(bytes, 0, ttl);
        Ipv4.updateChecksum(bytes, 0);
        Ipv4.decrementTtl(bytes, 0);
        assertEquals(ttl - 1, Ipv4.ttl(bytes, 0));
        assertTrue(Ipv4.isChecksumRight(bytes, 0));
      }
    }
  }

  /** Random, with the values that make ones' complement awkward every few times. */
  private static int pick(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> 0;
      case 1 -> -1;
      case 2 -> 0xffff;
      case 3 -> 0xffff_0000;
      default -> random.nextInt();
    };
  }
}
