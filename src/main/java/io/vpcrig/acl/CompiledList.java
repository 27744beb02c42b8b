package io.vpcrig.acl;

import io.vpcrig.model.Quirk;
import io.vpcrig.telemetry.Reason;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

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

  /** Null if the list has no quirks. */
  private final ListForm meant;

  private final Repair[] repairs;

  /**
   * @param list index in the rule table
   * @param quirks that the router has, and that make a difference to some rule of the list
   * @param forms gives the list compiled with some of them; asked for each of {@link #needed}
   */
  CompiledList(int list, Set<Quirk> quirks, Function<Set<Quirk>, ListForm> forms) {
    this.list = list;
    form = forms.apply(quirks);
    meant = quirks.isEmpty() ? null : forms.apply(Set.of());
    repairs =
        remedies(quirks).stream()
            .map(remedy -> new Repair(forms.apply(remedy.left), remedy.culprit.ordinal()))
            .toArray(Repair[]::new);
  }

  /** Which forms a list with these quirks is made of, by the quirks they have. */
  static Set<Set<Quirk>> needed(Set<Quirk> quirks) {
    Set<Set<Quirk>> needed = new HashSet<>();
    needed.add(quirks);
    remedies(quirks).forEach(remedy -> needed.add(remedy.left));
    return needed;
  }

  /**
   * A way to heal the list.
   *
   * @param left quirks that it leaves
   */
  private record Remedy(Set<Quirk> left, Quirk culprit) {}

  /** Without each single one; then without the first, the first two, ... all. */
  private static List<Remedy> remedies(Set<Quirk> quirks) {
    List<Remedy> remedies = new ArrayList<>();
    for (Quirk quirk : quirks) {
      Set<Quirk> others = EnumSet.copyOf(quirks);
      others.remove(quirk);
      remedies.add(new Remedy(others, quirk));
    }
    Set<Quirk> left = EnumSet.noneOf(Quirk.class);
    left.addAll(quirks);
    for (Quirk quirk : quirks) {
      left.remove(quirk);
      remedies.add(new Remedy(EnumSet.copyOf(left), quirk));
    }
    return remedies;
  }

  /** In the order they are tried. */
  RuleSet rules() {
    return form.rules();
  }

  /** See {@link AclAnswer}. */
  long judge(int source, int destination, int ports, int protocol) {
    int rule = form.decider(source, destination, ports, protocol);
    boolean allowed = form.allows(rule);
    int quirk =
        meant == null || meant.allows(source, destination, ports, protocol) == allowed
            ? 0
            : culprit(!allowed, source, destination, ports, protocol);
    Reason reason;
    if (rule == Classifier.NONE) {
      reason = allowed ? Reason.ALLOW_DEFAULT : Reason.DENY_DEFAULT;
    } else {
      reason = allowed ? Reason.ALLOW_RULE : Reason.DENY_RULE;
    }
    return AclAnswer.pack(reason, list, rule, quirk);
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
