/**
 * TCP (RFC 9293) for the router's own programs, as far as short answers to guests need it: passive
 * opens only; what comes out of order is not kept, it comes again; slow start, congestion avoidance
 * and time-outs as RFC 5681 and 6298 say, with a time-out of a second as nothing is measured; no
 * window scaling, time stamps or selective acknowledgements.
 *
 * <p>Place in the way: a program's floor in {@code live.host}. Thread: the router's. Never: waits,
 * or keeps more than its bounds: {@link io.vpcrig.live.tcp.TcpHost#MOST} connections, a window of
 * 16 KiB in, 1 MiB in line out.
 *
 * <p>Rejected: a TCP of the machine's kernel by a tap and a proxy, which needs an address and
 * routes in the host's own network; and netty or a userspace stack, none of which speaks from raw
 * packets.
 */
package io.vpcrig.live.tcp;
