package io.vpcrig.query.lint;

import io.vpcrig.model.Origin;
import java.util.List;

/**
 * Something dubious.
 *
 * @param where the list, tier or forward it is about
 * @param message a sentence for the operator
 * @param origin of the rule, or what else it is about
 * @param because origins of the rules that cause it; the one with another action first
 */
public record Finding(
    Kind kind, String where, String message, Origin origin, List<Origin> because) {
  /** What kinds there are. */
  public enum Kind {
    SHADOWED("shadowed", "The rule never decides, and others before it do something else."),
    REDUNDANT("redundant", "The rule can go without any verdict changing."),
    CONTRADICTION("contradiction", "The same headers are both allowed and denied."),
    NEVER_MATCHES("never-matches", "Nothing that can come to the rule is matched by it."),
    WRITTEN_ORDER("written-order", "The rule is written before one that decides first."),
    OPEN_EGRESS("open-egress", "Egress rules only allow, and so is all that they do not match."),
    BYPASSED("bypassed", "What the rule denies is allowed by another address."),
    ROUTER_ANSWERS("router-answers", "The router answers past the list what the rule denies."),
    SHIPPED_ROUTER("shipped-router", "The rule means something else on the shipped router."),
    UNREACHABLE_TIER("unreachable-tier", "No new connection can come into the tier."),
    CLOSED_FORWARD("closed-forward", "No list lets the forwarded connections through."),
    UNUSED_LIST("unused-list", "The list is used nowhere."),
    UNDECIDED("undecided", "It was not found out in time.");

    private final String label;
    private final String sentence;

    Kind(String label, String sentence) {
      this.label = label;
      this.sentence = sentence;
    }

    /** Name in reports. */
    public String label() {
      return label;
    }

    public String sentence() {
      return sentence;
    }
  }

  public Finding {
    because = List.copyOf(because);
  }

  @Override
  public String toString() {
    return origin + ": " + kind.label() + ": " + where + ": " + message;
  }
}
