package io.vpcrig.query.prove;

import io.vpcrig.acl.Classifier;
import io.vpcrig.acl.TakenApart;
import io.vpcrig.symbolic.Box;
import io.vpcrig.symbolic.Field;
import io.vpcrig.symbolic.Header;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.agrona.collections.LongHashSet;

/**
 * A cross product under proof.
 *
 * <p>Since what a rule matches of each field is one range, a rule matches all headers of a cell if
 * it matches the smallest and the largest value of each field in it.
 *
 * <p>Prefixes nest, so more rules match in a longer prefix than around it, and its answers can only
 * be smaller. Where they are, for each class of an address against the class around it ({@link
 * Axis}) and each class of the other address, a rule that is not answered too late in the cells of
 * its own prefixes is so nowhere: it is looked up once instead of in all cells of its addresses.
 */
final class TablePart implements PartProof {
  private static final int NO_ROW = -1;

  /** An answer that is no answer: looking it up breaks. */
  private static final int BROKEN = -2;

  private final TakenApart.Table table;
  private final Box[] rules;
  private final Axis sources;
  private final Axis destinations;
  private final ServiceGrid grid;

  // By row: addresses that lead there.
  private final Hull sourcesOfRow;
  private final Hull destinationsOfRow;

  /** Number of the ports and protocol of each rule; equal ones have one. */
  private final int[] kinds;

  /** By kind: classes of service of some of its headers, and those that have no others. */
  private final int[][] touched;

  private final BitSet[] within;

  /** Pairs of rows of which the first answers nothing later than the second. */
  private final LongHashSet ordered = new LongHashSet();

  private boolean isNested = true;

  TablePart(TakenApart.Table table, Box[] rules) {
    this.table = table;
    this.rules = rules;
    sources = new Axis(table.sources(), rules, Field.SOURCE);
    destinations = new Axis(table.destinations(), rules, Field.DESTINATION);
    grid = new ServiceGrid(table);
    sourcesOfRow = new Hull(table.rows());
    destinationsOfRow = new Hull(table.rows());
    kinds = new int[rules.length];
    Map<Box, Integer> numbers = new HashMap<>();
    for (int rule = 0; rule < rules.length; rule++) {
      kinds[rule] = numbers.computeIfAbsent(kind(rules[rule]), key -> numbers.size());
    }
    touched = new int[numbers.size()][];
    within = new BitSet[numbers.size()];
    numbers.forEach(
        (box, kind) -> {
          touched[kind] = grid.in(box);
          within[kind] = new BitSet();
          for (int service = 0; service < grid.size(); service++) {
            within[kind].set(service, grid.isWithin(service, box));
          }
        });
  }

  private static Box kind(Box rule) {
    return rule.with(Field.SOURCE, 0, Field.SOURCE.last())
        .with(Field.DESTINATION, 0, Field.DESTINATION.last());
  }

  private int row(int source, int destination) {
    try {
      int row = table.row(sources.number(source), destinations.number(destination));
      return row >= 0 && row < table.rows() ? row : NO_ROW;
    } catch (IndexOutOfBoundsException e) {
      return NO_ROW;
    }
  }

  private int answer(int row, int service) {
    try {
      return table.answer(row, grid.number(service));
    } catch (IndexOutOfBoundsException e) {
      return BROKEN;
    }
  }

  private boolean isRule(int answer) {
    return answer >= 0 && answer < rules.length;
  }

  @Override
  public Optional<Header> tooEarly(Suspicion suspicion) {
    Optional<Header> wrong = broken(suspicion);
    for (int source = 0; source < sources.classes() && wrong.isEmpty(); source++) {
      for (int destination = 0; destination < destinations.classes(); destination++) {
        int row = row(source, destination);
        if (row != NO_ROW) {
          sourcesOfRow.add(row, sources.hull(), source);
          destinationsOfRow.add(row, destinations.hull(), destination);
        }
      }
      suspicion.tick();
    }
    for (int row = 0; row < table.rows() && wrong.isEmpty(); row++) {
      wrong = sourcesOfRow.isEmpty(row) ? wrong : tooEarly(row, suspicion);
    }
    return wrong.isPresent() ? wrong : nest(suspicion);
  }

