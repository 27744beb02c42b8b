package io.vpcrig.acl.match;

import io.vpcrig.acl.Budget;
import io.vpcrig.acl.OverBudgetException;
import java.util.Arrays;
import java.util.Locale;

/**
 * Recursive flow classification (Gupta and McKeown, SIGCOMM 1999) behind the classes of addresses
 * and services: two classes of addresses make a row, a row and the class of ports and protocol make
 * the answer. Rows are cut into pages of {@value #PAGE} services, and equal pages are held once: a
 * tenth of the memory, for one more read.
 *
 * <pre>
 *   pairs[source * destinations + destination]        row
 *   pages[row * pages of a row + service / 16]        page
 *   answers[page * 16 + service % 16]                 position of the rule + 1
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

  /** Beyond this no cache holds the table of pairs, and building it takes half a gibibyte. */
  private static final int MOST_PAIRS = 1 << 26;

  /** At most so many lists are made for one that is used, on the sets seen so far. */
  private static final int UNUSED_LISTS = 7;

  static final int PAGE_SHIFT = 4;
  static final int PAGE = 1 << PAGE_SHIFT;

  private final int destinations;
  private final int pagesOfRow;
  private final ServiceTable services;
  private final Cells pairs;
  private final Cells pages;
  private final Cells answers;

  private CrossProduct(
      int destinations, ServiceTable services, Cells pairs, Cells pages, Cells answers) {
    this.destinations = destinations;
    this.pagesOfRow = pagesOfRow(services);
    this.services = services;
    this.pairs = pairs;
    this.pages = pages;
    this.answers = answers;
  }

  /** Pages that a row of answers takes. */
  static int pagesOfRow(ServiceTable services) {
    return services.count() + PAGE - 1 >>> PAGE_SHIFT;
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
    if (cells > MOST_PAIRS) {
      throw new OverBudgetException(
          String.format(Locale.ROOT, "addresses make %,d pairs, allowed %,d", cells, MOST_PAIRS));
    }
    meter.checkWork(cells / 16, "copying the table of address pairs");
    RuleLists lists = new RuleLists(services);
    int[] pairs = pairs(members, sources, destinations, lists, pagesOfRow(table), meter);
    Rows rows = new Rows(services, table, lists, meter);
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = rows.of(pairs[i]);
    }
    return new CrossProduct(
        destinations.size(),
        table,
        new Cells(pairs, pairs.length),
        rows.rows.cells(),
        rows.pages.cells());
  }

  /** The list of each pair of nodes. */
  private static int[] pairs(
      int[] members,
      PrefixTree sources,
      PrefixTree destinations,
      RuleLists lists,
      int pagesOfRow,
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
        meter.checkBytes(2L * lists.size() * pagesOfRow / UNUSED_LISTS, "the table of answers");
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

  /** Makes rows of answers, only of lists that are used; equal rows and equal pages once. */
  private static final class Rows {
    private final Services services;
    private final ServiceTable table;
    private final RuleLists lists;
    private final Budget.Meter meter;
    private final int[] rowOfList;
    private final int[] answers;
    private final int[] row;
    private final Blocks pages = new Blocks(PAGE);
    private final Blocks rows;

    Rows(Services services, ServiceTable table, RuleLists lists, Budget.Meter meter) {
      this.services = services;
      this.table = table;
      this.lists = lists;
      this.meter = meter;
      rowOfList = new int[lists.size()];
      Arrays.fill(rowOfList, -1);
      row = new int[pagesOfRow(table)];
      answers = new int[row.length << PAGE_SHIFT];
      rows = new Blocks(row.length);
    }

    int of(int list) throws OverBudgetException {
      if (rowOfList[list] < 0) {
        rowOfList[list] = make(list);
      }
      return rowOfList[list];
    }

    private int make(int list) throws OverBudgetException {
      Arrays.fill(answers, NO_RULE);
      for (int k = lists.length(list) - 1; k >= 0; k--) {
        int rule = lists.rule(list, k);
        for (int service : table.ofService(services.ofRule(rule))) {
          answers[service] = rule + 1;
        }
      }
      for (int k = 0; k < row.length; k++) {
        row[k] = pages.numberOf(answers, k << PAGE_SHIFT);
      }
      meter.checkBytes(2 * (rows.size() + pages.size()), "the table of answers");
      meter.checkTime();
      return rows.numberOf(row, 0);
    }
  }

  /** Position of the first matching rule + 1, or {@link #NO_RULE}. */
  int find(int sourceClass, int destinationClass, int ports, int protocol) {
    return answer(sourceClass, destinationClass, services.find(ports, protocol));
  }

  /** As {@link #find}, where the class of the service is known. */
  int answer(int sourceClass, int destinationClass, int serviceClass) {
    return answerOfRow(row(sourceClass, destinationClass), serviceClass);
  }

  int row(int sourceClass, int destinationClass) {
    return pairs.get(sourceClass * destinations + destinationClass);
  }

  int answerOfRow(int row, int serviceClass) {
    int page = pages.get(row * pagesOfRow + (serviceClass >>> PAGE_SHIFT));
    return answers.get(page << PAGE_SHIFT | serviceClass & PAGE - 1);
  }

  int rows() {
    return pages.size() / pagesOfRow;
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

  int pagesOfRow() {
    return pagesOfRow;
  }

  Cells pages() {
    return pages;
  }

  Cells answers() {
    return answers;
  }

  long memoryBytes() {
    return tablesBytes() + services.memoryBytes();
  }

  /** Without the services, which several may share. */
  long tablesBytes() {
    return pairs.memoryBytes() + pages.memoryBytes() + answers.memoryBytes();
  }
}
