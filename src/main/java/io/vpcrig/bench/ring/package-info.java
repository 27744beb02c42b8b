/**
 * What handing descriptors (longs: a slot, a length, flags) from one thread to another costs.
 *
 * <p>Place in the way: where {@link io.vpcrig.engine.Pipeline} has a boundary between threads. A
 * {@code Handoff} is a ring for one producer and one consumer; {@code Rounds} is the pipeline's own
 * way, over its {@link io.vpcrig.engine.Sequence}, the others are rivals. Thread: the caller's
 * consumes, one that the bench starts produces. Never: reads a frame.
 *
 * <p>Every descriptor is a number one above the last, and the consumer looks at each: so it is
 * loaded, and a lost or doubled one ends the bench.
 *
 * <p>Measured on two cores with a load of 20, bursts of 32, a capacity of 1024, so as ratios of one
 * run: rounds 40 M/s, JCTools 24, Agrona 19. Rejected: waiting by spinning alone, as rte_ring's own
 * tests do. On busy cores a thread then burns its slice while the other waits for one: below 0.1
 * M/s.
 */
package io.vpcrig.bench.ring;
