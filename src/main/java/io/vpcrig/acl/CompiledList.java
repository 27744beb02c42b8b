package io.vpcrig.acl;

import io.vpcrig.model.AclList;
import io.vpcrig.model.Direction;
import io.vpcrig.model.Quirk;
import io.vpcrig.model.Semantics;
import io.vpcrig.telemetry.Reason;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * One direction of one list, ready to be asked. Under shipped semantics a list with quirks also
 * holds the list as it was meant, and names the culprit wherever the two verdicts differ: the first
 * quirk without which the verdict is the one meant; if it takes several, the last of them. To tell,
 * it holds the list without each single one too.
 */
final class CompiledList {
  /**
   * A form with fewer quirks.
   *
   * @param culprit ordinal of the quirk to name if this form gives the verdict meant
   */
  private record Repair(ListForm form, int culprit) {}

  private final ListForm form;
  private final int list;
  private final int firstRule;

  /** Null if the list has no quirks. */
  private final ListForm meant;

  private final Repair[] repairs;

  CompiledList(AclList list, Direction direction, Semantics semantics, RuleTable table) {
    this.list = table.indexOf(list.name());
    firstRule = table.firstRule(this.list);
    Set<Quirk> none = EnumSet.noneOf(Quirk.class);
    Set<Quirk> quirks =
        semantics == Semantics.SHIPPED ? ListCompiler.quirks(list, direction) : none;
    form = new ListForm(list, direction, quirks);
    meant = quirks.isEmpty() ? null : new ListForm(list, direction, none);
    repairs = repairs(list, direction, quirks).toArray(Repair[]::new);
  }

  /** Without each single one; then without the first, the first two, ... all. */
  private static List<Repair> repairs(AclList list, Direction direction, Set<Quirk> quirks) {
    List<Repair> repairs = new ArrayList<>();
    for (Quirk quirk : quirks) {
      Set<Quirk> others = EnumSet.copyOf(quirks);
      others.remove(quirk);
      repairs.add(new Repair(new ListForm(list, direction, others), quirk.ordinal()));
    }
    Set<Quirk> left = EnumSet.copyOf(quirks);
    for (Quirk quirk : quirks) {
      left.remove(quirk);
      repairs.add(new Repair(new ListForm(list, direction, left), quirk.ordinal()));
    }
    return repairs;
  }

  /** In the order they are tried. */
  RuleSet rules() {
    return form.rules();
  }

  /** See {@link AclAnswer}. */
  long judge(int source, int destination, int ports, int protocol) {
    int position = form.classify(source, destination, ports, protocol);
    boolean allowed = form.allows(position);
    int quirk =
        meant == null || meant.allows(source, destination, ports, protocol) == allowed
            ? 0
            : culprit(!allowed, source, destination, ports, protocol);
    if (position == Classifier.NONE) {
      Reason reason = allowed ? Reason.ALLOW_DEFAULT : Reason.DENY_DEFAULT;
      return AclAnswer.pack(reason, list, Classifier.NONE, quirk);
    }
    Reason reason = allowed ? Reason.ALLOW_RULE : Reason.DENY_RULE;
    return AclAnswer.pack(reason, list, firstRule + form.rules().id(position), quirk);
  }

  /** Whether the flow is allowed as the list was meant. */
  boolean isMeantToAllow(int source, int destination, int ports, int protocol) {
    return (meant == null ? form : meant).allows(source, destination, ports, protocol);
  }

  private int culprit(boolean wanted, int source, int destination, int ports, int protocol) {
    int named = 0;
    for (Repair repair : repairs) {
      named = repair.culprit;
      if (repair.form.allows(source, destination, ports, protocol) == wanted) {
        break;
      }
    }
    return named;
  }
}
