package io.vpcrig.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaglevTest {
  private static final int FIRST = 0x0a0a_010a;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 100, 500})
  void equalMembersHaveEqualShares(int members) {
    int[] places = places(table(members), members);
    int least = Arrays.stream(places).min().orElseThrow();
    int most = Arrays.stream(places).max().orElseThrow();
    assertTrue(most - least <= 1, least + ".." + most);
    assertEquals(Maglev.SIZE, Arrays.stream(places).sum());
  }

  @Test
  void sharesFollowWeights() {
    int[] address = {FIRST, FIRST + 1, FIRST + 2, FIRST + 3};
    int[] weight = {1, 2, 256, 0};
    int[] places = places(Maglev.table(address, 80, weight), 4);
    for (int m = 0; m < 4; m++) {
      double due = (double) Maglev.SIZE * weight[m] / 259;
      assertTrue(Math.abs(places[m] - due) <= 2, places[m] + " places, due " + due);
    }
  }

  @Test
  void thereIsNoTableWhereNoMemberHasAWeight() {
    assertNull(Maglev.table(new int[] {FIRST}, 80, new int[] {0}));
    assertNull(Maglev.table(new int[0], 80, new int[0]));
  }

  /** The paper's figure 12: with a table this large few places move that need not. */
  @ParameterizedTest
  @ValueSource(ints = {2, 5, 10, 50, 100})
  void aMemberThatGoesMovesLittleMoreThanItsOwn(int members) {
    short[] before = table(members);
    for (int gone = 0; gone < Math.min(members, 5); gone++) {
      int out = gone;
      int[] left = IntStream.range(0, members).filter(m -> m != out).toArray();
      int[] address = Arrays.stream(left).map(m -> FIRST + m).toArray();
      short[] after = Maglev.table(address, 80, ones(address.length));
      int moved = 0;
      int needlessly = 0;
      for (int place = 0; place < Maglev.SIZE; place++) {
        boolean same = before[place] == left[after[place]];
        moved += same ? 0 : 1;
        needlessly += same || before[place] == gone ? 0 : 1;
      }
      assertTrue(moved <= Maglev.SIZE * (1.0 / members + 0.02), moved + " of " + members);
      assertTrue(needlessly <= Maglev.SIZE * 0.02, needlessly + " needlessly");
    }
  }

  @Test
  void aMemberThatComesTakesLittleMoreThanItsShare() {
    short[] before = table(10);
    short[] after = table(11);
    int moved = 0;
    for (int place = 0; place < Maglev.SIZE; place++) {
      moved += before[place] == after[place] ? 0 : 1;
    }
    assertTrue(moved <= Maglev.SIZE * (1.0 / 11 + 0.02), moved + " moved");
  }

  @Test
  void theOrderOfMentionMattersLittle() {
    int[] address = IntStream.range(0, 10).map(m -> FIRST + m).toArray();
    int[] reversed = IntStream.range(0, 10).map(m -> FIRST + 9 - m).toArray();
    short[] one = Maglev.table(address, 80, ones(10));
    short[] other = Maglev.table(reversed, 80, ones(10));
    int moved = 0;
    for (int place = 0; place < Maglev.SIZE; place++) {
      moved += address[one[place]] == reversed[other[place]] ? 0 : 1;
    }
    assertTrue(moved <= Maglev.SIZE * 0.03, moved + " moved");
  }

  private static short[] table(int members) {
    return Maglev.table(
        IntStream.range(0, members).map(m -> FIRST + m).toArray(), 80, ones(members));
  }

  private static int[] ones(int length) {
    int[] weights = new int[length];
    Arrays.fill(weights, 1);
    return weights;
  }

  private static int[] places(short[] table, int members) {
    int[] places = new int[members];
    for (short member : table) {
      places[member]++;
    }
    return places;
  }
}
