/**
 * What is dubious in rule lists and VPCs: rules that never decide, change nothing, meet nothing or
 * are gone around, rules that mean something else on the shipped router, what nothing reaches.
 *
 * <p>Place in the way: beside it. {@code ListLint} knows one list, {@code RuleLint} the segments
 * that use it, {@code ReachLint} the ways into a tier ({@code Way}). Every finding is exact: {@link
 * io.vpcrig.symbolic.Difference} compares lists, {@link io.vpcrig.symbolic.HeaderSet} joins the two
 * lists on a way. A rule is the whole of what its author wrote, however many lines became of it;
 * rules named as the reason are none too many, and each decides something of the rule they stop.
 * From outside, a tier with a private network is taken to be reached by public addresses only; the
 * source of a packet is taken to be one of its segment's. Thread: any. Never: guesses; what was not
 * decided in time is said to be so, and of a list that was not read exactly only what is sure is
 * told.
 *
 * <p>Rejected: to judge each line by itself (of the files in {@code ../shared/data/rules} it told
 * one rule with several ports up to 40 times); to name the first single rule that covers another
 * (it may itself never decide).
 */
package io.vpcrig.query.lint;
