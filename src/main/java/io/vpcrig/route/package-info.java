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
 * <p>Why 16-8-8: a VPC has tens of routes, and the table then is 128 KiB and a few blocks, one read
 * for the default route and three for a host route. DIR-24-8 is for tables with many long prefixes;
 * its first level alone is 32 MiB.
 */
package io.vpcrig.route;
