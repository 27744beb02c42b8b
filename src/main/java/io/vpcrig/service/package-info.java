/**
 * What the router does itself: its addresses, the rules of what it accepts, its answers and errors.
 *
 * <p>Place in the way: asked by the first-packet path for frames to the router's own addresses, for
 * ARP, and where a TTL runs out. An answer is an extra frame: its bytes begin with the IPv4 or ARP
 * header, its columns say where it goes (back to its parent's neighbour and tunnel endpoint), its
 * reason is {@code ORIGINATED}, and it is live, so that encapsulation takes it; the end of the way
 * gives it the verdict {@code ORIGINATED}. Thread: tables are immutable, responders belong to a
 * worker. Never: translates, routes, or keeps connections; an answer takes the way its question
 * came.
 *
 * <p>Otherwise than Linux: the router's own errors are never translated by a connection they are
 * not about; a timestamp reply tells the frame's time; timestamp requests in fragments have no
 * answer.
 *
 * <p>A whole reassembly for echo was not needed: the fragments of a request, complete, are answered
 * each by its own fragment of the reply.
 */
package io.vpcrig.service;
