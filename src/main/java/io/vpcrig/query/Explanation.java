package io.vpcrig.query;

import io.vpcrig.model.Vpc;
import java.util.List;
import java.util.Optional;

/**
 * The story of a packet and what belongs to it.
 *
 * @param reply what becomes of the answer to it; empty if it is not forwarded or has no answer
 * @param hints what would change the verdict, in sentences
 * @param notes what else there is to know, in sentences
 */
public record Explanation(
    Vpc vpc, Story story, Optional<Story> reply, List<String> hints, List<String> notes) {
  public Explanation {
    hints = List.copyOf(hints);
    notes = List.copyOf(notes);
  }
}
