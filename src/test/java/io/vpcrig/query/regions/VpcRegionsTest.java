package io.vpcrig.query.regions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.model.Flow;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Semantics;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.Explainer;
import io.vpcrig.query.Packet;
import io.vpcrig.query.ReferenceRouter;
import io.vpcrig.query.Story;
import io.vpcrig.symbolic.Box;
import io.vpcrig.symbolic.Field;
import io.vpcrig.symbolic.Header;
import io.vpcrig.symbolic.HeaderSet;
import io.vpcrig.symbolic.HeaderSpace;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.testing.RandomTraffic;
import io.vpcrig.testing.RandomVpc;
import java.math.BigInteger;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Sets of headers against the reference, which takes one packet at a time. */
class VpcRegionsTest {
  private static final int VPCS = 25;
  private static final int PACKETS = 100;

  /** What the generator of VPCs leaves out. */
  private static final Set<Reason> NOT_MADE =
      EnumSet.of(
          Reason.ROUTE_NONE, Reason.NAT_NO_SOURCE, Reason.TTL, Reason.NAT_EXHAUSTED, Reason.MTU);

  private final Set<Reason> seen = EnumSet.noneOf(Reason.class);
  private final Set<Semantics> semantics = EnumSet.noneOf(Semantics.class);

  @Test
  void everyRegionHoldsWhatTheReferenceSays() {
    for (long seed = 1; seed <= VPCS; seed++) {
      Vpc vpc = RandomVpc.of(seed);
      semantics.add(vpc.semantics());
      try (HeaderSpace space = new HeaderSpace()) {
        VpcRegions sets = new VpcRegions(space, vpc);
        Map<String, List<Region>> regions = new HashMap<>();
        Random random = new Random(seed);
        for (Segment in : vpc.segments()) {
          List<Region> partition = sets.of(in.name());
          regions.put(in.name(), partition);
          isPartition(space, sets, partition, "seed " + seed + " via " + in.name());
          for (Region region : partition) {
            edges(vpc, in.name(), region, random, seed);
          }
        }
        traffic(vpc, regions, seed);
      }
    }
    assertEquals(EnumSet.allOf(Semantics.class), semantics);
    for (Reason reason : Reason.values()) {
      boolean policy = reason.number() >= 200 && !reason.owner().equals("engine");
      if (policy && reason != Reason.SESSION_FULL && !NOT_MADE.contains(reason)) {
        assertTrue(seen.contains(reason), reason + " not in " + seen);
      }
    }
  }

  private static void isPartition(
      HeaderSpace space, VpcRegions sets, List<Region> partition, String where) {
    HeaderSet union = space.empty();
    BigInteger size = BigInteger.ZERO;
    for (Region region : partition) {
      union = union.or(region.headers());
      size = size.add(region.headers().size());
    }
    assertEquals(sets.all(), union, where);
    assertEquals(sets.all().size(), size, where);
  }

  /** Corners of some boxes of a region, and members from inside. */
  private void edges(Vpc vpc, String in, Region region, Random random, long seed) {
    for (Box box : region.headers().regions(2)) {
      for (int k = 0; k < 2; k++) {
        holds(vpc, in, region, member(box, random), seed);
      }
    }
  }

  private static Header member(Box box, Random random) {
    Box at = box;
    for (Field field : Field.values()) {
      long first = box.first(field);
      long last = box.last(field);
      long value =
          switch (random.nextInt(3)) {
            case 0 -> first;
            case 1 -> last;
            default -> first + random.nextLong(last - first + 1);
          };
      at = at.with(field, value, value);
    }
    return at.pick();
  }

  /** Flows that something in the VPC mentions. */
  private void traffic(Vpc vpc, Map<String, List<Region>> regions, long seed) {
    RandomTraffic traffic = new RandomTraffic(vpc, seed);
    for (int k = 0; k < PACKETS; k++) {
      Packet packet = traffic.next();
      Header header = Header.of(packet.flow());
      Optional<Region> region =
          regions.get(packet.in()).stream().filter(r -> r.headers().contains(header)).findFirst();
      if (!packet.arp() && region.isPresent()) {
        holds(vpc, packet.in(), region.get(), header, seed);
      }
    }
  }

  private void holds(Vpc vpc, String in, Region region, Header header, long seed) {
    Flow flow = header.flow().via(in);
    Story story = new ReferenceRouter(vpc).send(new Explainer(vpc).opening(flow));
    seen.add(story.reason());
    assertTrue(
        Ground.of(story).equals(region.ground()) && region.effect().isTold(header, story),
        () -> "seed " + seed + ": " + flow + " " + region + " but " + story.outcome());
  }
}
