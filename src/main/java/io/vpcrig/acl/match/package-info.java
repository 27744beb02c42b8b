/**
 * The engines: forms of a rule set that can be asked for the first match.
 *
 * <pre>
 *   rules      engine        form
 *   up to 8    linear        the rules, one after the other; the oracle of all others
 *   up to 32   tuple-merge   hash tables over masked headers
 *   more       rfc           one cross product of the classes of addresses and services
 *              peel          lists by address, and a cross product of what names no address
 *              split         three cross products, where one would explode
 *              tuple-merge   whatever is left
 * </pre>
 *
 * <p>They are tried in this order (see {@link io.vpcrig.acl.Classifiers}); each keeps within a
 * {@link io.vpcrig.acl.Budget} or refuses, and the last takes every set in linear time and memory.
 * Estimates come before work ({@code Crossing}, {@code Budget.Meter.checkWork}), so that a refusal
 * is quick.
 *
 * <p>Place in the way: asked through the lists of {@code acl}. Thread: forms are immutable, any
 * thread; what a batch needs between its steps is the thread's own ({@code Scratch}). Never:
 * allocates when asked. A set's form is its tables and a scalar look-up over them; {@code Gather}
 * and {@code GatherRanges} hold the same look-ups over the same tables by vectors, which batches
 * use where vectors have 8 lanes or more.
 *
 * <p>What was tried and lost, in million look-ups a second on one core of a Zen 3 VM with AVX2 that
 * others used, too; so read each pair, not across:
 *
 * <ul>
 *   <li>one header after the other instead of vectors: acl1_1k 65 instead of 103, fw1_1k 31 instead
 *       of 72; fw1_10k by peel 10.5 instead of 18.9
 *   <li>the scalar look-up in steps over a batch: 50 instead of 69 (acl1_1k)
 *   <li>all vector steps in one loop, or in methods of ours that the loop calls: 43 to 66 instead
 *       of 103; vectors become objects where a call is not inlined
 *   <li>a branch for each level of the address table: 3.3 to 3.8 ns an address instead of 2.4
 *   <li>rows of answers without pages: ipc1_10k by split 17.8 in 61 MB instead of 22.4 in 13 MB;
 *       acl3_10k by rfc 53 in 78 MB instead of 41 in 16 MB, which is the price
 *   <li>blocks of 256 instead of ranges behind the high 16 bits: fw1_10k by peel 4.7 in 24 MB
 *       instead of 9.3 in 5 MB
 *   <li>lists by address where many rules compete for one: ipc1_10k 6.0 instead of 22.4, acl3_10k
 *       12.6 instead of 53
 *   <li>three cross products for a firewall of 58,576 rules: 8.1 in 241 MB, by peel 7.6 in 11 MB
 *   <li>tuple-merge where another engine fits: fw1_10k 2.3, acl1_1k 5.8
 * </ul>
 *
 * <p>What limits them now: rfc by the 11 to 15 gathers of a look-up, of which ports and answers
 * miss the first-level cache; split by 6 more; peel by a chain of 7 dependent gathers for each
 * address and by as many rounds as the longest list of a vector's headers has rules. Not tried:
 * learned indexes, and bit vectors other than for rules just added ({@code acl.live}).
 */
package io.vpcrig.acl.match;
