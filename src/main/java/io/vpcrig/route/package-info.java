/**
 * Where a destination is: the route to it and the MAC of the neighbour on the way.
 *
 * <p>Place in the way: asked by the first-packet path, after destination NAT and before the
 * destination tier's list; the answer stays in the session. Thread: tables are immutable and
 * compiled with each snapshot. Never: looks at ports, access lists or NAT, learns from frames.
 *
 * <p>Policy routing of the real router (a table per interface, marks) is left out: it pins replies
 * to the public interface a connection came by, which sessions do here by themselves. Space of the
 * VPC that no tier has follows the default route, as on the router; refusing it is policy, not
 * routing.
 *
 * <p>Beside the VPC's own table stands {@link io.vpcrig.route.PrefixTable}, for tables of Internet
 * size that change while they are asked; {@link io.vpcrig.route.PrefixFile} reads them.
 *
 * <p>Why two tables: with a VPC's thirty routes, 16-8-8 ({@link io.vpcrig.route.RouteTable}) is
 * compiled in 35 us and answers 143 million mixed addresses a second; DIR-24-8 takes 35 ms, since
 * its first level has to be cleared, and answers 91 million, since it misses the caches. A new one
 * is compiled with every snapshot. The other way round, 16-8-8 needs a second read for most of the
 * Internet's prefixes.
 *
 * <p>Why the large table is an int array on the heap: the Vector API gathers from nothing else, no
 * reader can touch memory that was freed, and it is not slower. Million look-ups a second, random
 * addresses, full BGP table, batches of 64 and 256, one core of Zen 3, each group one run: off-heap
 * with 4 KiB pages 103 and 105, off-heap with madvise(MADV_HUGEPAGE) 110 and 113, this one 98 and
 * 104, a char array 94 and 100. With {@code -XX:+UseTransparentHugePages}, which gives the heap 2
 * MiB pages: off-heap as before 90 and 93, off-heap huge 98 and 104, this one 106 and 107, a char
 * array 99 and 103, gathers of eight lanes 99 and 106.
 *
 * <p>Why blocks of the second level carry a number of their loan and readers announce nothing: with
 * grace periods a reader that sleeps would hold freed blocks back, and whether a table is full
 * would depend on it.
 */
package io.vpcrig.route;
