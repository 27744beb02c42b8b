package io.vpcrig.symbolic;

import io.vpcrig.model.Action;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import java.util.ArrayList;
import java.util.List;

/**
 * A rule list as sets: which headers each rule decides, and which are allowed. For lists of up to
 * some thousand rules; beyond that a set of the whole may not fit.
 */
public final class ListSets {
  private final List<HeaderSet> effective;
  private final HeaderSet unmatched;
  private final HeaderSet allowed;

  private ListSets(List<HeaderSet> effective, HeaderSet unmatched, HeaderSet allowed) {
    this.effective = List.copyOf(effective);
    this.unmatched = unmatched;
    this.allowed = allowed;
  }

  public static ListSets of(HeaderSpace space, FilterList list) {
    List<HeaderSet> effective = new ArrayList<>();
    HeaderSet left = space.all();
    HeaderSet allowed = space.empty();
    for (FilterRule rule : list.rules()) {
      HeaderSet matched = space.of(rule);
      HeaderSet decided = left.and(matched);
      left = left.minus(matched);
      effective.add(decided);
      if (rule.action() == Action.ALLOW) {
        allowed = allowed.or(decided);
      }
    }
    return new ListSets(
        effective, left, list.otherwise() == Action.ALLOW ? allowed.or(left) : allowed);
  }

  /** What is allowed, without what each rule decides: from the last rule to the first. */
  public static HeaderSet allowed(HeaderSpace space, FilterList list) {
    HeaderSet allowed = list.otherwise() == Action.ALLOW ? space.all() : space.empty();
    for (FilterRule rule : list.rules().reversed()) {
      HeaderSet matched = space.of(rule);
      allowed = rule.action() == Action.ALLOW ? allowed.or(matched) : allowed.minus(matched);
    }
    return allowed;
  }

  /** By position: what that rule decides. Empty where it never decides. */
  public List<HeaderSet> effective() {
    return effective;
  }

  /** What no rule matches. */
  public HeaderSet unmatched() {
    return unmatched;
  }

  public HeaderSet allowed() {
    return allowed;
  }
}
