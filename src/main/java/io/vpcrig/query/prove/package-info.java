/**
 * Proofs: that a compiled form answers as its rules do for every header ({@link
 * io.vpcrig.query.prove.CompiledProof}), and that two lists give the same verdicts ({@link
 * io.vpcrig.symbolic.Difference}).
 *
 * <p>Place in the way: beside it. Thread: one per proof. Never: says anything that was not
 * replayed: a counter-example is asked of the form and of the rules before it is shown, and what
 * can't be decided in time is an {@link io.vpcrig.symbolic.UndecidedException}.
 *
 * <p>Why a form is taken apart instead of being compared cell by cell: the cells in which one rule
 * decides are too many (a cross product of fw1_10k took 1.5 GiB); that no part answers too early or
 * too late can be seen in each table alone. Why a rule is looked up in the cells of its own
 * prefixes alone, once answers are known to get smaller in longer prefixes ({@code TablePart}): in
 * all cells of its addresses the three cross products of fw1_64k took more than 300 s. Damaged
 * tables ({@code DamagedTablesTest}) are why a cell that seems wrong is not taken for wrong:
 * another part may answer first.
 */
package io.vpcrig.query.prove;
