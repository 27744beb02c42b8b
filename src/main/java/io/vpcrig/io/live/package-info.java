/**
 * Live interfaces: frames from and to network interfaces, through the system calls of Linux and
 * memory shared with its kernel. No native code of ours: java.lang.foreign calls libc.
 *
 * <p>Three drivers behind {@link io.vpcrig.io.live.LivePort}, of which {@link
 * io.vpcrig.io.live.DriverChoice} takes the best that an interface can have:
 *
 * <ul>
 *   <li>{@code afxdp}: AF_XDP sockets and a program at the XDP hook. Takes the interface for
 *       itself.
 *   <li>{@code afpacket}: packet(7) sockets. The host gets every frame, too.
 *   <li>{@code pcap}: libpcap through pcap4j, where neither can be had.
 * </ul>
 *
 * <p>Place in the way: both ends of it, as capture files are. Thread: a port belongs to one. Never:
 * waits within a port ({@link io.vpcrig.io.live.PortWait} does), looks into a frame further than an
 * offload needs, knows a segment: to the router a port is an access port of a switch, whose frames
 * come with the tag it was told to put before them, or a trunk.
 */
package io.vpcrig.io.live;
