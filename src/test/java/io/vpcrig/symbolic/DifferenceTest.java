package io.vpcrig.symbolic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Boxes and decision diagrams are two ways to the same sets. */
class DifferenceTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  @RepeatedTest(40)
  void findsExactlyWhatTheDiagramsSay(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    FilterList one = Lists.random(random, random.nextInt(12));
    FilterList other =
        random.nextBoolean() ? Lists.random(random, random.nextInt(12)) : edited(one, random);
    try (HeaderSpace space = new HeaderSpace()) {
      HeaderSet allowed = ListSets.allowed(space, one);
      HeaderSet others = ListSets.allowed(space, other);
      HeaderSet differing = allowed.minus(others).or(others.minus(allowed));
      HeaderSet found = space.empty();
      List<Difference.Cell> cells = new ArrayList<>();
      Difference.each(one, other, LONG, cells::add);
      for (Difference.Cell cell : cells) {
        HeaderSet box = space.of(cell.box());
        assertTrue(!found.overlaps(box), "cells overlap");
        found = found.or(box);
        assertDecides(one, cell.one(), cell.box(), space);
        assertDecides(other, cell.other(), cell.box(), space);
      }
      assertEquals(differing, found);
      Optional<Difference.Cell> first = Difference.first(one, other, LONG);
      assertEquals(differing.isEmpty(), first.isEmpty());
      first.ifPresent(
          cell ->
              assertNotEquals(
                  Lists.verdict(one, cell.example()), Lists.verdict(other, cell.example())));
    }
  }

  @Test
  void whatIsNotOverInTimeIsUndecided() {
    Random random = new Random(1);
    FilterList one = Lists.random(random, 300);
    FilterList other = Lists.random(random, 300);
    assertThrows(
        UndecidedException.class, () -> Difference.each(one, other, Duration.ZERO, cell -> true));
  }

  private static void assertDecides(FilterList list, int rule, Box box, HeaderSpace space) {
    ListSets sets = ListSets.of(space, list);
    HeaderSet decides = rule < 0 ? sets.unmatched() : sets.effective().get(rule);
    assertTrue(decides.contains(space.of(box)), "another rule decides in a part of " + box);
  }

  private static FilterList edited(FilterList list, Random random) {
    List<FilterRule> rules = new ArrayList<>(list.rules());
    if (rules.size() > 1) {
      switch (random.nextInt(3)) {
        case 0 -> rules.remove(random.nextInt(rules.size()));
        case 1 -> rules.add(rules.remove(random.nextInt(rules.size())));
        default -> rules.set(random.nextInt(rules.size()), Lists.rule(random, 0));
      }
    }
    return new FilterList(list.name(), rules, list.otherwise());
  }
}
