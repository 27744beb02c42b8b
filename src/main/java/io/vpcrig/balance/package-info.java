/**
 * Load balancing: which member of a balancer a new connection goes to.
 *
 * <p>Place in the way: asked by the first-packet path where the real router has haproxy; told by it
 * of sessions that begin and of segments with SYN, FIN or RST, and by the session table of sessions
 * that end. Thread: {@link io.vpcrig.balance.BalanceTable} is immutable; a {@link
 * io.vpcrig.balance.BalanceState} belongs to one worker and lives as long as its sessions. Never:
 * translates, asks a list, looks at packets of a session that stands.
 *
 * <p>What differs from haproxy, which ends each connection on the router and opens another to the
 * member: here one connection is translated.
 *
 * <ul>
 *   <li>A handshake is with the member, not with the router: where no member takes it, or the
 *       client may not, the first segment is dropped and not answered by a reset, and a first
 *       segment that a member does not answer is not tried on another (no redispatch). The next
 *       connection is.
 *   <li>A member that dies takes its connections along: nobody resets them, and no FIN or RST comes
 *       but the ends' own. A connection that was idle for 50 s stays (haproxy's client and server
 *       time-outs); the session's time-out ends it.
 *   <li>TTL, TCP options and sequence numbers are the ends' own. A packet whose TTL is 1 dies here;
 *       behind haproxy it has arrived.
 *   <li>Health is told from the packets of clients and not from checks: a member nobody asks is
 *       taken for healthy, and after its time out it gets clients again to try it.
 *   <li>No HTTP mode, cookies, TLS, PROXY protocol, queue or connection limit, statistics page.
 *   <li>A segment in the middle of an unknown connection is balanced as a first one, as any session
 *       is picked up here; haproxy's kernel would reset it.
 *   <li>Under {@code intended} udp is balanced too.
 * </ul>
 *
 * <p>Algorithms. {@code roundrobin} is smooth weighted round robin, exact over each sum of weights;
 * {@code leastconn} compares open connections for their weight, equals taking turns; {@code source}
 * is haproxy's map-based hash, the address modulo the weights of those that are up (among equal
 * weights a client's member is haproxy's; among others proportions are the same, places are not);
 * {@code maglev} is {@link io.vpcrig.balance.Maglev}. Open is a connection from its first packet to
 * its first FIN or RST, or to the end of its session's time.
 *
 * <p>A change of members. State is kept by name of the balancer and address of the member: turns,
 * open connections, health, sticky clients. Sessions to a member that left, or drains with weight
 * 0, go on. Other settings of health let off what was under way.
 *
 * <p>Same bytes in, same bytes out. Nothing here depends on when the session table sweeps, which
 * differs with what else a worker has: counts of open connections are brought up to the moment
 * before each choice ({@code OpenSessions}), unanswered segments are judged in the order of their
 * deadlines before anything that follows them ({@code Attempts}). And what is shared by clients is
 * one worker's: {@code engine.Dispatcher} says which.
 *
 * <p>Bounded: sticky clients by the operator's table size (at most 1 M); attempts by 1 M for a
 * balancer, then the oldest is let off; columns by session number, four to twelve bytes for each
 * the table holds once one of them is balanced.
 *
 * <p>Rejected: counting a session until the table ends it (no heap, no watching of segments), since
 * the table sweeps up to seconds late and by what else it holds, so choices would differ with the
 * number of workers; and TIME_WAIT's two minutes would weigh as much as a live connection.
 * Rejected: the member's number in the session record, which has no room in its first line and is
 * read by every hit; only control segments ask for it. Rejected: haproxy's table of interleaved
 * places for {@code source}, as health would have to rebuild it.
 */
package io.vpcrig.balance;
