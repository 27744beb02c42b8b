/**
 * Whole decisions of a VPC as exact sets of headers: egress list, NAT, route, ingress list, source
 * NAT, in one partition for each segment that packets enter by ({@link
 * io.vpcrig.query.regions.VpcRegions}).
 *
 * <p>Place in the way: beside it; {@code prove} and {@code diff} ask. A third way to say what the
 * router does, so it is held to the reference by random VPCs and by the edges of every region, and
 * nobody shows what it says without asking the reference too. Thread: that of the {@link
 * io.vpcrig.symbolic.HeaderSpace}. Never: looks at sessions. Which member a load balancer chooses
 * is state: its regions hold how it chooses ({@link io.vpcrig.query.regions.Pool}).
 *
 * <p>A destination that is rewritten is not replaced in a set: the lists that come after are looked
 * at as the dialled header would see them ({@link io.vpcrig.query.regions.Rewriting#pullBack}).
 * Only one address and one range of ports are ever rewritten to, so that their lines stay boxes.
 *
 * <p>Why not in {@code symbolic}, which has the sets: here are the router's reasons and verdicts,
 * and the lists as the router takes them ({@code acl.ListCompiler}), which would be written a
 * second time there.
 */
package io.vpcrig.query.regions;
