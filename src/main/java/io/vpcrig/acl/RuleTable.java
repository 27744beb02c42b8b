package io.vpcrig.acl;

import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Vpc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Numbers every list of a VPC and every rule of every list, attached anywhere or not. Lists stand
 * in the order of the VPC, then {@code default_deny}, then {@code default_allow}; the rules of a
 * list are neighbours, by rank. These are the numbers in the batch's columns and the index of rule
 * counters.
 */
public final class RuleTable {
  private final List<AclList> lists;
  private final List<AclRule> rules;

  /** First rule of each list, and the number of all rules behind. */
  private final int[] firstRule;

  private final int[] listOfRule;
  private final Map<String, Integer> indexOfName = new HashMap<>();

  RuleTable(Vpc vpc) {
    List<AclList> all = new ArrayList<>(vpc.lists().values());
    all.add(AclList.DEFAULT_DENY);
    all.add(AclList.DEFAULT_ALLOW);
    lists = List.copyOf(all);
    if (lists.size() > AclAnswer.MAX_LISTS) {
      throw new IllegalArgumentException(
          lists.size() + " access lists, legal up to " + AclAnswer.MAX_LISTS);
    }
    rules = lists.stream().flatMap(list -> list.rules().stream()).toList();
    firstRule = new int[lists.size() + 1];
    listOfRule = new int[rules.size()];
    int next = 0;
    for (int list = 0; list < lists.size(); list++) {
      indexOfName.put(lists.get(list).name(), list);
      firstRule[list] = next;
      for (int k = lists.get(list).rules().size(); k > 0; k--) {
        listOfRule[next++] = list;
      }
    }
    firstRule[lists.size()] = next;
  }

  public int listCount() {
    return lists.size();
  }

  public int ruleCount() {
    return rules.size();
  }

  public AclList list(int index) {
    return lists.get(index);
  }

  public AclRule rule(int index) {
    return rules.get(index);
  }

  /** Index of the list that a rule belongs to. */
  public int listOf(int rule) {
    return listOfRule[rule];
  }

  /** Index of the first rule of a list; its others follow. */
  public int firstRule(int list) {
    return firstRule[list];
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
