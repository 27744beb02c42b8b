/**
 * Network address translation: which public destinations lead to which guests, which address and
 * port a connection leaves with, and the writing of the decision into the headers.
 *
 * <p>Place in the way: {@link io.vpcrig.nat.NatTable} and {@link io.vpcrig.nat.SourcePortChooser}
 * are asked by the first-packet path; {@link io.vpcrig.nat.RewriteStage} is the step before
 * encapsulation and works from columns only, whoever wrote them. Thread: the table is immutable,
 * the chooser has no state, the stage belongs to a worker. Never: keeps connections, looks at
 * access lists or routes, decides whether a flow is translated at all (that order is the engine's).
 *
 * <p>Precedence is CloudStack's: static NAT, port forwarding, load balancing for destinations;
 * static NAT, source NAT for sources.
 *
 * <p>Otherwise than Linux: where a forwarded range meets a clash, the source port changes and not
 * the port of the range, so that a range stays one to one (cloudstack.md 3.1); an ICMP identifier
 * that is changed on a clash belongs to the source; where one source NAT address is used up, the
 * next is taken.
 *
 * <p>Rejected: Linux also gives a second connection of the same source the same public port where
 * it can, whatever its destination ({@code find_appropriate_src}). That shows only after a first
 * clash (an unclashed source keeps its port anyway) and needs an index of sessions by source.
 * Rejected: a bitmap of free ports per address; ports may be shared by connections to different
 * destinations, so a port is not simply free or taken.
 */
package io.vpcrig.nat;
