package io.vpcrig.acl.match;

import io.vpcrig.acl.TakenApart;
import java.util.List;

/**
 * A classifier that takes headers that stand side by side in the columns by vectors, and all others
 * one by one through its scalar twin.
 */
abstract class VectorClassifier implements TakenApart {
  private final TakenApart scalar;

  VectorClassifier(TakenApart scalar) {
    this.scalar = scalar;
  }

  /**
   * Classifies the headers {@code from .. from+count-1}.
   *
   * @param count a multiple of {@link Gather#LANES}, up to {@link Scratch#SIZE}
   */
  abstract void classifyRun(
      int[] source,
      int[] destination,
      int[] ports,
      int[] protocol,
      int from,
      int count,
      int[] result);

  @Override
  public final String name() {
    return scalar.name();
  }

  @Override
  public final int classify(int source, int destination, int ports, int protocol) {
    return scalar.classify(source, destination, ports, protocol);
  }

  @Override
  public final void classify(
      int[] source,
      int[] destination,
      int[] ports,
      int[] protocol,
      int[] live,
      int liveCount,
      int[] result) {
    int count = liveCount / Gather.LANES * Gather.LANES;
    if (count > 0 && isRun(live, count)) {
      for (int k = 0; k < count; k += Scratch.SIZE) {
        int part = Math.min(Scratch.SIZE, count - k);
        classifyRun(source, destination, ports, protocol, live[k], part, result);
      }
    } else {
      count = 0;
    }
    for (int k = count; k < liveCount; k++) {
      int i = live[k];
      result[i] = scalar.classify(source[i], destination[i], ports[i], protocol[i]);
    }
  }

  /** Whether the first entries of {@code live} count up by ones. */
  private static boolean isRun(int[] live, int count) {
    int first = live[0];
    int differ = 0;
    for (int k = 1; k < count; k++) {
      differ |= live[k] ^ first + k;
    }
    return differ == 0;
  }

  @Override
  public final List<Part> parts() {
    return scalar.parts();
  }

  @Override
  public final long memoryBytes() {
    return scalar.memoryBytes();
  }

  @Override
  public final String toString() {
    return scalar + ", " + Gather.LANES + " lanes";
  }
}
