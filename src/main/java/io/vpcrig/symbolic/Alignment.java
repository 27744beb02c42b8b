package io.vpcrig.symbolic;

import io.vpcrig.model.Action;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which rules two lists share in the same order. A header that none of the other rules matches is
 * decided by the same rule in both.
 */
final class Alignment {
  /** With more boxes than this the whole space is looked at instead. */
  private static final int MOST_BOXES = 64;

  /** A rule without its label. */
  private record Meaning(Box box, Action action) {
    static Meaning of(FilterRule rule) {
      return new Meaning(Box.of(rule), rule.action());
    }
  }

  private Alignment() {}

  /** Boxes that do not overlap, outside of which the lists agree. */
  static List<Box> changed(FilterList one, FilterList other) {
    if (one.otherwise() != other.otherwise()) {
      return List.of(Box.ALL);
    }
    int[] partner = partners(one.rules(), other.rules());
    boolean[] shared = new boolean[other.rules().size()];
    List<Box> changed = new ArrayList<>();
    for (int k = 0; k < partner.length; k++) {
      if (partner[k] < 0) {
        changed.add(Box.of(one.rules().get(k)));
      } else {
        shared[partner[k]] = true;
      }
    }
    for (int k = 0; k < shared.length; k++) {
      if (!shared[k]) {
        changed.add(Box.of(other.rules().get(k)));
      }
    }
    return changed.size() > MOST_BOXES ? List.of(Box.ALL) : apart(changed);
  }

  /** Each box without those before it. */
  private static List<Box> apart(List<Box> boxes) {
    List<Box> apart = new ArrayList<>();
    for (int k = 0; k < boxes.size(); k++) {
      List<Box> left = List.of(boxes.get(k));
      for (Box before : boxes.subList(0, k)) {
        left = left.stream().flatMap(box -> box.minus(before).stream()).toList();
      }
      apart.addAll(left);
      if (apart.size() > MOST_BOXES * MOST_BOXES) {
        return List.of(Box.ALL);
      }
    }
    return apart;
  }

  /** By position in the one list: the same rule's position in the other, ascending; or -1. */
  private static int[] partners(List<FilterRule> one, List<FilterRule> other) {
    Map<Meaning, Deque<Integer>> places = new HashMap<>();
    for (int k = 0; k < other.size(); k++) {
      places.computeIfAbsent(Meaning.of(other.get(k)), m -> new ArrayDeque<>()).add(k);
    }
    int[] partner = new int[one.size()];
    for (int k = 0; k < partner.length; k++) {
      Deque<Integer> left = places.get(Meaning.of(one.get(k)));
      partner[k] = left == null || left.isEmpty() ? -1 : left.poll();
    }
    return ascending(partner);
  }

  /** Keeps a longest ascending run of what is not negative (patience sorting). */
  private static int[] ascending(int[] values) {
    int[] tails = new int[values.length];
    int[] before = new int[values.length];
    int length = 0;
    for (int k = 0; k < values.length; k++) {
      if (values[k] >= 0) {
        int low = 0;
        for (int high = length; low < high; ) {
          int middle = low + high >>> 1;
          if (values[tails[middle]] < values[k]) {
            low = middle + 1;
          } else {
            high = middle;
          }
        }
        before[k] = low == 0 ? -1 : tails[low - 1];
        tails[low] = k;
        length = Math.max(length, low + 1);
      }
    }
    int[] kept = new int[values.length];
    Arrays.fill(kept, -1);
    for (int k = length == 0 ? -1 : tails[length - 1]; k >= 0; k = before[k]) {
      kept[k] = values[k];
    }
    return kept;
  }
}
