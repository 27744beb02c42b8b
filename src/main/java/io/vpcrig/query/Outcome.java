package io.vpcrig.query;

import io.vpcrig.model.Flow;
import io.vpcrig.model.Quirk;
import io.vpcrig.telemetry.Reason;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What became of one packet, in terms that say nothing of how it was found out.
 *
 * @param verdict name of a {@link io.vpcrig.frame.Verdict}
 * @param rewritten as it leaves; empty unless forwarded
 * @param out segment it leaves by; empty unless forwarded
 * @param list deciding list; empty: no list was asked, or its answer did not matter
 * @param rule number of the deciding rule in that list; empty for defaults and non-rules
 * @param quirk that decided under shipped semantics
 */
public record Outcome(
    String verdict,
    Reason reason,
    Optional<Flow> rewritten,
    Optional<String> out,
    Optional<String> list,
    OptionalInt rule,
    Quirk quirk) {
  public boolean passes() {
    return !reason.isDrop();
  }
}
