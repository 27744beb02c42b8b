package io.vpcrig.acl;

import io.vpcrig.acl.live.OverlayClassifier;
import io.vpcrig.model.Action;
import io.vpcrig.model.Direction;

/** One direction of one list, compiled with some of the quirks. */
final class ListForm {
  private final OverlayClassifier lines;
  private final RuleTable table;
  private final boolean allowsUnmatched;

  /**
   * @param lines with the numbers of {@code table} as ids
   */
  ListForm(OverlayClassifier lines, RuleTable table, Direction direction) {
    this.lines = lines;
    this.table = table;
    allowsUnmatched = direction == Direction.EGRESS;
  }

  /** In the order they are tried. */
  RuleSet rules() {
    return lines.rules();
  }

  /** Number in the table of the rule that decides, or {@link Classifier#NONE}. */
  int decider(int source, int destination, int ports, int protocol) {
    int slot = lines.classify(source, destination, ports, protocol);
    return slot == Classifier.NONE ? Classifier.NONE : lines.id(slot);
  }

  /** What happens where {@code rule} decides. */
  boolean allows(int rule) {
    return rule == Classifier.NONE ? allowsUnmatched : table.rule(rule).action() == Action.ALLOW;
  }

  boolean allows(int source, int destination, int ports, int protocol) {
    return allows(decider(source, destination, ports, protocol));
  }
}
