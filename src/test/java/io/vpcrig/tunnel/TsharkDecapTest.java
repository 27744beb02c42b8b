package io.vpcrig.tunnel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.TestData;
import io.vpcrig.frame.LinkType;
import io.vpcrig.header.ChecksumPolicy;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.tunnel.Tshark.Opinion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Agreement with tshark, field by field, on every frame of real and of malformed captures. The VPC
 * has a segment for every tag and network identifier that tshark sees, so that nothing is dropped
 * for its tag.
 */
class TsharkDecapTest {
  /** Reasons given after every column was filled. */
  private static final Set<Reason> UNDERSTOOD =
      Set.of(Reason.SWITCHED, Reason.MULTICAST, Reason.L4_CHECKSUM);

  private static final String BAD = "0";

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "vxlan, 130",
    "vlan, 100",
    "malformed, 600",
    "checksums, 7",
    "icmp, 15",
    "fragments, 150"
  })
  void everyFieldIsWhatTsharkReads(String directory, int least) throws Exception {
    Tshark.require();
    List<Tshark.Frame> frames =
        Tshark.read(TestData.sharedOrSkip("captures/" + directory)).stream()
            .filter(frame -> LinkType.isSupported(frame.link()))
            .toList();
    List<Opinion> opinions = Tshark.ask(frames);
    SegmentTable table = table(opinions);
    Map<String, Integer> outcomes = new TreeMap<>();
    int agreed = 0;
    for (Opinion opinion : opinions) {
      Decapped verified = decap(table, ChecksumPolicy.VERIFY, opinion);
      outcomes.merge(
          verified.reason() == null ? "passed" : verified.reason().name(), 1, Integer::sum);
      checksums(opinion, verified);
      Decapped read = decap(table, ChecksumPolicy.REPAIR, opinion);
      if (read.reason() == null || UNDERSTOOD.contains(read.reason())) {
        compare(table, opinion, read);
        agreed++;
      }
    }
    assertTrue(agreed >= least, agreed + " of " + frames.size() + ": " + outcomes);
  }

  private static Decapped decap(SegmentTable table, ChecksumPolicy policy, Opinion opinion) {
    Tshark.Frame frame = opinion.frame();
    return Decapped.of(table, policy, frame.bytes(), frame.link(), frame.missing());
  }

  private static void compare(SegmentTable table, Opinion opinion, Decapped frame) {
    String what = opinion + "\n ours: " + frame;
    boolean tunnel = frame.remoteEndpoint() != 0;
    int level = tunnel ? 1 : 0;
    int malformed = below(opinion);
    assertEquals(0, malformed, what);
    if (tunnel) {
      assertEquals(table.tag(frame.segment()), Tshark.number(opinion.get("vxlan.vni", 0)), what);
      assertEquals(Ipv4Text.format(frame.remoteEndpoint()), opinion.get("ip.src", 0), what);
    } else {
      assertEquals(tagsOf(table, frame.segment()), ids(opinion), what);
    }
    if (frame.family() == 0) {
      assertEquals(Ipv4Text.format(frame.source()), opinion.get("arp.src.proto_ipv4", 0), what);
      assertEquals(
          Ipv4Text.format(frame.destination()), opinion.get("arp.dst.proto_ipv4", 0), what);
      return;
    }
    assertEquals(Ipv4Text.format(frame.source()), opinion.get("ip.src", level), what);
    assertEquals(Ipv4Text.format(frame.destination()), opinion.get("ip.dst", level), what);
    assertEquals(frame.protocol(), Tshark.number(opinion.get("ip.proto", level)), what);
    int offset = Tshark.number(opinion.get("ip.frag_offset", level));
    int eighths = frame.fragment() & 0x1fff; // releases of tshark differ in the unit
    assertTrue(offset == eighths || offset == 8 * eighths, what);
    if (offset != 0) {
      assertEquals(-1, frame.l4(), what);
      return;
    }
    switch (frame.protocol()) {
      case 6 -> {
        assertEquals(frame.ports(), ports(opinion, "tcp", 0), what);
        assertEquals(frame.tcpFlags(), Tshark.number(opinion.get("tcp.flags", 0)) & 0xff, what);
      }
      case 17 -> assertEquals(frame.ports(), ports(opinion, "udp", level), what);
      case 1 -> {
        int type = Tshark.number(opinion.get("icmp.type", 0));
        assertEquals(
            frame.ports() & 0xffff, type << 8 | Tshark.number(opinion.get("icmp.code", 0)), what);
        if (type == 0 || type == 8) {
          assertEquals(frame.ports() >>> 16, Tshark.number(opinion.get("icmp.ident", 0)), what);
        }
      }
      default -> {}
    }
  }

  /**
   * A wrong checksum of ours is wrong for tshark, and what passes has none that tshark finds wrong.
   */
  private static void checksums(Opinion opinion, Decapped frame) {
    String what = opinion + "\n ours: " + frame;
    int level = frame.remoteEndpoint() != 0 ? 1 : 0;
    boolean header = opinion.get("ip.checksum.status", level).equals(BAD);
    boolean transport =
        switch (frame.protocol()) {
          case 6 -> opinion.get("tcp.checksum.status", 0).equals(BAD);
          case 17 -> opinion.get("udp.checksum.status", level).equals(BAD);
          case 1 -> opinion.get("icmp.checksum.status", 0).equals(BAD);
          default -> false;
        };
    boolean passed = frame.reason() == null || frame.reason() == Reason.SWITCHED;
    if (frame.reason() == Reason.IPV4_CHECKSUM) {
      assertTrue(header, what);
    } else if (frame.reason() == Reason.L4_CHECKSUM) {
      assertTrue(transport, what);
    } else if (passed && frame.family() == 4) {
      assertTrue(!header && !transport, what);
    }
  }

  /** How many dissectors up to the transport layer gave up on a frame. */
  private static int below(Opinion opinion) {
    int count = 0;
    for (String who : opinion.all("_ws.malformed")) {
      for (String layer : List.of("Ethernet", "802.1Q", "VXLAN", "IPv4", "TCP", "UDP", "ARP")) {
        count += who.equals("[Malformed Packet: " + layer + "]") ? 1 : 0;
      }
    }
    return count;
  }

  private static int ports(Opinion opinion, String protocol, int index) {
    return Tshark.number(opinion.get(protocol + ".srcport", index)) << 16
        | Tshark.number(opinion.get(protocol + ".dstport", index));
  }

  /** Identifiers of the frame's tags, without priority tags. */
  private static List<Integer> ids(Opinion opinion) {
    List<Integer> ids = new ArrayList<>();
    opinion.all("ieee8021ad.id").forEach(id -> ids.add(Tshark.number(id)));
    opinion.all("vlan.id").forEach(id -> ids.add(Tshark.number(id)));
    ids.removeIf(id -> id == 0);
    return ids;
  }

  private static List<Integer> tagsOf(SegmentTable table, int segment) {
    int tag = table.tag(segment);
    return switch (table.encapsulation(segment)) {
      case SegmentTable.VLAN -> List.of(tag);
      case SegmentTable.QINQ -> List.of(tag >>> 12, tag & 0xfff);
      default -> List.of();
    };
  }

  /** A segment for every tag and identifier seen; their subnets hold nothing of the captures. */
  private static SegmentTable table(List<Opinion> opinions) {
    Set<Integer> vnis = new TreeSet<>();
    Set<List<Integer>> tags = new TreeSet<>((a, b) -> a.toString().compareTo(b.toString()));
    for (Opinion opinion : opinions) {
      opinion.all("vxlan.vni").forEach(vni -> vnis.add(Tshark.number(vni)));
      List<Integer> ids = ids(opinion);
      if (ids.size() == 1 || ids.size() == 2) {
        tags.add(ids);
      }
    }
    SegmentsOnly vpc =
        SegmentsOnly.vpc().publicNet("public", SegmentsOnly.untagged(), "192.0.2.1/30");
    int next = 0;
    vnis.remove(0xffffff); // beyond CloudStack's range
    for (int vni : vnis) {
      vpc.tier("v" + next, SegmentsOnly.vxlan(vni), subnet(next++));
    }
    for (List<Integer> ids : tags) {
      if (ids.stream().allMatch(id -> id < 4095)) {
        vpc.tier(
            "t" + next,
            ids.size() == 1
                ? SegmentsOnly.vlan(ids.get(0))
                : new io.vpcrig.model.Encapsulation.QinQ(ids.get(0), ids.get(1)),
            subnet(next++));
      }
    }
    return SegmentCompiler.compile(vpc.build());
  }

  private static String subnet(int number) {
    return "198.18." + (number >> 6) + "." + ((number & 63) * 4 + 1) + "/30";
  }
}
