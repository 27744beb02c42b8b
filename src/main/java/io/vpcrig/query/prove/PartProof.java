package io.vpcrig.query.prove;

import io.vpcrig.symbolic.Box;
import io.vpcrig.symbolic.Header;
import java.util.Optional;
import java.util.function.Function;

/** A part of a compiled form under proof. */
interface PartProof {
  /** Decides whether the form is wrong somewhere in a box; a header for which it is. */
  interface Suspicion {
    /**
     * Where it is wrong unless some part answers a position below {@code bound}, which is taken
     * without its sign.
     */
    Optional<Header> unlessBelow(int bound, Box box);

    /** Where looking up breaks. */
    Optional<Header> broken(Box box);

    /** To be called now and then; throws when there is no time left. */
    void tick();
  }

  /** The first wrong header among those that are answered by a rule that does not match them. */
  Optional<Header> tooEarly(Suspicion suspicion);

  /** Whether this part answers a rule's headers with its position or a smaller one. */
  boolean covers(int rule, Suspicion suspicion);

  /** What {@code seek} finds first in the parts of a box that have no answer below a bound. */
  Optional<Header> seek(
      Box box, int bound, Suspicion suspicion, Function<Box, Optional<Header>> seek);
}
