package io.vpcrig.acl.match;

/**
 * Room for what is found out about headers between the steps of a look-up. One a thread, since
 * classifiers are shared.
 */
final class Scratch {
  /** Most headers of one look-up; a multiple of any vector's lanes. All of it fits the caches. */
  static final int SIZE = 512;

  private static final ThreadLocal<Scratch> OWN = ThreadLocal.withInitial(Scratch::new);

  final int[] sources = new int[SIZE];
  final int[] destinations = new int[SIZE];
  final int[] services = new int[SIZE];
  final int[] sourceClasses = new int[SIZE];
  final int[] destinationClasses = new int[SIZE];
  final int[] indexes = new int[SIZE];

  private Scratch() {}

  /** This thread's. */
  static Scratch own() {
    return OWN.get();
  }
}
