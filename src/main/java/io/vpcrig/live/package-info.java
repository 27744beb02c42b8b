/**
 * The router on live interfaces: which segment is behind which port, what a port lets in, who has
 * which MAC, and the loop that carries frames.
 *
 * <p>Place in the way: around it. The way itself is the one of captures, {@link
 * io.vpcrig.engine.PacketPath}; it knows no interface, and puts in MACs derived from addresses,
 * where a wire needs the neighbour's. Thread: one router, one thread. Never: decides about a
 * packet.
 */
package io.vpcrig.live;
