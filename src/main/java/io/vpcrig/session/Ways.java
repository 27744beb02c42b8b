package io.vpcrig.session;

/**
 * How addresses are reached now: by the routes and neighbours of the snapshot at hand. What {@link
 * #find} found is told by the other methods, until the next. Thread: one worker; does not allocate.
 */
public interface Ways {
  /** Nothing can be reached. For tables whose sessions are given their next hops by hand. */
  Ways NONE =
      new Ways() {
        @Override
        public boolean find(int address, int home) {
          return false;
        }

        @Override
        public int segment() {
          return SessionTable.NONE;
        }

        @Override
        public int neighbour() {
          return 0;
        }

        @Override
        public long mac() {
          return 0;
        }
      };

  /**
   * Finds the way to an address.
   *
   * @param home public network that answers to it go back by, whichever is the default one; NONE if
   *     there is none
   * @return whether there is a way
   */
  boolean find(int address, int home);

  /** Segment it leaves by. */
  int segment();

  /** Address of the next hop. */
  int neighbour();

  /** MAC of the next hop, as long as no frame of it tells another. */
  long mac();
}
