package io.vpcrig.query.cases;

import io.vpcrig.query.Outcome;
import io.vpcrig.query.Story;
import io.vpcrig.query.Twins;
import java.util.List;
import java.util.Optional;

/** Reference and data path make different things of one packet: a fault of vpcrig's own. */
final class DisagreementException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private DisagreementException(String message) {
    super(message);
  }

  /** Throws it if there is an answer of the engine and it differs. */
  static void check(Story story, Optional<Outcome> outcome) {
    List<String> differences =
        outcome.map(other -> Twins.differences(story, other)).orElse(List.of());
    if (!differences.isEmpty()) {
      throw new DisagreementException(
          "reference and engine disagree on "
              + story.packet().flow()
              + " by "
              + story.packet().in()
              + ", which is a fault of vpcrig; report it: "
              + String.join("; ", differences));
    }
  }
}
