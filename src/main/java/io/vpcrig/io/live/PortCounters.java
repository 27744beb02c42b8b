package io.vpcrig.io.live;

/**
 * What came by a port since it was opened.
 *
 * @param received frames handed on, of cut segments each one
 * @param lost frames that the kernel dropped before they were received, the ring being full
 * @param cut segments longer than the wire's, which were cut
 * @param refused frames that can't be handed on: offloads that we do not complete
 * @param sent frames that the interface took
 * @param unsent frames that the interface did not take: its queue was full, or it is down
 */
public record PortCounters(
    long received, long lost, long cut, long refused, long sent, long unsent) {}
