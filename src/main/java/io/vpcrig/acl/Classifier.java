package io.vpcrig.acl;

/**
 * Finds the first rule of a {@link RuleSet} that matches a header. Immutable once built; any number
 * of threads may ask. Never allocates, never fails for what a header holds.
 */
public interface Classifier {
  /** Answer when no rule matches. */
  int NONE = -1;

  /** Name on the command line and in results. */
  String name();

  /**
   * Position of the first matching rule, or {@link #NONE}.
   *
   * @param source IPv4 address
   * @param destination IPv4 address
   * @param ports source port in the high 16 bits, destination port in the low; for ICMP identifier,
   *     and {@code type << 8 | code}
   * @param protocol 0..255
   */
  int classify(int source, int destination, int ports, int protocol);

  /**
   * Classifies entries {@code i = live[0 .. liveCount-1]} of the columns: {@code result[i]} becomes
   * the answer, other entries of {@code result} stay as they are.
   */
  default void classify(
      int[] source,
      int[] destination,
      int[] ports,
      int[] protocol,
      int[] live,
      int liveCount,
      int[] result) {
    for (int k = 0; k < liveCount; k++) {
      int i = live[k];
      result[i] = classify(source[i], destination[i], ports[i], protocol[i]);
    }
  }

  /** Bytes held by the compiled form, without the rule set. */
  long memoryBytes();
}
