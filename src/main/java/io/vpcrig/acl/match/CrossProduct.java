package io.vpcrig.acl.match;

import io.vpcrig.acl.Budget;
import io.vpcrig.acl.OverBudgetException;
import java.util.Arrays;

/**
 * Recursive flow classification (Gupta and McKeown, SIGCOMM 1999) behind the address classes: two
 * classes of addresses make a row, a row and the class of ports and protocol make the answer.
 *
 * <pre>
 *   source class ------+-&gt; pairs[source * destinations + destination] = row -+-&gt; answers[row * services + service]
 *   destination class -+                                                    |
 *   ports, protocol ------------------------------------------- service ----+
 * </pre>
 *
 * Building follows the source prefixes from the shortest on. A prefix's row of pairs is the row of
 * the prefix around it, plus its own rules where their destinations are; each pair of a list and a
 * rule added to it is worked out once ({@link RuleLists}). So the time is that of copying the
 * table, and a rule costs what it changes.
 */
final class CrossProduct {
  /** Answer where no rule matches. */
  static final int NO_RULE = 0;

  /** At most so many lists are made for one that is used, on the sets seen so far. */
  private static final int UNUSED_LISTS = 7;

  private final int destinations;
  private final int serviceClasses;
  private final ServiceTable services;
  private final Cells pairs;
  private final Cells answers;

  private CrossProduct(int destinations, ServiceTable services, Cells pairs, Cells answers) {
    this.destinations = destinations;
    this.serviceClasses = services.count();
    this.services = services;
    this.pairs = pairs;
    this.answers = answers;
  }

  /**
   * @param members positions of the rules to compile, ascending
   * @param sources tree of the members' sources
   * @param destinations tree of the members' destinations
   * @param services of the members, and maybe of others
   */
  static CrossProduct compile(
      int[] members,
      PrefixTree sources,
      PrefixTree destinations,
      Services services,
      ServiceTable table,
      Budget.Meter meter)
      throws OverBudgetException {
    long cells = (long) sources.size() * destinations.size();
    meter.checkBytes(2 * cells, "the table of address pairs");
    meter.checkWork(cells / 16, "copying the table of address pairs");
    RuleLists lists = new RuleLists(services);
    int[] pairs = pairs(members, sources, destinations, lists, table.count(), meter);
    Rows rows = new Rows(services, table, lists, meter);
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = rows.of(pairs[i]);
    }
    return new CrossProduct(
        destinations.size(), table, new Cells(pairs, pairs.length), rows.answers());
  }

  /** The list of each pair of nodes. */
  private static int[] pairs(
      int[] members,
      PrefixTree sources,
      PrefixTree destinations,
      RuleLists lists,
      int serviceClasses,
      Budget.Meter meter)
      throws OverBudgetException {
    int width = destinations.size();
    int[] pairs = new int[sources.size() * width];
    int[] from = new int[sources.size() + 1];
    int[] byNode = sources.byNode(members, from);
    for (int node = 0; node < sources.size(); node++) {
      int row = node * width;
      if (node > 0) {
        System.arraycopy(pairs, sources.parent(node) * width, pairs, row, width);
      }
      for (int k = from[node]; k < from[node + 1]; k++) {
        int rule = byNode[k];
        int first = destinations.nodeOf(rule);
        add(pairs, row + first, row + destinations.end(first), rule, lists);
        meter.checkClasses(lists.size(), "address pairs");
        // Lists on the way to others get no row; most of them do where there are too many.
        meter.checkBytes(2L * lists.size() * serviceClasses / UNUSED_LISTS, "the table of answers");
        meter.tick();
      }
    }
    return pairs;
  }

  /** Adds a rule to the lists of neighbouring cells; runs of the same list are asked for once. */
  private static void add(int[] pairs, int from, int to, int rule, RuleLists lists) {
    int before = -1;
    int after = -1;
    for (int cell = from; cell < to; cell++) {
      if (pairs[cell] != before) {
        before = pairs[cell];
        after = lists.with(before, rule);
      }
      pairs[cell] = after;
    }
  }

  /** Makes the answers of lists, one row a list, equal rows once; only of lists that are used. */
  private static final class Rows {
    private final Services services;
    private final ServiceTable table;
    private final RuleLists lists;
    private final Budget.Meter meter;
    private final int width;
    private final int[] rowOfList;
    private int[] answers;
    private int rows;

    /** Open addressing: row + 1, 0 where free. */
    private int[] slots = new int[1 << 8];

    Rows(Services services, ServiceTable table, RuleLists lists, Budget.Meter meter) {
      this.services = services;
      this.table = table;
      this.lists = lists;
      this.meter = meter;
      width = table.count();
      rowOfList = new int[lists.size()];
      Arrays.fill(rowOfList, -1);
      answers = new int[8 * width];
    }

    int of(int list) throws OverBudgetException {
      if (rowOfList[list] < 0) {
        rowOfList[list] = make(list);
      }
      return rowOfList[list];
    }

    private int make(int list) throws OverBudgetException {
      int from = rows * width;
      if (from + width > answers.length) {
        meter.checkBytes(2L * (rows + 1) * width, "the table of answers");
        answers = Arrays.copyOf(answers, Math.toIntExact(Math.min(2L * answers.length, 1 << 29)));
      }
      Arrays.fill(answers, from, from + width, NO_RULE);
      for (int k = lists.length(list) - 1; k >= 0; k--) {
        int rule = lists.rule(list, k);
        for (int service : table.ofService(services.ofRule(rule))) {
          answers[from + service] = rule + 1;
        }
      }
      meter.checkTime();
      int slot = hash(from) & slots.length - 1;
      for (; slots[slot] != 0; slot = slot + 1 & slots.length - 1) {
        int other = (slots[slot] - 1) * width;
        if (Arrays.equals(answers, other, other + width, answers, from, from + width)) {
          return slots[slot] - 1;
        }
      }
      slots[slot] = ++rows;
      if (2 * rows > slots.length) {
        rehash();
      }
      return rows - 1;
    }

    private void rehash() {
      slots = new int[2 * slots.length];
      for (int row = 0; row < rows; row++) {
        int slot = hash(row * width) & slots.length - 1;
        while (slots[slot] != 0) {
          slot = slot + 1 & slots.length - 1;
        }
        slots[slot] = row + 1;
      }
    }

    private int hash(int from) {
      int hash = 0;
      for (int i = from; i < from + width; i++) {
        hash = 31 * hash + answers[i];
      }
      hash *= 0x9e3779b1;
      return hash ^ hash >>> 15;
    }

    Cells answers() {
      return new Cells(answers, rows * width);
    }
  }

  /** Position of the first matching rule + 1, or {@link #NO_RULE}. */
  int find(int sourceClass, int destinationClass, int ports, int protocol) {
    return answer(sourceClass, destinationClass, services.find(ports, protocol));
  }

  /** As {@link #find}, where the class of the service is known. */
  int answer(int sourceClass, int destinationClass, int serviceClass) {
    int row = pairs.get(sourceClass * destinations + destinationClass);
    return answers.get(row * serviceClasses + serviceClass);
  }

  int rows() {
    return answers.size() / serviceClasses;
  }

  int serviceClasses() {
    return serviceClasses;
  }

  int destinations() {
    return destinations;
  }

  ServiceTable services() {
    return services;
  }

  Cells pairs() {
    return pairs;
  }

  Cells answers() {
    return answers;
  }

  long memoryBytes() {
    return tablesBytes() + services.memoryBytes();
  }

  /** Without the services, which several may share. */
  long tablesBytes() {
    return pairs.memoryBytes() + answers.memoryBytes();
  }
}
