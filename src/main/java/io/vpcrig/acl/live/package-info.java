/**
 * Lists that change under traffic. An edit becomes visible through an overlay within microseconds;
 * the list is compiled whole again in the background, and the new form is swapped in atomically.
 *
 * <p>Thread: {@link io.vpcrig.acl.live.LiveRules} has one owner, its versions ({@link
 * io.vpcrig.acl.live.OverlayClassifier}) are immutable. Never: blocks or allocates when asked,
 * answers from a mixture of two lists.
 *
 * <p>Why a second compiled form: where the fastest engine answers a rule that was removed, the next
 * match is wanted, which most engines can't tell. A hash of tuples can leave rules out in one
 * search; it is built with each compiled form, linear in the rules, unless it is that form.
 *
 * <p>Why bit vectors for the rules added: nothing to compile, so that an edit stays short however
 * many came before it. Measured by {@code OverlayBenchmark} over recursive flow classification (14
 * ns a look-up): 1 replaced rule costs 5 ns more, 16 or 64 cost 9 ns, 256 cost 52 ns. Without sets
 * of protocols and ports 16 cost 14 ns and 64 cost 19 ns: it is the testing of whole rules that
 * costs.
 *
 * <p>Why the overlay is the difference of two lists, not a log of edits: a form that comes out of
 * the compiler late is laid under the list as it now is in one pass, and there is nothing to
 * replay.
 *
 * <p>Asking the sets by vectors for a whole batch was no faster: 28.3 ns a header with 16 rules
 * replaced, instead of 28.5; 22 without any.
 */
package io.vpcrig.acl.live;
