package io.vpcrig.acl.match;

/**
 * Room for what is found out about a batch between the steps of a look-up. One a thread, since
 * classifiers are shared; it grows to the largest batch and then is never allocated again.
 */
final class Scratch {
  private static final ThreadLocal<Scratch> OWN = ThreadLocal.withInitial(Scratch::new);

  int[] sources = new int[0];
  int[] destinations = new int[0];
  int[] services = new int[0];
  int[] sourceClasses = new int[0];
  int[] destinationClasses = new int[0];
  int[] indexes = new int[0];

  private Scratch() {}

  /** This thread's, with room for {@code count} headers. */
  static Scratch of(int count) {
    Scratch scratch = OWN.get();
    if (scratch.sources.length < count) {
      scratch.sources = new int[count];
      scratch.destinations = new int[count];
      scratch.services = new int[count];
      scratch.sourceClasses = new int[count];
      scratch.destinationClasses = new int[count];
      scratch.indexes = new int[count];
    }
    return scratch;
  }
}
