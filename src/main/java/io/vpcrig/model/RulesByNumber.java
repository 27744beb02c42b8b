package io.vpcrig.model;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.RandomAccess;

/**
 * Rules sorted by number. Immutable. Exists so that a list with one rule changed is made by one
 * copy of its references, and is not sorted again.
 */
final class RulesByNumber extends AbstractList<AclRule> implements RandomAccess {
  private static final Comparator<AclRule> BY_NUMBER = Comparator.comparingInt(AclRule::number);

  private final AclRule[] rules;

  private RulesByNumber(AclRule[] rules) {
    this.rules = rules;
  }

  static RulesByNumber of(Collection<AclRule> rules) {
    if (rules instanceof RulesByNumber sorted) {
      return sorted;
    }
    AclRule[] all = rules.toArray(AclRule[]::new);
    Arrays.sort(all, BY_NUMBER);
    return new RulesByNumber(all);
  }

  @Override
  public AclRule get(int index) {
    return rules[index];
  }

  @Override
  public int size() {
    return rules.length;
  }

  /** Index of the rule of this number, or {@code -(index to insert it) - 1}. */
  int find(int number) {
    int low = 0;
    int high = rules.length - 1;
    while (low <= high) {
      int middle = low + high >>> 1;
      int there = rules[middle].number();
      if (there == number) {
        return middle;
      }
      if (there < number) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -low - 1;
  }

  RulesByNumber inserted(int index, AclRule rule) {
    AclRule[] next = Arrays.copyOf(rules, rules.length + 1);
    System.arraycopy(rules, index, next, index + 1, rules.length - index);
    next[index] = rule;
    return new RulesByNumber(next);
  }

  RulesByNumber removed(int index) {
    AclRule[] next = Arrays.copyOf(rules, rules.length - 1);
    System.arraycopy(rules, index + 1, next, index, next.length - index);
    return new RulesByNumber(next);
  }

  /** With rules of the same order instead of those from {@code index} on. */
  RulesByNumber replaced(int index, List<AclRule> others) {
    AclRule[] next = rules.clone();
    for (int k = 0; k < others.size(); k++) {
      next[index + k] = others.get(k);
    }
    return new RulesByNumber(next);
  }
}
