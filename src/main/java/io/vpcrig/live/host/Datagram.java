package io.vpcrig.live.host;

/**
 * A UDP datagram that came to the router.
 *
 * @param segment it came by, as in {@code Vpc.segments}
 * @param mac of the neighbour who sent it, 48 bits
 * @param source IPv4
 * @param destination an address of the router, or one for many
 * @param payload the receiver's own; never changed
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody; a copy more would serve nobody.
public record Datagram(
    int segment,
    long mac,
    int source,
    int sourcePort,
    int destination,
    int destinationPort,
    byte[] payload) {}