  private Optional<Header> tooEarly(int row, Suspicion suspicion) {
    for (int service = 0; service < grid.size(); service++) {
      int answer = answer(row, service);
      if (answer != Classifier.NONE && !(isRule(answer) && matches(answer, row, service))) {
        Optional<Header> wrong =
            seekRow(row, service, suspicion, box -> unmatched(box, answer, suspicion));
        if (wrong.isPresent()) {
          return wrong;
        }
      }
    }
    suspicion.tick();
    return Optional.empty();
  }

  private boolean matches(int rule, int row, int service) {
    Box box = rules[rule];
    return within[kinds[rule]].get(service)
        && sourcesOfRow.isWithin(row, box.first(Field.SOURCE), box.last(Field.SOURCE))
        && destinationsOfRow.isWithin(
            row, box.first(Field.DESTINATION), box.last(Field.DESTINATION));
  }

  private Optional<Header> unmatched(Box box, int answer, Suspicion suspicion) {
    if (answer == BROKEN) {
      return suspicion.broken(box);
    }
    for (Box piece : isRule(answer) ? box.minus(rules[answer]) : List.of(box)) {
      Optional<Header> wrong = suspicion.unlessBelow(answer, piece);
      if (wrong.isPresent()) {
        return wrong;
      }
    }
    return Optional.empty();
  }

  /** What {@code seek} finds in the cells of a row. */
  private Optional<Header> seekRow(
      int row, int service, Suspicion suspicion, Function<Box, Optional<Header>> seek) {
    for (int s = 0; s < sources.size(); s++) {
      suspicion.tick();
      for (int d = 0; d < destinations.size(); d++) {
        if (!sources.isBroken(s)
            && !destinations.isBroken(d)
            && row(sources.place(s), destinations.place(d)) == row) {
          Optional<Header> found =
              grid.seek(
                  destinations.cut(sources.cut(Box.ALL, s), d), each -> each == service, seek);
          if (found.isPresent()) {
            return found;
          }
        }
      }
    }
    return Optional.empty();
  }

  /** A header for which looking up breaks. */
  private Optional<Header> broken(Suspicion suspicion) {
    Optional<Header> wrong =
        grid.seek(Box.ALL, service -> service == ServiceGrid.BROKEN, suspicion::broken);
    for (int s = 0; s < sources.size() && wrong.isEmpty(); s++) {
      wrong = sources.isBroken(s) ? suspicion.broken(sources.cut(Box.ALL, s)) : wrong;
    }
    for (int d = 0; d < destinations.size() && wrong.isEmpty(); d++) {
      wrong = destinations.isBroken(d) ? suspicion.broken(destinations.cut(Box.ALL, d)) : wrong;
    }
    BitSet known = new BitSet();
    for (int s = 0; s < sources.size() && wrong.isEmpty(); s++) {
      if (sources.isBroken(s) || known.get(sources.place(s))) {
        continue;
      }
      known.set(sources.place(s));
      for (int d = 0; d < destinations.size() && wrong.isEmpty(); d++) {
        if (!destinations.isBroken(d) && row(sources.place(s), destinations.place(d)) == NO_ROW) {
          Box cell = destinations.cut(sources.cut(Box.ALL, s), d);
          wrong = grid.seek(cell, service -> true, suspicion::broken);
        }
      }
      suspicion.tick();
    }
    return wrong;
  }

  /** Finds out whether answers get smaller in longer prefixes; a wrong header if not so. */
  private Optional<Header> nest(Suspicion suspicion) {
    Optional<Header> wrong = Optional.empty();
    for (int[] edge : sources.edges()) {
      suspicion.tick();
      for (int other = 0; other < destinations.classes() && wrong.isEmpty(); other++) {
        wrong = unordered(row(edge[0], other), row(edge[1], other), edge[0], other, suspicion);
      }
    }
    for (int[] edge : destinations.edges()) {
      suspicion.tick();
      for (int other = 0; other < sources.classes() && wrong.isEmpty(); other++) {
        wrong = unordered(row(other, edge[0]), row(other, edge[1]), other, edge[0], suspicion);
      }
    }
    return wrong;
  }

