package io.vpcrig.query.capture;

import io.vpcrig.model.Origin;
import io.vpcrig.telemetry.Reason;
import java.util.Optional;

/**
 * What was made of a frame, and by which rule; frames with equal rulings are told of together.
 *
 * @param verdict in the words of whoever judged: {@code forward}, {@code drop}, {@code allow}...
 * @param passes whether it is let through
 * @param list that decided; empty: no list did
 * @param rule of the list, as its author calls it; empty: none matched
 * @param at where the rule is written
 * @param why without a list: the reason
 * @param quirk label of the quirk that decided; empty: none did
 */
public record Ruling(
    String verdict,
    boolean passes,
    Optional<String> list,
    Optional<String> rule,
    Optional<Origin> at,
    String why,
    Optional<String> quirk) {
  /** Of a fragment whose datagram never was whole. */
  static final Ruling NEVER =
      new Ruling(
          "held",
          false,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Reason.HELD.dottedName(),
          Optional.empty());

  /** {@code drop by app#20 (vpc.yaml:31)}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(verdict).append(" by ");
    if (rule.isPresent()) {
      text.append(list.map(name -> name + "#").orElse("")).append(rule.get());
      at.ifPresent(origin -> text.append(" (").append(origin).append(')'));
    } else {
      text.append(list.map(name -> "the default of " + name).orElse(why));
    }
    quirk.ifPresent(label -> text.append(", quirk ").append(label));
    return text.toString();
  }
}
