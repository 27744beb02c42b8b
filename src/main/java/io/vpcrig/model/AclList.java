package io.vpcrig.model;

import java.util.Comparator;
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
    rules = rules.stream().sorted(Comparator.comparingInt(AclRule::number)).toList();
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
