/**
 * The session table of the router that works, kept also by the one that stands by, so that
 * connections outlive a takeover: CloudStack's routers have conntrackd for that.
 *
 * <pre>
 *   worker's batch -> SessionTeller -> SyncStream (sequence, ring of sent datagrams) -> UDP
 *   UDP -> SyncStream (order, gaps) -> SessionTaker -> table of the other router
 * </pre>
 *
 * <p>Only what changed is told: sessions begun, ended, in another state, and from time to time that
 * one still lives; all of them when the other router asks, at its start and after a gap that can't
 * be closed. Nothing is held back for it: packets go on before the other router knows.
 *
 * <p>Why so: a look at each forwarded frame's session after the batch, against a table of what was
 * told last, needs no hook in the way; without synchronisation not even that look is made. Sessions
 * and not their changes are sent, so that a message is right whatever was lost before it.
 *
 * <p>Place in the way: beside it, on the worker's thread. Thread: one. Never: waits, decides about
 * a packet, believes a number that was not checked. It does not prove who sends: the wire must be
 * trusted.
 */
package io.vpcrig.live.sync;
