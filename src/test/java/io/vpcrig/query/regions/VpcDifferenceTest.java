package io.vpcrig.query.regions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.Packet;
import io.vpcrig.query.Story;
import io.vpcrig.symbolic.Box;
import io.vpcrig.symbolic.Header;
import io.vpcrig.symbolic.HeaderSet;
import io.vpcrig.symbolic.HeaderSpace;
import io.vpcrig.symbolic.UndecidedException;
import io.vpcrig.testing.RandomTraffic;
import io.vpcrig.testing.RandomVpc;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Changes of whole VPCs against the reference. */
class VpcDifferenceTest {
  private static final int MUTATIONS = 30;
  private static final int PACKETS = 40;

  /** Seeds of this test's own. */
  private static final long SEED = 1000;

  @Test
  void aChangeIsFoundWhereItIsAndShownByTheReference() {
    Set<VpcChange.Kind> kinds = EnumSet.noneOf(VpcChange.Kind.class);
    int same = 0;
    for (long seed = SEED; seed < SEED + MUTATIONS; seed++) {
      Vpc vpc = RandomVpc.of(seed);
      Vpc other = new VpcMutation(vpc, new Random(seed)).one();
      int found = 0;
      try (HeaderSpace space = new HeaderSpace()) {
        VpcDifference difference = new VpcDifference(space, vpc, other);
        assertEquals(vpc.segments().stream().map(Segment::name).toList(), difference.segments());
        for (String segment : difference.segments()) {
          VpcDifference.Changes changes = difference.changes(segment);
          Witnesses witnesses = difference.witnesses(changes);
          for (VpcChange change : changes.changes()) {
            kinds.add(change.kind());
            Optional<Witness> witness = witnesses.of(List.of(change), change.headers());
            String where = "seed " + seed + " via " + segment + ": " + change;
            assertTrue(witness.isPresent() || change.isBalanced(), where);
          }
          found += changes.changes().size();
          traffic(vpc, other, changes, seed);
        }
      }
      same += found == 0 ? 1 : 0;
    }
    assertEquals(EnumSet.allOf(VpcChange.Kind.class), kinds);
    assertTrue(same > 0 && same < MUTATIONS / 2, "mutations without meaning: " + same);
  }

  /** Whoever is in no change is treated alike, and whoever is in one is not. */
  private static void traffic(Vpc vpc, Vpc other, VpcDifference.Changes changes, long seed) {
    RandomTraffic traffic = new RandomTraffic(seed % 2 == 0 ? vpc : other, seed);
    for (int k = 0; k < PACKETS; k++) {
      Packet packet = traffic.next();
      Header header = Header.of(packet.flow());
      if (!packet.arp() && !changes.unreal().contains(header)) {
        Optional<VpcChange> change =
            changes.changes().stream().filter(c -> c.headers().contains(header)).findFirst();
        Story one = Witnesses.story(vpc, changes.in().name(), header);
        Story two = Witnesses.story(other, changes.in().name(), header);
        boolean differ =
            one.verdict() != two.verdict()
                || !one.out().equals(two.out())
                || !one.rewritten().equals(two.rewritten())
                || !Effect.nextHop(one).equals(Effect.nextHop(two));
        boolean undecided = change.isPresent() && change.get().isBalanced();
        assertTrue(
            undecided || differ == change.isPresent(),
            () -> "seed " + seed + ": " + packet + " " + change + one.outcome() + two.outcome());
      }
    }
  }

  @Test
  void otherWordsAreNoChange() {
    for (long seed = SEED; seed < SEED + 12; seed++) {
      Vpc vpc = RandomVpc.of(seed);
      Vpc other = new VpcMutation(vpc, new Random(seed)).reworded();
      try (HeaderSpace space = new HeaderSpace()) {
        VpcDifference difference = new VpcDifference(space, vpc, other);
        for (String segment : difference.segments()) {
          assertEquals(List.of(), difference.changes(segment).changes(), "seed " + seed);
        }
      }
    }
  }

  @Test
  void theBoxesShownHoldTheChangeAndNothingThatChangesOtherwise() {
    for (long seed = SEED; seed < SEED + 5; seed++) {
      Vpc vpc = RandomVpc.of(seed);
      Vpc other = new VpcMutation(vpc, new Random(seed)).one();
      try (HeaderSpace space = new HeaderSpace()) {
        VpcDifference difference = new VpcDifference(space, vpc, other);
        for (String segment : difference.segments()) {
          VpcDifference.Changes changes = difference.changes(segment);
          for (List<VpcChange> alike : VpcChange.alike(changes.changes())) {
            HeaderSet all = VpcChange.union(alike);
            shown(
                space, difference.witnesses(changes), changes, alike, all.and(changes.belonging()));
            shown(
                space,
                difference.witnesses(changes),
                changes,
                alike,
                all.minus(changes.belonging()));
          }
        }
      }
    }
  }

  private static void shown(
      HeaderSpace space,
      Witnesses witnesses,
      VpcDifference.Changes changes,
      List<VpcChange> alike,
      HeaderSet among) {
    if (among.isEmpty()) {
      return;
    }
    Witnesses.Parts parts = witnesses.parts(alike, among, changes, 1);
    HeaderSet left = among;
    for (Witnesses.Part part : parts.parts()) {
      Box box = part.box();
      HeaderSet held = space.of(box);
      boolean strangers = !among.overlaps(changes.belonging());
      HeaderSet allowed = among.or(changes.idle());
      assertTrue(
          (strangers ? allowed : allowed.or(changes.belonging().not())).contains(held),
          box::toString);
      assertTrue(held.overlaps(left), box::toString);
      part.witness().ifPresent(w -> assertTrue(box.contains(Header.of(w.flow())), box::toString));
      left = left.minus(held);
    }
    assertEquals(left.isEmpty(), parts.isAll());
  }

  @Test
  void whatTakesTooLongIsUndecided() {
    Vpc vpc = RandomVpc.of(SEED);
    try (HeaderSpace space = new HeaderSpace()) {
      VpcDifference difference = new VpcDifference(space, vpc, vpc);
      space.limit(Duration.ZERO);
      assertThrows(
          UndecidedException.class, () -> difference.changes(vpc.segments().getFirst().name()));
    }
  }
}
