package io.vpcrig.query;

import io.vpcrig.frame.Verdict;
import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Flow;
import io.vpcrig.model.Quirk;
import io.vpcrig.model.Semantics;
import io.vpcrig.telemetry.Reason;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What became of one packet, and how.
 *
 * @param verdict {@link Verdict}
 * @param list that decided, or was asked last before a default decided; empty: none was asked
 * @param rule that decided; for a session's packets the one that admitted it
 * @param quirk the one that decided, under shipped semantics; else {@link Quirk#NONE}
 * @param out segment it leaves by, if it leaves
 * @param rewritten as it leaves; empty unless forwarded
 * @param portChosen whether the port or identifier it leaves with was taken, so that the engine
 *     chooses another: which one, this evaluator does not foretell
 * @param otherSemantics what the other semantics make of it, where the verdict differs
 */
public record Story(
    Packet packet,
    byte verdict,
    Reason reason,
    Optional<AclList> list,
    Optional<AclRule> rule,
    Quirk quirk,
    Optional<String> out,
    Optional<Flow> rewritten,
    boolean portChosen,
    List<Step> steps,
    Optional<Otherwise> otherSemantics) {
  public Story {
    steps = List.copyOf(steps);
  }

  /**
   * The verdict under the semantics that were not asked for.
   *
   * @param quirk the one that makes the difference
   */
  public record Otherwise(Semantics semantics, byte verdict, Reason reason, Quirk quirk) {}

  /** The part of it that any router can be held to. */
  public Outcome outcome() {
    return new Outcome(
        Verdict.name(verdict),
        reason,
        rewritten,
        out,
        list.map(AclList::name),
        rule.map(found -> OptionalInt.of(found.number())).orElse(OptionalInt.empty()),
        quirk);
  }
}
