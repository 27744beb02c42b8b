package io.vpcrig.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An access list. Rules are kept by number, whatever order they were written in.
 *
 * @param name unique in the VPC
 */
public record AclList(String name, List<AclRule> rules, Origin origin) {
  /** Both directions denied. */
  public static final AclList DEFAULT_DENY = builtIn("default_deny", Action.DENY);

  /** Both directions allowed. */
  public static final AclList DEFAULT_ALLOW = builtIn("default_allow", Action.ALLOW);

  public AclList {
    rules = RulesByNumber.of(rules);
  }

  /** Index in {@link #rules} of the rule of this number, or {@code -(index to insert it) - 1}. */
  public int find(int number) {
    return sorted().find(number);
  }

  /**
   * With one more rule.
   *
   * @throws IllegalArgumentException if its number is taken
   */
  public AclList with(AclRule rule) {
    int index = find(rule.number());
    if (index >= 0) {
      throw new IllegalArgumentException(
          "list '" + name + "' already has a rule number " + rule.number());
    }
    return new AclList(name, sorted().inserted(-index - 1, rule), origin);
  }

  /**
   * Without the rule of a number.
   *
   * @throws IllegalArgumentException if there is none
   */
  public AclList without(int number) {
    return new AclList(name, sorted().removed(indexOf(number)), origin);
  }

  /**
   * Index in {@link #rules} of the rule of this number.
   *
   * @throws IllegalArgumentException if there is none
   */
  public int indexOf(int number) {
    int index = find(number);
    if (index < 0) {
      throw new IllegalArgumentException("list '" + name + "' has no rule number " + number);
    }
    return index;
  }

  /**
   * The same rules in the same order, numbered so that {@code number} is free: those in its way,
   * one next to the other, move up by one.
   */
  public AclList withRoomAt(int number) {
    int first = find(number);
    if (first < 0) {
      return this;
    }
    List<AclRule> moved = new ArrayList<>();
    for (int i = first; i < rules.size() && rules.get(i).number() == number + i - first; i++) {
      moved.add(rules.get(i).numbered(number + i - first + 1));
    }
    return new AclList(name, sorted().replaced(first, moved), origin);
  }

  private RulesByNumber sorted() {
    return RulesByNumber.of(rules);
  }

  /** The rules of one direction, by number. */
  public List<AclRule> rules(Direction direction) {
    return rules.stream().filter(rule -> rule.direction() == direction).toList();
  }

  private static AclList builtIn(String name, Action action) {
    return new AclList(
        name,
        List.of(builtIn(1, Direction.INGRESS, action), builtIn(2, Direction.EGRESS, action)),
        Origin.BUILT_IN);
  }

  private static AclRule builtIn(int number, Direction direction, Action action) {
    return new AclRule(
        number,
        direction,
        action,
        Protocol.ALL,
        false,
        Optional.empty(),
        -1,
        -1,
        List.of(Cidr.ANY),
        Origin.BUILT_IN);
  }
}
