package io.vpcrig.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.TestData;
import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameSource;
import io.vpcrig.frame.LinkType;
import io.vpcrig.header.Checksum;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Icmp;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Tcp;
import io.vpcrig.header.Udp;
import io.vpcrig.header.Vlan;
import io.vpcrig.io.AddressMap.Mac;
import io.vpcrig.io.AddressMap.Prefix;
import io.vpcrig.testing.FrameBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Captured frames with other addresses. */
class RewrittenSourceTest {
  private static final int MOST_FRAMES = 40;

  private static List<Path> captures() throws IOException {
    try (Stream<Path> walk = Files.walk(TestData.sharedOrSkip("captures"))) {
      return walk.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** The first frames of every capture that can be read; their numbers count through. */
  private static List<CapturedFrame> realFrames() throws IOException {
    List<CapturedFrame> frames = new ArrayList<>();
    for (Path file : captures()) {
      try {
        LimitedSource some = new LimitedSource(Captures.open(file), MOST_FRAMES);
        frames.addAll(CapturedFrame.readAll(some).frames());
      } catch (IOException e) {
        assertTrue(e.getMessage().contains("byte"), e.getMessage());
      }
    }
    return frames;
  }

  private static MemorySource source(List<CapturedFrame> frames, int link) {
    return MemorySource.of(
            frames.stream().map(frame -> HexFormat.of().parseHex(frame.hex())).toList())
        .ofLink(link);
  }

  private static List<String> rewritten(List<CapturedFrame> frames, int link, AddressChange change)
      throws IOException {
    FrameSource source = new RewrittenSource(source(frames, link), change);
    return CapturedFrame.readAll(source).frames().stream().map(CapturedFrame::hex).toList();
  }

  /** All addresses, by halves that change places or go round; all have their images. */
  private static AddressMap everything(SplittableRandom random) {
    int length = 1 + random.nextInt(4);
    int shift = 1 + random.nextInt((1 << length) - 1);
    List<Prefix> prefixes = new ArrayList<>();
    for (int k = 0; k < 1 << length; k++) {
      int to = k + shift & (1 << length) - 1;
      prefixes.add(new Prefix(k << 32 - length, to << 32 - length, length, k + " to " + to));
    }
    return new AddressMap(prefixes, List.of());
  }

  /** Whether the frame has a checksum of all ones or a tag: see the class about both. */
  private static boolean isAmbiguous(CapturedFrame frame) {
    byte[] bytes = HexFormat.of().parseHex(frame.hex());
    Parsed parsed = new Parsed(bytes, frame.link());
    return parsed.tagged || parsed.allOnes;
  }

  /** A slow look at a frame: where its checksums are, and which of them are right. */
  private static final class Parsed {
    private boolean tagged;
    private boolean allOnes;
    private boolean isIp;
    private int l3;
    private final List<Boolean> right = new ArrayList<>();
    private final List<Integer> addresses = new ArrayList<>();

    Parsed(byte[] frame, int link) {
      int type = Ethernet.ETHERTYPE_IPV4;
      if (link == LinkType.ETHERNET) {
        int at = 12;
        type = at + 2 <= frame.length ? u16(frame, at) : 0;
        while (Vlan.isTag(type) && at + 6 <= frame.length) {
          tagged = true;
          at += 4;
          type = u16(frame, at);
        }
        l3 = at + 2;
      } else if (link == LinkType.LINUX_SLL) {
        l3 = 16;
      }
      isIp = type == Ethernet.ETHERTYPE_IPV4 && isDatagram(frame, l3);
      if (isIp) {
        try (Bytes bytes = Bytes.of(frame)) {
          datagram(bytes, frame, l3, true);
        }
      }
    }

    private static int u16(byte[] frame, int at) {
      return (frame[at] & 0xff) << 8 | frame[at + 1] & 0xff;
    }

    private static boolean isDatagram(byte[] frame, int at) {
      return frame.length - at >= 20 && frame[at] >>> 4 == 4 && (frame[at] & 15) >= 5;
    }

    private void datagram(Bytes bytes, byte[] frame, int at, boolean outer) {
      addresses.add(bytes.i32(at + Ipv4.SOURCE));
      addresses.add(bytes.i32(at + Ipv4.DESTINATION));
      allOnes |= u16(frame, at + Ipv4.CHECKSUM) == 0xffff;
      int l4 = at + Ipv4.headerLength(bytes, at);
      if (l4 > frame.length) {
        return;
      }
      right.add(Ipv4.isChecksumRight(bytes, at));
      int protocol = Ipv4.protocol(bytes, at);
      int field =
          switch (protocol) {
            case Ipv4.TCP -> 16;
            case Ipv4.UDP, 136, 33 -> 6;
            case Ipv4.ICMP -> 2;
            default -> -1;
          };
      if (field < 0 || l4 + field + 2 > frame.length) {
        return;
      }
      allOnes |= u16(frame, l4 + field) == 0xffff && protocol != Ipv4.UDP;
      boolean quotes =
          protocol == Ipv4.ICMP
              && outer
              && l4 + 8 <= frame.length
              && Icmp.isError(Icmp.type(bytes, l4));
      if (quotes && isDatagram(frame, l4 + 8)) {
        datagram(bytes, frame, l4 + 8, false);
      }
      int end = at + Ipv4.totalLength(bytes, at);
      if (!outer || end > frame.length || Ipv4.isFragment(Ipv4.fragment(bytes, at))) {
        return;
      }
      boolean whole =
          switch (protocol) {
            case Ipv4.TCP -> Tcp.isValid(bytes, l4, end - l4);
            case Ipv4.UDP -> Udp.isValid(bytes, l4, end - l4);
            case Ipv4.ICMP -> Icmp.isValid(bytes, l4, end - l4);
            default -> false;
          };
      if (whole) {
        right.add(Checksum.isTransportRight(bytes, at, l4, end));
      }
    }
  }

  @Test
  void aMapAndItsInverseGiveTheSameBytes() throws IOException {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    List<CapturedFrame> real = realFrames();
    for (int link : new int[] {LinkType.ETHERNET, LinkType.LINUX_SLL, LinkType.RAW}) {
      List<CapturedFrame> frames =
          real.stream().filter(frame -> frame.link() == link && !isAmbiguous(frame)).toList();
      assertTrue(!frames.isEmpty(), "link " + link);
      for (int round = 0; round < 3; round++) {
        AddressMap map = everything(random);
        List<String> there = rewritten(frames, link, map);
        List<CapturedFrame> mapped = new ArrayList<>();
        int changed = 0;
        for (int k = 0; k < frames.size(); k++) {
          CapturedFrame frame = frames.get(k);
          mapped.add(new CapturedFrame(frame.number(), 0, there.get(k), frame.missing(), link, 0));
          changed += there.get(k).equals(frame.hex()) ? 0 : 1;
        }
        // Some captures are of IPv6 alone.
        int few = link == LinkType.ETHERNET ? frames.size() / 2 : 0;
        assertTrue(changed > few, changed + " of " + frames.size() + " changed");
        List<String> back = rewritten(mapped, link, map.inverse());
        for (int k = 0; k < frames.size(); k++) {
          assertEquals(frames.get(k).hex(), back.get(k), "frame " + k + ", seed " + seed);
        }
      }
    }
  }

  @Test
  void rightChecksumsStayRightAndWrongOnesWrong() throws IOException {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    AddressMap map = everything(random);
    AddressChange[] changes = {map, new Anonymizer("seed " + seed, List.of())};
    List<CapturedFrame> frames =
        realFrames().stream().filter(frame -> frame.link() == LinkType.ETHERNET).toList();
    long right = 0;
    long wrong = 0;
    for (AddressChange change : changes) {
      List<String> there = rewritten(frames, LinkType.ETHERNET, change);
      for (int k = 0; k < frames.size(); k++) {
        String context = "frame " + k + ", seed " + seed + ": " + frames.get(k);
        Parsed before = new Parsed(HexFormat.of().parseHex(frames.get(k).hex()), LinkType.ETHERNET);
        Parsed after = new Parsed(HexFormat.of().parseHex(there.get(k)), LinkType.ETHERNET);
        assertEquals(before.right, after.right, context);
        List<Integer> expected = new ArrayList<>();
        for (int address : before.addresses) {
          expected.add(change.address(address));
        }
        assertEquals(expected, after.addresses, context);
        if (before.isIp && change == map) {
          assertTrue(!after.tagged, context);
        }
        right += before.right.stream().filter(r -> r).count();
        wrong += before.right.stream().filter(r -> !r).count();
      }
    }
    assertTrue(right > 2000 && wrong > 10, right + " right and " + wrong + " wrong");
  }

  private static Prefix prefix(String from, String to) {
    int slash = from.indexOf('/');
    return new Prefix(
        address(from.substring(0, slash)),
        address(to.substring(0, to.indexOf('/'))),
        Integer.parseInt(from.substring(slash + 1)),
        from + " to " + to);
  }

  private static int address(String text) {
    int address = 0;
    for (String part : text.split("\\.", -1)) {
      address = address << 8 | Integer.parseInt(part);
    }
    return address;
  }

  private static AddressMap map(Prefix... prefixes) {
    return new AddressMap(List.of(prefixes), List.of());
  }

  @Test
  void theLongestPrefixDecidesAndHostBitsStay() throws SelectionException {
    AddressMap map =
        map(
            prefix("192.168.0.0/16", "10.1.0.0/16"),
            prefix("192.168.7.0/24", "10.2.9.0/24"),
            prefix("192.168.7.9/32", "10.3.0.1/32"));
    assertEquals(address("10.1.1.2"), map.address(address("192.168.1.2")));
    assertEquals(address("10.2.9.8"), map.address(address("192.168.7.8")));
    assertEquals(address("10.3.0.1"), map.address(address("192.168.7.9")));
    assertEquals(address("8.8.8.8"), map.address(address("8.8.8.8")));
  }

  @Test
  void twoAddressesNeverBecomeOne() throws SelectionException {
    assertThrows(
        IllegalArgumentException.class,
        () -> map(prefix("1.0.0.0/8", "10.0.0.0/8"), prefix("2.0.0.0/8", "10.0.0.0/8")));
    assertThrows(
        IllegalArgumentException.class,
        () -> map(prefix("1.0.0.0/8", "10.0.0.0/8"), prefix("2.1.0.0/16", "10.7.0.0/16")));
    assertThrows(
        IllegalArgumentException.class,
        () -> map(prefix("1.0.0.0/8", "3.0.0.0/8"), prefix("1.0.0.0/8", "4.0.0.0/8")));
    assertThrows(
        IllegalArgumentException.class,
        () -> new AddressMap(List.of(), List.of(new Mac(1, 3, "1 to 3"), new Mac(2, 3, "2 to 3"))));
    // The gateway's address and the first host's change places within their subnet.
    AddressMap swap =
        map(
            prefix("192.168.1.0/24", "10.0.0.0/24"),
            prefix("192.168.1.254/32", "10.0.0.1/32"),
            prefix("192.168.1.1/32", "10.0.0.254/32"));
    assertEquals(address("10.0.0.1"), swap.address(address("192.168.1.254")));
    SelectionException e =
        assertThrows(SelectionException.class, () -> swap.address(address("10.0.0.7")));
    assertTrue(e.getMessage().contains("10.0.0.7"), e.getMessage());
  }

  @Test
  void randomMapsThatAreTakenAreOneToOne() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    int taken = 0;
    for (int round = 0; round < 4000; round++) {
      List<Prefix> prefixes = new ArrayList<>();
      for (int k = 1 + random.nextInt(4); k > 0; k--) {
        int length = 26 + random.nextInt(7);
        int mask = -1 << 32 - length;
        int from = random.nextInt(64) & mask;
        int to = random.nextInt(64) & mask;
        prefixes.add(new Prefix(from, to, length, from + "/" + length + " to " + to));
      }
      AddressMap map;
      try {
        map = new AddressMap(prefixes, List.of());
      } catch (IllegalArgumentException e) {
        continue;
      }
      taken++;
      boolean[] seen = new boolean[64];
      for (int address = 0; address < 64; address++) {
        try {
          int image = map.address(address);
          assertTrue(!seen[image], prefixes + ", seed " + seed);
          seen[image] = true;
        } catch (SelectionException e) {
          assertTrue(!map.placesFramesOf(address), prefixes + ", seed " + seed);
        }
      }
    }
    assertTrue(taken > 500, taken + " taken");
  }

  @Test
  void aFrameInsideVxlanBecomesWhatItWouldBeBuiltAs() throws IOException {
    for (boolean checksum : new boolean[] {false, true}) {
      FrameBuilder before = FrameBuilder.tcp("192.168.1.7", 4000, "8.8.8.8", 443).payload(5);
      FrameBuilder after = FrameBuilder.tcp("10.10.1.7", 4000, "8.8.8.8", 443).payload(5);
      for (FrameBuilder frame : List.of(before, after)) {
        frame.macs(0x0011_2233_4455L, 0x0011_2233_4456L).vlan(5).vxlan(77);
        frame.underlay("192.0.2.7", "192.0.2.1");
        if (checksum) {
          frame.underlayChecksum();
        }
      }
      AddressMap map = map(prefix("192.168.1.0/24", "10.10.1.0/24"));
      FrameSource source = new RewrittenSource(MemorySource.of(List.of(before.build())), map);
      assertEquals(
          HexFormat.of().formatHex(after.build()),
          CapturedFrame.readAll(source).frames().getFirst().hex(),
          "outer checksum: " + checksum);
    }
  }

  private static int common(int a, int b) {
    return Integer.numberOfLeadingZeros(a ^ b);
  }

  @Test
  void anonymizingKeepsPrefixesAndWhatIsToBeKept() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    int network = address("10.10.0.0");
    Anonymizer one = new Anonymizer("a", List.of(new Anonymizer.Kept(network, 16)));
    Anonymizer same = new Anonymizer("a", List.of(new Anonymizer.Kept(network, 16)));
    Anonymizer other = new Anonymizer("b", List.of(new Anonymizer.Kept(network, 16)));
    int differ = 0;
    for (int k = 0; k < 2000; k++) {
      int a = random.nextInt();
      int b = a ^ random.nextInt() >>> random.nextInt(32);
      int changed = one.address(a);
      assertEquals(common(a, b), common(changed, one.address(b)), "seed " + seed);
      assertEquals(changed, same.address(a), "seed " + seed);
      differ += changed == other.address(a) ? 0 : 1;
      assertEquals(network | k, one.address(network | k));
      assertEquals(network >>> 16 == changed >>> 16, network >>> 16 == a >>> 16);
    }
    assertTrue(differ > 1000, differ + " differ");
    for (String kept : List.of("0.0.0.0", "127.0.0.1", "224.0.0.251", "255.255.255.255")) {
      assertEquals(address(kept), one.address(address(kept)));
    }
    long mac = 0x001b_2100_0001L;
    assertNotEquals(mac, one.mac(mac));
    assertEquals(mac >>> 40, one.mac(mac) >>> 40);
    assertEquals(1, one.mac(mac) ^ one.mac(mac ^ 1));
    assertEquals(Ethernet.BROADCAST, one.mac(Ethernet.BROADCAST));
  }
}
