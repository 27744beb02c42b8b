/**
 * Connections: the table that finds them, their states and time-outs, and the stage that lets their
 * packets pass as the first packet was decided.
 *
 * <p>Place in the way: after decap and the reassembly of fragments; what misses goes to the
 * first-packet path, which begins sessions. Thread: every table belongs to one worker, with its
 * tracker and stages. Never: asks a list, chooses an address or port, knows a route.
 *
 * <p>Semantics are Linux nf_conntrack's, without TCP window tracking; the key is the 5-tuple alone,
 * as on the real router, which uses no conntrack zones. A packet whose tuple is known but whose TCP
 * flags fit no transition is dropped; Linux would send it on through the rules untranslated.
 *
 * <p>Time-outs: a lookup tests the session's own end, so results do not depend on when the table is
 * swept. The wheel only gives memory back; it looks at each session once a round (18 minutes of the
 * frames' time) and a second after its end.
 */
package io.vpcrig.session;
