package io.vpcrig.bench.compare;

/**
 * By which time a rate is taken. Both names are as people write them.
 *
 * <p>The wall's is what a user gets. On a busy machine it tells mostly of the others; the time a
 * thread spent on a core tells of the work alone, but not of waiting: a lock, a collection, a disk.
 */
public enum Clock {
  wall,
  cpu
}
