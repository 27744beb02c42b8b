/**
 * Rule lists as exact sets of headers. {@link io.vpcrig.symbolic.HeaderSpace} makes sets as binary
 * decision diagrams: any set operation, any question, but a set of the whole of a large list may
 * not fit.
 *
 * <p>Place in the way: beside it; {@code query} asks. Thread: one per space; boxes and headers are
 * immutable. Never: reads files, answers without being exact. What takes too long is an {@link
 * io.vpcrig.symbolic.UndecidedException}.
 */
package io.vpcrig.symbolic;
