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
 * many came before it, and one look at 64 rules costs about what five rules cost one by one.
 */
package io.vpcrig.acl.live;
