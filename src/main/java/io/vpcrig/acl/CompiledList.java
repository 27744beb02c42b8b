package io.vpcrig.acl;

import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Action;
import io.vpcrig.model.Direction;
import io.vpcrig.model.Quirk;
import io.vpcrig.model.Semantics;
import io.vpcrig.telemetry.Reason;

/**
 * One direction of one list, ready to be asked. Under shipped semantics it also holds the list as
 * it was meant, if that differs, and names the quirk wherever the two verdicts differ.
 */
final class CompiledList {
  private final RuleSet rules;
  private final Classifier classifier;
  private final AclRule[] owner;
  private final boolean[] allows;
  private final boolean allowsUnmatched;
  private final int list;
  private final int firstRule;
  private final CompiledList meant;

  private CompiledList(
      AclList list, Direction direction, RuleSet rules, RuleTable table, CompiledList meant) {
    this.rules = rules;
    this.meant = meant;
    this.list = table.indexOf(list.name());
    firstRule = table.firstRule(this.list);
    classifier = Classifiers.choose(rules);
    allowsUnmatched = direction == Direction.EGRESS;
    owner = new AclRule[rules.size()];
    allows = new boolean[rules.size()];
    for (int i = 0; i < owner.length; i++) {
      owner[i] = list.rules().get(rules.id(i));
      allows[i] = owner[i].action() == Action.ALLOW;
    }
  }

  static CompiledList compile(
      AclList list, Direction direction, Semantics semantics, RuleTable table) {
    RuleSet rules = ListCompiler.compile(list, direction, semantics);
    CompiledList meant = null;
    if (rules.rules().stream().anyMatch(line -> line.quirk() != Quirk.NONE)) {
      meant = compile(list, direction, Semantics.INTENDED, table);
    }
    return new CompiledList(list, direction, rules, table, meant);
  }

  RuleSet rules() {
    return rules;
  }

  /** See {@link AclAnswer}. */
  long judge(int source, int destination, int ports, int protocol) {
    int position = classifier.classify(source, destination, ports, protocol);
    int quirk =
        meant == null
            ? Quirk.NONE.ordinal()
            : quirk(
                    position,
                    meant.classifier.classify(source, destination, ports, protocol),
                    ports & 0xffff)
                .ordinal();
    if (position == Classifier.NONE) {
      Reason reason = allowsUnmatched ? Reason.ALLOW_DEFAULT : Reason.DENY_DEFAULT;
      return AclAnswer.pack(reason, list, Classifier.NONE, quirk);
    }
    Reason reason = allows[position] ? Reason.ALLOW_RULE : Reason.DENY_RULE;
    return AclAnswer.pack(reason, list, firstRule + rules.id(position), quirk);
  }

  /** Whether the flow is allowed as the list was meant. */
  boolean isMeantToAllow(int source, int destination, int ports, int protocol) {
    CompiledList form = meant == null ? this : meant;
    return form.allows(form.classifier.classify(source, destination, ports, protocol));
  }

  private boolean allows(int position) {
    return position == Classifier.NONE ? allowsUnmatched : allows[position];
  }

  /**
   * Why the shipped winner gives another verdict than the one meant. One of three must hold: the
   * shipped winner was not meant to match (only lost ports widen a rule); the one meant does not
   * match as shipped (only absent ports narrow one); both match both ways, so their order differs
   * (only several CIDRs reorder).
   */
  private Quirk quirk(int shipped, int intended, int port) {
    if (allows(shipped) == meant.allows(intended)) {
      return Quirk.NONE;
    }
    if (shipped != Classifier.NONE
        && ListCompiler.losesPorts(owner[shipped])
        && !ListCompiler.intendedPorts(owner[shipped]).contains(port)) {
      return Quirk.NUMBERED_PROTOCOL;
    }
    if (port != 0
        && intended != Classifier.NONE
        && ListCompiler.isSentAsPortZero(meant.owner[intended])) {
      return Quirk.ABSENT_PORTS;
    }
    return Quirk.SEVERAL_CIDRS;
  }
}
