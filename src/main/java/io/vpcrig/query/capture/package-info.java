/**
 * What a change of rules does to the frames of real traffic.
 *
 * <p>Place in the way: beside it. {@link io.vpcrig.query.capture.CaptureDiff} gives every frame to
 * two judges: two data paths with sessions of their own, or two rule lists. Thread: one. Never:
 * opens a capture, keeps frames but those that not both have decided yet (fragments) and, where
 * they are to be written, those that change.
 *
 * <p>Why the data path and not the reference: it is what {@code replay} would have done, at its
 * speed; that both agree is held by the differential tests. Why both in one pass: a capture may
 * come by a pipe, and no verdict has to be kept until the other's is known.
 */
package io.vpcrig.query.capture;
