package io.vpcrig.query.prove;

import io.vpcrig.acl.TakenApart.AddressRanges;
import io.vpcrig.symbolic.Box;
import io.vpcrig.symbolic.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.agrona.collections.IntArrayList;

/**
 * What a table makes of one address: its classes, here by their place among those that occur, and
 * how they lie in the prefixes of the rules, which nest. The region of a prefix is what no longer
 * prefix in it holds; the classes of a region have those of the nearest region around it that has
 * any as parents.
 */
final class Axis {
  private static final long ALL = Field.SOURCE.last();

  private record Prefix(long first, long last) {}

  private final Field field;
  private final int[] classes;
  private final Hull hull;

  // By range of the table.
  private final long[] firsts;
  private final int[] placeOfRange;

  // By region; they stand in preorder: prefixes in a prefix come right behind it.
  private final Map<Prefix, Integer> regions = new HashMap<>();
  private final int[] end;
  private final IntArrayList[] placesOfRegion;
  private final int[][] anchors;

  private final List<int[]> edges = new ArrayList<>();

  Axis(AddressRanges ranges, Box[] rules, Field field) {
    this.field = field;
    classes = Arrays.stream(ranges.classes()).filter(k -> k >= 0).sorted().distinct().toArray();
    firsts = Arrays.stream(ranges.firsts()).mapToLong(Integer::toUnsignedLong).toArray();
    placeOfRange =
        Arrays.stream(ranges.classes()).map(k -> Arrays.binarySearch(classes, k)).toArray();
    hull = new Hull(classes.length);
    for (int range = 0; range < size(); range++) {
      if (!isBroken(range)) {
        hull.add(placeOfRange[range], firsts[range], last(range));
      }
    }
    Set<Prefix> distinct = new HashSet<>();
    distinct.add(new Prefix(0, ALL));
    for (Box rule : rules) {
      distinct.add(new Prefix(rule.first(field), rule.last(field)));
    }
    Prefix[] prefixes =
        distinct.stream()
            .sorted(
                (one, other) ->
                    one.first != other.first
                        ? Long.compare(one.first, other.first)
                        : Long.compare(other.last, one.last))
            .toArray(Prefix[]::new);
    IntStream.range(0, prefixes.length).forEach(k -> regions.put(prefixes[k], k));
    end = new int[prefixes.length];
    anchors = new int[prefixes.length][];
    placesOfRegion = new IntArrayList[prefixes.length];
    link(prefixes, lay(prefixes));
  }

  /**
   * Lays ranges over regions.
   *
   * @return the region around each, -1 around the first
   */
  private int[] lay(Prefix[] prefixes) {
    int[] around = new int[prefixes.length];
    int[] path = new int[prefixes.length];
    Set<Long> known = new HashSet<>();
    int depth = 0;
    int next = 0;
    int range = 0;
    for (long at = 0; at <= ALL; ) {
      while (depth > 0 && prefixes[path[depth - 1]].last < at) {
        end[path[--depth]] = next;
      }
      while (next < prefixes.length && prefixes[next].first == at) {
        around[next] = depth == 0 ? -1 : path[depth - 1];
        placesOfRegion[next] = new IntArrayList();
        path[depth++] = next++;
      }
      while (range + 1 < size() && firsts[range + 1] <= at) {
        range++;
      }
      int region = path[depth - 1];
      if (!isBroken(range) && known.add((long) region << 32 | placeOfRange[range])) {
        placesOfRegion[region].addInt(placeOfRange[range]);
      }
      long last = Math.min(prefixes[region].last, last(range));
      at = next < prefixes.length ? Math.min(last + 1, prefixes[next].first) : last + 1;
    }
    while (depth > 0) {
      end[path[--depth]] = next;
    }
    return around;
  }

  private void link(Prefix[] prefixes, int[] around) {
    int[] nearest = new int[prefixes.length];
    Set<Long> known = new HashSet<>();
    for (int region = 0; region < prefixes.length; region++) {
      int parent = around[region] < 0 ? -1 : nearest[around[region]];
      IntArrayList places = placesOfRegion[region];
      nearest[region] = places.isEmpty() ? parent : places.getInt(0);
      for (int k = 0; k < places.size() && parent >= 0; k++) {
        int place = places.getInt(k);
        if (place != parent && known.add((long) place << 32 | parent)) {
          edges.add(new int[] {place, parent});
        }
      }
    }
  }

  /** How many classes occur; their places are less. */
  int classes() {
    return classes.length;
  }

  /** The table's own number of the class at a place. */
  int number(int place) {
    return classes[place];
  }

  /** The addresses of the class at each place. */
  Hull hull() {
    return hull;
  }

  /** Places of classes and of their parents, each pair once. */
  List<int[]> edges() {
    return edges;
  }

  /**
   * Classes of a rule's addresses such that each class of them is one of these, or has one of these
   * above it by parents that all are of the rule's addresses, too.
   */
  int[] anchors(Box rule) {
    int region = regions.get(new Prefix(rule.first(field), rule.last(field)));
    if (anchors[region] == null) {
      IntArrayList places = new IntArrayList();
      for (int k = region; k < end[region]; ) {
        IntArrayList own = placesOfRegion[k];
        places.addAll(own);
        k = own.isEmpty() ? k + 1 : end[k];
      }
      anchors[region] = places.intStream().sorted().distinct().toArray();
    }
    return anchors[region];
  }

  /** Places of all classes that some address of a box has. */
  int[] classes(Box box) {
    return IntStream.rangeClosed(find(box.first(field)), find(box.last(field)))
        .map(range -> placeOfRange[range])
        .filter(place -> place >= 0)
        .sorted()
        .distinct()
        .toArray();
  }

  /** How many ranges the table tells apart. */
  int size() {
    return firsts.length;
  }

  /** Place of the class of a range; negative if {@link #isBroken}. */
  int place(int range) {
    return placeOfRange[range];
  }

  /** Whether looking up an address of a range breaks. */
  boolean isBroken(int range) {
    return placeOfRange[range] < 0;
  }

  /** The range of an address. */
  int find(long address) {
    int found = Arrays.binarySearch(firsts, address);
    return found < 0 ? -found - 2 : found;
  }

  long last(int range) {
    return range + 1 < firsts.length ? firsts[range + 1] - 1 : ALL;
  }

  /** What of a box is in a range, which has to overlap it. */
  Box cut(Box box, int range) {
    return box.with(
        field, Math.max(box.first(field), firsts[range]), Math.min(box.last(field), last(range)));
  }
}