  /** A wrong header of a pair of classes whose row answers something later than that around it. */
  private Optional<Header> unordered(
      int row, int around, int source, int destination, Suspicion suspicion) {
    if (isOrdered(row, around)) {
      return Optional.empty();
    }
    boolean isFirst = isNested;
    isNested = false;
    if (!isFirst || row == NO_ROW || around == NO_ROW) {
      return Optional.empty();
    }
    for (int service = 0; service < grid.size(); service++) {
      int early = answer(around, service);
      if (isRule(early) && !isBelow(answer(row, service), early + 1)) {
        Optional<Header> wrong =
            seekCells(
                source,
                destination,
                service,
                box ->
                    box.and(rules[early]).flatMap(both -> suspicion.unlessBelow(early + 1, both)));
        if (wrong.isPresent()) {
          return wrong;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Header> seekCells(
      int source, int destination, int service, Function<Box, Optional<Header>> seek) {
    for (int s = 0; s < sources.size(); s++) {
      for (int d = 0; d < destinations.size() && sources.place(s) == source; d++) {
        if (destinations.place(d) == destination) {
          Box cell = destinations.cut(sources.cut(Box.ALL, s), d);
          Optional<Header> found = grid.seek(cell, each -> each == service, seek);
          if (found.isPresent()) {
            return found;
          }
        }
      }
    }
    return Optional.empty();
  }

  private boolean isOrdered(int row, int around) {
    if (row == around && row != NO_ROW) {
      return true;
    }
    long pair = (long) row << 32 | around;
    if (row == NO_ROW || around == NO_ROW) {
      return false;
    }
    if (ordered.contains(pair)) {
      return true;
    }
    for (int service = 0; service < grid.size(); service++) {
      if (Integer.compareUnsigned(answer(row, service), answer(around, service)) > 0) {
        return false;
      }
    }
    ordered.add(pair);
    return true;
  }

  @Override
  public boolean covers(int rule, Suspicion suspicion) {
    Box box = rules[rule];
    int[] froms = isNested ? sources.anchors(box) : sources.classes(box);
    int[] tos = isNested ? destinations.anchors(box) : destinations.classes(box);
    BitSet known = new BitSet();
    for (int from : froms) {
      suspicion.tick();
      for (int to : tos) {
        int row = row(from, to);
        if (row == NO_ROW || !known.get(row) && !isInTime(row, rule)) {
          return false;
        }
        known.set(row);
      }
    }
    return true;
  }

  private boolean isInTime(int row, int rule) {
    for (int service : touched[kinds[rule]]) {
      if (service == ServiceGrid.BROKEN || !isBelow(answer(row, service), rule + 1)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isBelow(int answer, int bound) {
    return Integer.compareUnsigned(answer, bound) < 0;
  }

  @Override
  public Optional<Header> seek(
      Box box, int bound, Suspicion suspicion, Function<Box, Optional<Header>> seek) {
    int[] services = grid.in(box);
    int lastSource = sources.find(box.last(Field.SOURCE));
    int lastDestination = destinations.find(box.last(Field.DESTINATION));
    BitSet known = new BitSet();
    for (int s = sources.find(box.first(Field.SOURCE)); s <= lastSource; s++) {
      Box half = sources.cut(box, s);
      suspicion.tick();
      for (int d = destinations.find(box.first(Field.DESTINATION)); d <= lastDestination; d++) {
        int row =
            sources.isBroken(s) || destinations.isBroken(d)
                ? NO_ROW
                : row(sources.place(s), destinations.place(d));
        if (row != NO_ROW && known.get(row)) {
          continue;
        }
        Optional<Header> found = Optional.empty();
        boolean isAllBelow = row != NO_ROW;
        for (int service : services) {
          isAllBelow &= isBelow(row, service, bound);
        }
        if (isAllBelow) {
          known.set(row);
        } else {
          found =
              grid.seek(
                  destinations.cut(half, d),
                  service -> row == NO_ROW || !isBelow(row, service, bound),
                  seek);
        }
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private boolean isBelow(int row, int service, int bound) {
    return service != ServiceGrid.BROKEN && isBelow(answer(row, service), bound);
  }
}
