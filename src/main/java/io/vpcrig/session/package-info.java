/**
 * Connections: the table that finds them, their states and time-outs, and the stage that lets their
 * packets pass as the first packet was decided.
 *
 * <p>Place in the way: after decap and the reassembly of fragments; what misses goes to the
 * first-packet path, which begins sessions. Thread: every table belongs to one worker, with its
 * tracker and stages. Never: asks a list, chooses an address or port, knows a route.
 *
 * <p>Semantics are Linux nf_conntrack's, without TCP window tracking; the key is the 5-tuple alone,
 * as on the real router, which uses no conntrack zones. A packet that fits no session is told apart
 * (nf_conntrack's INVALID), and the engine decides whether it goes on untracked or is dropped. The
 * live kernel judges it: package judge of the tests.
 *
 * <p>Time-outs: a lookup tests the session's own end, so results do not depend on when the table is
 * swept. The wheel only gives memory back: it looks at each session once a round (18 minutes of the
 * frames' time) and one to two seconds after its end. Only a full table shows what was swept, and
 * there creation sweeps first.
 *
 * <p>Why so (million lookups/s on one of two cores busy with other work, all frames of random
 * flows, best of 400 runs; SessionLookupBenchmark asks the same):
 *
 * <pre>
 *                                             1 k flows    64 k    1 M
 *   one by one                                       70      12      6
 *   batch of 256, reads inside the working loops     70      16      8
 *   batch of 256, reads in loops of their own        80      45     23
 *   the whole stage, so looked up                    33      22     16
 * </pre>
 *
 * A tag index beside the records and not records in open addressing: one line tells for eight
 * sessions, and growing or deleting never reads a record, since an entry's home follows from its
 * tag. Records are never moved. A session is one cache line and 16 bytes beside it, since at a
 * million flows each line is a read from memory; what many sessions share (next hops, what decided)
 * is kept once, in {@code SharedRows}. Memory from malloc and not from a direct buffer: pages that
 * are never used are never touched, and ten million sessions fit without a JVM flag; of 2 MiB pages
 * where Linux gives them.
 *
 * <p>The next hops of a batch are read ahead too, where there are many: with a host for each of
 * 65,536 flows (frames of {@code pcapgen}, whole process, CPU time of the worker) a frame took 216
 * ns instead of 267, on a busy machine.
 *
 * <p>Most frames belong to a session that they change in nothing but its end and its counts: {@code
 * PlainHits} does them in one loop over raw memory, also behind frames that wait for the
 * first-packet path, since they commute with those. {@code SessionStage} does the same frame by
 * frame for all others.
 */
package io.vpcrig.session;
