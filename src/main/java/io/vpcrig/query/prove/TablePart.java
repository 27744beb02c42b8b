package io.vpcrig.query.prove;

import io.vpcrig.acl.Classifier;
import io.vpcrig.acl.TakenApart;
import io.vpcrig.acl.TakenApart.AddressRanges;
import io.vpcrig.symbolic.Box;
import io.vpcrig.symbolic.Field;
import io.vpcrig.symbolic.Header;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A cross product under proof. Since what a rule matches of each field is one range, a rule matches
 * all headers of a cell if it matches the smallest and the largest value of each field in it.
 */
final class TablePart {
  private final TakenApart.Table table;
  private final Box[] rules;
  private final Runnable tick;
  private final AddressRanges sources;
  private final AddressRanges destinations;
  private final Map<Field, int[]> starts;

  // By row, and by class of service: what values of each field lead there.
  private final Map<Field, Hull> hulls;

  /** Services of the ports and protocols that some rule matches. */
  private final Map<Box, int[]> services = new HashMap<>();

  /**
   * @param tick called now and then; throws when there is no time left
   */
  TablePart(TakenApart.Table table, Box[] rules, Runnable tick) {
    this.table = table;
    this.rules = rules;
    this.tick = tick;
    sources = table.sources();
    destinations = table.destinations();
    starts =
        Map.of(
            Field.SOURCE_PORT, table.sourcePorts(),
            Field.DESTINATION_PORT, table.destinationPorts(),
            Field.PROTOCOL, table.protocols());
    hulls =
        Map.of(
            Field.SOURCE, new Hull(table.rows()),
            Field.DESTINATION, new Hull(table.rows()),
            Field.SOURCE_PORT, new Hull(table.services()),
            Field.DESTINATION_PORT, new Hull(table.services()),
            Field.PROTOCOL, new Hull(table.services()));
    fillRows();
    eachService(Box.ALL, this::addService);
  }

  private void fillRows() {
    Hull bySource = hull(sources);
    Hull byDestination = hull(destinations);
    int[] sourceClasses = distinct(sources.classes());
    int[] destinationClasses = distinct(destinations.classes());
    for (int source : sourceClasses) {
      tick.run();
      for (int destination : destinationClasses) {
        int row = table.row(source, destination);
        hulls.get(Field.SOURCE).add(row, bySource, source);
        hulls.get(Field.DESTINATION).add(row, byDestination, destination);
      }
    }
  }

  private static Hull hull(AddressRanges ranges) {
    Hull hull = new Hull(Arrays.stream(ranges.classes()).max().orElse(0) + 1);
    for (int k = 0; k < ranges.size(); k++) {
      hull.add(
          ranges.classes()[k],
          Integer.toUnsignedLong(ranges.firsts()[k]),
          Integer.toUnsignedLong(ranges.last(k)));
    }
    return hull;
  }

  private static int[] distinct(int[] classes) {
    return Arrays.stream(classes).sorted().distinct().toArray();
  }

  /** Headers of one class of service: a range of each field. */
  @FunctionalInterface
  private interface ServiceReader {
    void run(int service, Box box);
  }

  private void addService(int service, Box box) {
    for (Field field : starts.keySet()) {
      hulls.get(field).add(service, box.first(field), box.last(field));
    }
  }

  /** Every class of service of some headers in a box, once for each run of each field. */
  private void eachService(Box box, ServiceReader reader) {
    for (Box sourcePorts : runs(box, Field.SOURCE_PORT)) {
      for (Box protocols : runs(sourcePorts, Field.PROTOCOL)) {
        tick.run();
        for (Box run : runs(protocols, Field.DESTINATION_PORT)) {
          reader.run(service(run), run);
        }
      }
    }
  }

  private int service(Box run) {
    int ports = (int) (run.first(Field.SOURCE_PORT) << 16 | run.first(Field.DESTINATION_PORT));
    return table.service(ports, (int) run.first(Field.PROTOCOL));
  }

  /** A box cut where the table tells values of a field apart. */
  private Iterable<Box> runs(Box box, Field field) {
    int[] edges = starts.get(field);
    int found = Arrays.binarySearch(edges, (int) box.first(field));
    int from = found < 0 ? -found - 2 : found;
    return () ->
        java.util.stream.IntStream.range(from, edges.length)
            .takeWhile(k -> edges[k] <= box.last(field))
            .mapToObj(
                k ->
                    box.with(
                        field,
                        Math.max(edges[k], box.first(field)),
                        k + 1 < edges.length
                            ? Math.min(edges[k + 1] - 1, box.last(field))
                            : box.last(field)))
            .iterator();
  }

