package io.vpcrig.route;

import io.vpcrig.frame.VectorUnit;
import java.util.Arrays;
import java.util.List;

/** How a batch reads the first level of a {@link PrefixTable}. The answers are the same. */
public enum LookupForm {
  /** One by one; the reads overlap all the same. */
  LOOP(0),

  /** By the gather instructions of the Vector API. */
  GATHER(1);

  /** From as many ints to a vector on, gathers are taken for faster than the loop. */
  private static final int MANY_LANES = 16;

  private final int leastLanes;

  LookupForm(int leastLanes) {
    this.leastLanes = leastLanes;
  }

  /** The form that batches get unless they ask for another. */
  public static LookupForm preferred() {
    return VectorUnit.lanes() >= MANY_LANES ? GATHER : LOOP;
  }

  /** Those that this JVM can run. */
  public static List<LookupForm> available() {
    return Arrays.stream(values()).filter(form -> VectorUnit.lanes() >= form.leastLanes).toList();
  }
}
