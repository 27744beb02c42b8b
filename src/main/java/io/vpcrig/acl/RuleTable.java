package io.vpcrig.acl;

import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Action;
import io.vpcrig.model.Direction;
import io.vpcrig.model.Vpc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Numbers every list of a VPC and every rule of every list, attached anywhere or not. In the first
 * table lists stand in the order of the VPC, then {@code default_deny}, then {@code default_allow};
 * the rules of a list are neighbours, by rank. These are the numbers in the batch's columns and the
 * index of rule counters. Immutable.
 *
 * <p>Numbers are for good: a rule that is replaced or moved keeps its number, a removed one leaves
 * it behind with what it last was (so that its counts stay with it, and sessions may go on naming
 * it), a new one gets the next. A change copies one page of the rules.
 *
 * <p>The same holds where a whole VPC comes in the place of another (a table {@code after} a
 * table): a list is known by its name, a rule by list, number, direction and action, so counts of
 * what was allowed never become counts of what was denied; a rule that comes back finds its number
 * again. So the table grows to at most four entries for each number that a list ever used.
 */
public final class RuleTable {
  private static final int PAGE_BITS = 8;
  private static final int PAGE = 1 << PAGE_BITS;

  private record Entry(AclRule rule, int list) {}

  /** What a rule is known by. */
  private record Name(int list, int number, Direction direction, Action action) {
    static Name of(int list, AclRule rule) {
      return new Name(list, rule.number(), rule.direction(), rule.action());
    }
  }

  private final List<AclList> lists;
  private final Map<String, Integer> indexOfName;
  private final Entry[][] pages;
  private final int size;

  /** Numbers of the rules that a list had when the VPC was compiled, by rank; by list. */
  private final int[][] compiled;

  RuleTable(Vpc vpc) {
    this(vpc, Optional.empty());
  }

  /**
   * Numbers a VPC.
   *
   * @param before what numbered the VPC in whose place this one comes
   */
  RuleTable(Vpc vpc, Optional<RuleTable> before) {
    List<AclList> present = new ArrayList<>(vpc.lists().values());
    present.add(AclList.DEFAULT_DENY);
    present.add(AclList.DEFAULT_ALLOW);
    List<AclList> all = new ArrayList<>();
    indexOfName = new HashMap<>();
    List<Entry> entries = new ArrayList<>();
    Map<Name, Integer> known = new HashMap<>();
    before.ifPresent(table -> table.copyTo(all, indexOfName, entries, known));
    for (AclList list : present) {
      Integer index = indexOfName.putIfAbsent(list.name(), all.size());
      if (index == null) {
        all.add(list);
      } else {
        all.set(index, list);
      }
    }
    lists = List.copyOf(all);
    if (lists.size() > AclAnswer.MAX_LISTS) {
      throw new IllegalArgumentException(
          lists.size() + " access lists, legal up to " + AclAnswer.MAX_LISTS);
    }
    compiled = new int[lists.size()][];
    BitSet taken = new BitSet();
    for (AclList list : present) {
      int index = indexOfName.get(list.name());
      compiled[index] =
          list.rules().stream()
              .mapToInt(rule -> number(entries, known, taken, index, rule))
              .toArray();
    }
    size = entries.size();
    pages = new Entry[size + PAGE - 1 >>> PAGE_BITS][PAGE];
    for (int rule = 0; rule < size; rule++) {
      pages[rule >>> PAGE_BITS][rule & PAGE - 1] = entries.get(rule);
    }
  }

  private void copyTo(
      List<AclList> all,
      Map<String, Integer> indices,
      List<Entry> entries,
      Map<Name, Integer> known) {
    all.addAll(lists);
    indices.putAll(indexOfName);
    for (int rule = 0; rule < size; rule++) {
      entries.add(entry(rule));
      known.putIfAbsent(Name.of(listOf(rule), rule(rule)), rule);
    }
  }

  /** Gives a rule its number: the one it had, if no other of the same name has it already. */
  private static int number(
      List<Entry> entries, Map<Name, Integer> known, BitSet taken, int list, AclRule rule) {
    Integer had = known.get(Name.of(list, rule));
    int number = had == null || taken.get(had) ? entries.size() : had;
    taken.set(number);
    if (number == entries.size()) {
      entries.add(new Entry(rule, list));
    } else {
      entries.set(number, new Entry(rule, list));
    }
    return number;
  }

  private RuleTable(
      List<AclList> lists,
      Map<String, Integer> indexOfName,
      Entry[][] pages,
      int size,
      int[][] compiled) {
    this.lists = lists;
    this.indexOfName = indexOfName;
    this.pages = pages;
    this.size = size;
    this.compiled = compiled;
  }

  /** With another list of the same name; its rules keep their numbers, or get them separately. */
  RuleTable withList(AclList list) {
    List<AclList> next = new ArrayList<>(lists);
    next.set(indexOf(list.name()), list);
    return new RuleTable(List.copyOf(next), indexOfName, pages, size, compiled);
  }

  /** With a rule under its number, or under the next, {@link #ruleCount}. */
  RuleTable withRule(int number, AclRule rule, int list) {
    int page = number >>> PAGE_BITS;
    Entry[][] next = Arrays.copyOf(pages, Math.max(pages.length, page + 1));
    next[page] = page < pages.length ? pages[page].clone() : new Entry[PAGE];
    next[page][number & PAGE - 1] = new Entry(rule, list);
    return new RuleTable(lists, indexOfName, next, Math.max(size, number + 1), compiled);
  }

  public int listCount() {
    return lists.size();
  }

  /** Numbers in use, those of removed rules included. */
  public int ruleCount() {
    return size;
  }

  public AclList list(int index) {
    return lists.get(index);
  }

  /** The rule of a number; as it last was, if it was removed. */
  public AclRule rule(int number) {
    return entry(number).rule;
  }

  /** Index of the list that a rule belongs to, or belonged to. */
  public int listOf(int rule) {
    return entry(rule).list;
  }

  private Entry entry(int number) {
    return pages[number >>> PAGE_BITS][number & PAGE - 1];
  }

  /** Number of the rule of a rank in a list, as they were when the VPC was compiled. */
  int compiledRule(int list, int rank) {
    return compiled[list][rank];
  }

  /** Index of the list of this name. */
  public int indexOf(String name) {
    Integer index = indexOfName.get(name);
    if (index == null) {
      throw new IllegalArgumentException("no list is named '" + name + "'");
    }
    return index;
  }
}
