package io.vpcrig.acl;

/** A classifier that can leave rules out. Immutable; any thread; never allocates. */
public interface SelectiveClassifier extends Classifier {
  /**
   * Position of the first matching rule that is not removed, or {@link #NONE}, in one search
   * however many removed rules match. The header is as in {@link #classify(int, int, int, int)}.
   *
   * @param removed bit {@code p & 63} of word {@code p >>> 6} is set if position p is left out
   */
  int classifyExcept(long[] removed, int source, int destination, int ports, int protocol);
}
