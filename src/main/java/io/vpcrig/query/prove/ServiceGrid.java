package io.vpcrig.query.prove;

import io.vpcrig.acl.TakenApart;
import io.vpcrig.symbolic.Box;
import io.vpcrig.symbolic.Field;
import io.vpcrig.symbolic.Header;
import io.vpcrig.symbolic.UndecidedException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntPredicate;

/** The class of service of every run of ports and protocols that a table tells apart. */
final class ServiceGrid {
  /** Of a run for which looking it up breaks. */
  static final int BROKEN = -1;

  private static final int MOST_CELLS = 1 << 26;

  /** From the slowest to the fastest in {@link #cells}. */
  private static final List<Field> FIELDS =
      List.of(Field.SOURCE_PORT, Field.PROTOCOL, Field.DESTINATION_PORT);

  /** First value of each run, by field. */
  private final int[][] starts;

  private final int[] cells;
  private final int[] numbers;

  /** By field, of each class of service. */
  private final Hull[] hulls = new Hull[FIELDS.size()];

  ServiceGrid(TakenApart.Table table) {
    starts = new int[][] {table.sourcePorts(), table.protocols(), table.destinationPorts()};
    long size = (long) starts[0].length * starts[1].length * starts[2].length;
    if (size > MOST_CELLS) {
      throw new UndecidedException(
          "a table tells "
              + size
              + " runs of ports and protocols apart; proofs take "
              + MOST_CELLS);
    }
    int[] numbersOfCells = new int[(int) size];
    int at = 0;
    for (int source : starts[0]) {
      for (int protocol : starts[1]) {
        for (int destination : starts[2]) {
          numbersOfCells[at++] = number(table, source << 16 | destination, protocol);
        }
      }
    }
    numbers = Arrays.stream(numbersOfCells).filter(k -> k >= 0).sorted().distinct().toArray();
    cells = numbersOfCells;
    Arrays.setAll(cells, k -> Math.max(BROKEN, Arrays.binarySearch(numbers, cells[k])));
    Arrays.setAll(hulls, field -> new Hull(numbers.length));
    fillHulls();
  }

  private static int number(TakenApart.Table table, int ports, int protocol) {
    try {
      return table.service(ports, protocol);
    } catch (IndexOutOfBoundsException e) {
      return BROKEN;
    }
  }

  private void fillHulls() {
    for (int source = 0; source < starts[0].length; source++) {
      for (int protocol = 0; protocol < starts[1].length; protocol++) {
        for (int destination = 0; destination < starts[2].length; destination++) {
          int[] run = {source, protocol, destination};
          int service = cells[cell(source, protocol, destination)];
          for (int field = 0; field < starts.length && service != BROKEN; field++) {
            hulls[field].add(service, starts[field][run[field]], last(field, run[field]));
          }
        }
      }
    }
  }

  private long last(int field, int run) {
    return run + 1 < starts[field].length ? starts[field][run + 1] - 1 : FIELDS.get(field).last();
  }

  /** How many classes some header has; elsewhere here they are told by their place. */
  int size() {
    return numbers.length;
  }

  /** The table's own number of the class at a place. */
  int number(int place) {
    return numbers[place];
  }

  /** Whether a box holds all ports and protocols of a class. */
  boolean isWithin(int service, Box box) {
    for (int field = 0; field < hulls.length; field++) {
      Field each = FIELDS.get(field);
      if (!hulls[field].isWithin(service, box.first(each), box.last(each))) {
        return false;
      }
    }
    return true;
  }

  /** Classes that some header of a box has, ascending; {@link #BROKEN} comes first. */
  int[] in(Box box) {
    BitSet found = new BitSet();
    int[] from = new int[starts.length];
    int[] to = new int[starts.length];
    bounds(box, from, to);
    for (int source = from[0]; source <= to[0]; source++) {
      for (int protocol = from[1]; protocol <= to[1]; protocol++) {
        for (int destination = from[2]; destination <= to[2]; destination++) {
          found.set(cells[cell(source, protocol, destination)] + 1);
        }
      }
    }
    return found.stream().map(k -> k - 1).toArray();
  }

  private void bounds(Box box, int[] from, int[] to) {
    for (int field = 0; field < starts.length; field++) {
      from[field] = run(field, box.first(FIELDS.get(field)));
      to[field] = run(field, box.last(FIELDS.get(field)));
    }
  }

  private int run(int field, long value) {
    int found = Arrays.binarySearch(starts[field], (int) value);
    return found < 0 ? -found - 2 : found;
  }

  private int cell(int source, int protocol, int destination) {
    return (source * starts[1].length + protocol) * starts[2].length + destination;
  }

  /**
   * What {@code seek} finds first in the parts of a box that each are of one class.
   *
   * @param wanted which classes; asked with {@link #BROKEN}, too
   */
  Optional<Header> seek(Box box, IntPredicate wanted, Function<Box, Optional<Header>> seek) {
    int[] from = new int[starts.length];
    int[] to = new int[starts.length];
    bounds(box, from, to);
    for (int source = from[0]; source <= to[0]; source++) {
      for (int protocol = from[1]; protocol <= to[1]; protocol++) {
        for (int destination = from[2]; destination <= to[2]; destination++) {
          if (wanted.test(cells[cell(source, protocol, destination)])) {
            Optional<Header> found =
                seek.apply(cut(box, new int[] {source, protocol, destination}));
            if (found.isPresent()) {
              return found;
            }
          }
        }
      }
    }
    return Optional.empty();
  }

  private Box cut(Box box, int[] runs) {
    Box part = box;
    for (int field = 0; field < runs.length; field++) {
      Field each = FIELDS.get(field);
      part =
          part.with(
              each,
              Math.max(box.first(each), starts[field][runs[field]]),
              Math.min(box.last(each), last(field, runs[field])));
    }
    return part;
  }
}
