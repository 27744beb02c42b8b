/**
 * The control side of a running router: reloads, the control socket, what is logged of events and
 * drops, taps and traces.
 *
 * <p>Place in the way: beside it. What the router's thread is to do for it, it finds at the next
 * batch; what the router's thread says, it puts into memory that others read. Thread: those of its
 * own. Never: makes the router's thread wait, formats on it or touches a file from it.
 */
package io.vpcrig.control;
