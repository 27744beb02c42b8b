package io.vpcrig.symbolic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.model.Action;
import io.vpcrig.model.FilterList;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class HeaderSetTest {
  private static final BigInteger SPACE = BigInteger.ONE.shiftLeft(104);

  @Test
  void knowsHowManyHeadersThereAre() {
    try (HeaderSpace space = new HeaderSpace()) {
      assertEquals(SPACE, space.all().size());
      assertEquals(BigInteger.ZERO, space.empty().size());
      assertEquals(
          BigInteger.valueOf(100).shiftLeft(88),
          space.of(Box.ALL.with(Field.DESTINATION_PORT, 400, 499)).size());
      assertEquals(BigInteger.ONE, space.of(new Header(1, 2, 3, 4, 5)).size());
    }
  }

  @RepeatedTest(20)
  void listsAsSetsAgreeWithTheRules(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    FilterList list = Lists.random(random, 1 + random.nextInt(20));
    try (HeaderSpace space = new HeaderSpace()) {
      ListSets sets = ListSets.of(space, list);
      assertEquals(ListSets.allowed(space, list), sets.allowed());
      BigInteger sum = sets.unmatched().size();
      for (HeaderSet each : sets.effective()) {
        sum = sum.add(each.size());
      }
      assertEquals(SPACE, sum);
      for (int k = 0; k < 300; k++) {
        Header header = Lists.header(random, list);
        int decider = Lists.decider(list, header);
        HeaderSet decides = decider < 0 ? sets.unmatched() : sets.effective().get(decider);
        assertTrue(decides.contains(header));
        assertEquals(Lists.verdict(list, header) == Action.ALLOW, sets.allowed().contains(header));
      }
      for (int k = 0; k < list.rules().size(); k++) {
        int rule = k;
        sets.effective()
            .get(k)
            .pick()
            .ifPresent(header -> assertEquals(rule, Lists.decider(list, header)));
      }
    }
  }

  @RepeatedTest(10)
  void regionsAreTheSetAndDoNotOverlap(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    try (HeaderSpace space = new HeaderSpace()) {
      HeaderSet set = ListSets.allowed(space, Lists.random(random, 6));
      List<Box> regions = set.regions(Integer.MAX_VALUE);
      assertEquals(set, space.union(regions));
      BigInteger sum = BigInteger.ZERO;
      for (Box box : regions) {
        sum = sum.add(space.of(box).size());
      }
      assertEquals(set.size(), sum);
    }
  }

  @Test
  void aPickHeedsWhatIsPreferredWhereItCan() {
    try (HeaderSpace space = new HeaderSpace()) {
      HeaderSet set = space.of(Box.ALL.with(Field.SOURCE, 10, 20));
      HeaderSet web = space.of(Box.ALL.with(Field.DESTINATION_PORT, 443, 443));
      HeaderSet elsewhere = space.of(Box.ALL.with(Field.SOURCE, 30, 40));
      Header picked = set.pick(elsewhere, web).orElseThrow();
      assertEquals(443, picked.destinationPort());
      assertEquals(10, picked.source());
      assertTrue(space.empty().pick(web).isEmpty());
    }
  }

  @Test
  void subtractionAndComplementAreExact() {
    try (HeaderSpace space = new HeaderSpace()) {
      HeaderSet low = space.of(Box.ALL.with(Field.SOURCE_PORT, 0, 1023));
      HeaderSet high = space.of(Box.ALL.with(Field.SOURCE_PORT, 1024, 65535));
      assertEquals(high, low.not());
      assertEquals(high, space.all().minus(low));
      assertTrue(space.all().contains(low));
      assertFalse(low.overlaps(high));
      assertNotEquals(low, high);
      assertTrue(low.or(high).isAll());
    }
  }

  @Test
  void whatTakesTooLongIsUndecided() {
    try (HeaderSpace space = new HeaderSpace()) {
      space.limit(Duration.ofNanos(-1));
      assertThrows(UndecidedException.class, () -> space.of(Box.ALL.with(Field.SOURCE, 1, 2)));
    }
  }

  @Test
  void whatNeedsTooManyNodesIsUndecided() {
    try (HeaderSpace space = new HeaderSpace(1 << 17)) {
      assertThrows(
          UndecidedException.class,
          () -> {
            HeaderSet all = space.empty();
            Random random = new Random(2);
            for (int k = 0; k < 200_000; k++) {
              all =
                  all.or(
                      space.of(
                          new Header(
                              random.nextInt(),
                              random.nextInt(),
                              k & 0xffff,
                              random.nextInt(1 << 16),
                              6)));
            }
          });
    }
  }
}
