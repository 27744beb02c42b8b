package io.vpcrig.acl;

import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Vpc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Numbers every list of a VPC and every rule of every list, attached anywhere or not. Lists stand
 * in the order of the VPC, then {@code default_deny}, then {@code default_allow}; the rules of a
 * list are neighbours, by rank. These are the numbers in the batch's columns and the index of rule
 * counters. Immutable.
 *
 * <p>Numbers are for good: a rule that is replaced or moved keeps its number, a removed one leaves
 * it behind with what it last was (so that its counts stay with it, and sessions may go on naming
 * it), a new one gets the next. A change copies one page of the rules.
 */
public final class RuleTable {
  private static final int PAGE_BITS = 8;
  private static final int PAGE = 1 << PAGE_BITS;

  private record Entry(AclRule rule, int list) {}

  private final List<AclList> lists;
  private final Map<String, Integer> indexOfName;
  private final Entry[][] pages;
  private final int size;

  RuleTable(Vpc vpc) {
    List<AclList> all = new ArrayList<>(vpc.lists().values());
    all.add(AclList.DEFAULT_DENY);
    all.add(AclList.DEFAULT_ALLOW);
    lists = List.copyOf(all);
    if (lists.size() > AclAnswer.MAX_LISTS) {
      throw new IllegalArgumentException(
          lists.size() + " access lists, legal up to " + AclAnswer.MAX_LISTS);
    }
    size = lists.stream().mapToInt(list -> list.rules().size()).sum();
    pages = new Entry[size + PAGE - 1 >>> PAGE_BITS][PAGE];
    indexOfName = new HashMap<>();
    int next = 0;
    for (int list = 0; list < lists.size(); list++) {
      indexOfName.put(lists.get(list).name(), list);
      for (AclRule rule : lists.get(list).rules()) {
        pages[next >>> PAGE_BITS][next & PAGE - 1] = new Entry(rule, list);
        next++;
      }
    }
  }

  private RuleTable(
      List<AclList> lists, Map<String, Integer> indexOfName, Entry[][] pages, int size) {
    this.lists = lists;
    this.indexOfName = indexOfName;
    this.pages = pages;
    this.size = size;
  }

  /** With another list of the same name; its rules keep their numbers, or get them separately. */
  RuleTable withList(AclList list) {
    List<AclList> next = new ArrayList<>(lists);
    next.set(indexOf(list.name()), list);
    return new RuleTable(List.copyOf(next), indexOfName, pages, size);
  }

  /** With a rule under its number, or under the next, {@link #ruleCount}. */
  RuleTable withRule(int number, AclRule rule, int list) {
    int page = number >>> PAGE_BITS;
    Entry[][] next = Arrays.copyOf(pages, Math.max(pages.length, page + 1));
    next[page] = page < pages.length ? pages[page].clone() : new Entry[PAGE];
    next[page][number & PAGE - 1] = new Entry(rule, list);
    return new RuleTable(lists, indexOfName, next, Math.max(size, number + 1));
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

  /** Number of the first rule of a list when the VPC was compiled; its others follow. */
  int firstRule(int list) {
    int first = 0;
    for (int before = 0; before < list; before++) {
      first += lists.get(before).rules().size();
    }
    return first;
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
