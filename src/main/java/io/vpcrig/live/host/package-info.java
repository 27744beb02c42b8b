/**
 * The router as a host: what its own programs (DHCP, DNS, metadata) see of the network. A program
 * is a {@link UdpService} bound to a port in {@link Sockets}; it answers, and asks others, by
 * {@link Network}.
 *
 * <p>Place in the way: behind it. The way lets in what the real router's filter INPUT lets in; what
 * it gave the verdict {@code LOCAL} comes here, and goes out again past the way, as filter OUTPUT
 * accepts everything. Thread: the router's; programs must not wait. Never: forwards.
 */
package io.vpcrig.live.host;