  /** A header that is answered by a rule that does not match it, or not by a rule at all. */
  Optional<Header> tooEarly() {
    for (int row = 0; row < table.rows(); row++) {
      tick.run();
      if (hulls.get(Field.SOURCE).isEmpty(row)) {
        continue;
      }
      for (int service = 0; service < table.services(); service++) {
        int answer = table.answer(row, service);
        if (answer != Classifier.NONE
            && (answer < 0 || answer >= rules.length || !matches(rules[answer], row, service))) {
          return witness(row, service, answer);
        }
      }
    }
    return Optional.empty();
  }

  private boolean matches(Box rule, int row, int service) {
    for (Field field : Field.values()) {
      int number = field == Field.SOURCE || field == Field.DESTINATION ? row : service;
      Hull hull = hulls.get(field);
      if (!hull.isEmpty(number) && !hull.isWithin(number, rule.first(field), rule.last(field))) {
        return false;
      }
    }
    return true;
  }

  /** A header of a cell that a rule does not match. */
  private Optional<Header> witness(int row, int service, int answer) {
    Box[] some = new Box[1];
    for (int s = 0; s < sources.size(); s++) {
      for (int d = 0; d < destinations.size(); d++) {
        if (table.row(sources.classes()[s], destinations.classes()[d]) == row) {
          Box addresses = addresses(s, d);
          eachService(
              addresses,
              (number, box) -> {
                boolean outside =
                    answer < 0 || answer >= rules.length || !rules[answer].contains(box);
                if (number == service && (some[0] == null || outside)) {
                  some[0] =
                      outside && answer >= 0 && answer < rules.length
                          ? box.minus(rules[answer]).getFirst()
                          : box;
                }
              });
          if (some[0] != null && (answer < 0 || !rules[answer].overlaps(some[0]))) {
            return Optional.of(some[0].pick());
          }
        }
      }
    }
    return Optional.ofNullable(some[0]).map(Box::pick);
  }

  private Box addresses(int source, int destination) {
    return Box.ALL
        .with(
            Field.SOURCE,
            Integer.toUnsignedLong(sources.firsts()[source]),
            Integer.toUnsignedLong(sources.last(source)))
        .with(
            Field.DESTINATION,
            Integer.toUnsignedLong(destinations.firsts()[destination]),
            Integer.toUnsignedLong(destinations.last(destination)));
  }

  /** A header of a rule that is answered by a later rule or by none. */
  Optional<Header> tooLate(int rule) {
    Box box = rules[rule];
    int[] froms = classes(sources, box, Field.SOURCE);
    int[] tos = classes(destinations, box, Field.DESTINATION);
    BitSet rows = new BitSet();
    for (int from : froms) {
      tick.run();
      for (int to : tos) {
        rows.set(table.row(from, to));
      }
    }
    int[] wanted = services.computeIfAbsent(serviceOf(box), this::servicesOf);
    for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
      tick.run();
      for (int service : wanted) {
        int answer = table.answer(row, service);
        if (answer < 0 || answer > rule) {
          return Optional.of(late(box, row, service));
        }
      }
    }
    return Optional.empty();
  }

  private static int[] classes(AddressRanges ranges, Box box, Field field) {
    int from = ranges.find((int) box.first(field));
    int to = ranges.find((int) box.last(field));
    return distinct(Arrays.copyOfRange(ranges.classes(), from, to + 1));
  }

  private static Box serviceOf(Box box) {
    return box.with(Field.SOURCE, 0, Field.SOURCE.last())
        .with(Field.DESTINATION, 0, Field.DESTINATION.last());
  }

  private int[] servicesOf(Box box) {
    BitSet found = new BitSet();
    eachService(box, (service, run) -> found.set(service));
    return found.stream().toArray();
  }

  /** A header of a rule's box in a cell. */
  private Header late(Box box, int row, int service) {
    Box[] some = new Box[1];
    for (int s = sources.find((int) box.first(Field.SOURCE)); some[0] == null; s++) {
      for (int d = 0; d < destinations.size() && some[0] == null; d++) {
        if (table.row(sources.classes()[s], destinations.classes()[d]) == row) {
          box.and(addresses(s, d))
              .ifPresent(
                  both ->
                      eachService(
                          both, (number, run) -> some[0] = number == service ? run : some[0]));
        }
      }
    }
    return some[0].pick();
  }
}
