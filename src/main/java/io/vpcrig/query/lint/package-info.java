/**
 * What is dubious in rule lists and VPCs: rules that never decide, rules that change nothing, rules
 * that mean something else on the shipped router, what nothing reaches.
 *
 * <p>Place in the way: beside it. Every finding is exact: {@link io.vpcrig.symbolic.Difference}
 * compares the list with the list that the finding says it equals. Thread: any. Never: guesses;
 * what was not decided in time is said to be so.
 */
package io.vpcrig.query.lint;
