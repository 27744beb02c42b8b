package io.vpcrig.config.foreign;

import java.util.ArrayList;
import java.util.List;

/**
 * What a rule matches, as far as it is known. A test that depends on more than the header (a rate,
 * a hardware address) leaves open whether some headers match.
 *
 * @param may headers that can match
 * @param must headers that do match, whatever is not known; part of {@code may}
 */
record Match(List<Box> may, List<Box> must) {
  static final Match ALWAYS = of(Box.ALL);
  static final Match NEVER = new Match(List.of(), List.of());
  static final Match UNKNOWN = new Match(List.of(Box.ALL), List.of());

  Match {
    may = List.copyOf(may);
    must = List.copyOf(must);
  }

  /** Exactly these headers. */
  static Match of(Box... boxes) {
    return of(List.of(boxes));
  }

  static Match of(List<Box> boxes) {
    List<Box> some = boxes.stream().filter(box -> !box.isEmpty()).toList();
    return new Match(some, some);
  }

  Match and(Match other) {
    return new Match(and(may, other.may), and(must, other.must));
  }

  boolean isAlways() {
    return must.contains(Box.ALL);
  }

  static List<Box> and(List<Box> some, List<Box> others) {
    List<Box> both = new ArrayList<>();
    for (Box one : some) {
      for (Box other : others) {
        Box common = one.and(other);
        if (!common.isEmpty()) {
          both.add(common);
        }
      }
    }
    return both;
  }

  static List<Box> minus(List<Box> some, List<Box> others) {
    List<Box> left = some;
    for (Box other : others) {
      left = left.stream().flatMap(box -> box.minus(other).stream()).toList();
    }
    return left;
  }
}
