package io.vpcrig.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TagIndexTest {
  private record Item(int tag, int entry) {}

  /** Tags are drawn from few values, so that lines overflow far and wrap around the end. */
  @ParameterizedTest
  @ValueSource(ints = {3, 40, 1000})
  void findsExactlyWhatIsInIt(int differentTags) {
    SplittableRandom random = new SplittableRandom(differentTags);
    int[] tags = random.ints(differentTags).map(t -> t == 0 ? 1 : t).toArray();
    tags[0] = -1;
    tags[1] = 1;
    try (TagIndex index = new TagIndex(8)) {
      List<Item> items = new ArrayList<>();
      for (int k = 0; k < 20_000; k++) {
        boolean growing = k / 500 % 2 == 0;
        if (items.isEmpty() || random.nextInt(10) < (growing ? 6 : 3)) {
          Item item = new Item(tags[random.nextInt(differentTags)], k);
          index.add(item.tag, item.entry);
          items.add(item);
        } else {
          Item item = items.remove(random.nextInt(items.size()));
          index.remove(item.tag, item.entry);
        }
        if (k % 50 == 0) {
          assertEquals(items.size(), index.size());
          for (int tag : tags) {
            TreeSet<Integer> expected = new TreeSet<>();
            items.stream()
                .filter(item -> item.tag == tag)
                .forEach(item -> expected.add(item.entry));
            assertEquals(expected, lookup(index, tag), "seed " + differentTags + ", step " + k);
          }
        }
      }
    }
  }

  @Test
  void comparesAllEightSlotsExactly() {
    try (TagIndex index = new TagIndex(8)) {
      for (int slot = 0; slot < 8; slot++) {
        index.add(100 + slot, 70 + slot);
      }
      for (int slot = 0; slot < 8; slot++) {
        long match = index.match(0, 100 + slot);
        assertEquals(70 + slot, index.entry(0, TagIndex.slot(match)));
        assertEquals(0, match & match - 1);
      }
      assertEquals(0, index.match(0, 99));
      assertEquals(0, index.match(0, Integer.MIN_VALUE));
      assertEquals(0, index.match(0, 100 ^ Integer.MIN_VALUE));
      assertTrue(index.isFull(0));
      assertFalse(index.isFull(index.next(0)));
    }
  }

  @Test
  void refusesToTakeOutWhatIsNotThere() {
    try (TagIndex index = new TagIndex(8)) {
      index.add(7, 1);
      assertThrows(IllegalStateException.class, () -> index.remove(7, 2));
    }
  }

  private static TreeSet<Integer> lookup(TagIndex index, int tag) {
    TreeSet<Integer> found = new TreeSet<>();
    int line = index.home(tag);
    for (int lines = 0; lines < index.lines(); lines++) {
      for (long m = index.match(line, tag); m != 0; m &= m - 1) {
        found.add(index.entry(line, TagIndex.slot(m)));
      }
      if (!index.isFull(line)) {
        break;
      }
      line = index.next(line);
    }
    return found;
  }
}
