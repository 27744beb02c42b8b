package io.vpcrig.acl;

import io.vpcrig.model.AclList;
import io.vpcrig.model.Action;
import io.vpcrig.model.Direction;
import io.vpcrig.model.Quirk;
import java.util.Set;

/** One direction of one list, compiled with some of the quirks. */
final class ListForm {
  private final RuleSet rules;
  private final Classifier classifier;
  private final boolean[] allows;
  private final boolean allowsUnmatched;

  ListForm(AclList list, Direction direction, Set<Quirk> quirks) {
    rules = ListCompiler.compile(list, direction, quirks);
    classifier = Classifiers.choose(rules).classifier();
    allowsUnmatched = direction == Direction.EGRESS;
    allows = new boolean[rules.size()];
    for (int i = 0; i < allows.length; i++) {
      allows[i] = list.rules().get(rules.id(i)).action() == Action.ALLOW;
    }
  }

  RuleSet rules() {
    return rules;
  }

  int classify(int source, int destination, int ports, int protocol) {
    return classifier.classify(source, destination, ports, protocol);
  }

  /** What happens where {@code position} is the first match. */
  boolean allows(int position) {
    return position == Classifier.NONE ? allowsUnmatched : allows[position];
  }

  boolean allows(int source, int destination, int ports, int protocol) {
    return allows(classify(source, destination, ports, protocol));
  }
}
