/**
 * Whether one build is slower than another, by their results: the gate behind {@code compare}.
 *
 * <p>Place in the way: after it. {@code ResultSet} reads result files, {@code Gate} judges what two
 * sets have in common, {@code RankTest} is the statistics. Thread: any; nothing is shared. Never:
 * runs or measures anything.
 *
 * <p>What counts is the process. Runs of one JVM share one compilation, one layout of memory and
 * one mood of the machine; another JVM has others, and often differs by more than all runs of one
 * do (Georges, Buytaert, Eeckhout, "Statistically Rigorous Java Performance Evaluation", OOPSLA
 * 2007; Kalibera, Jones, "Rigorous Benchmarking in Reasonable Time", ISMM 2013). So each process
 * gives one value for each row, the median of its runs.
 *
 * <p>Test and interval. Rates of two builds are compared by their logarithms: Mann-Whitney's test,
 * and the Hodges-Lehmann estimate of the ratio with the interval that belongs to the test
 * (Hollander, Wolfe, "Nonparametric Statistical Methods", 4.1-4.3). Where processes ran by turns,
 * in pairs, Wilcoxon's signed rank test and its interval (3.1-3.3): what moves both of a pair moves
 * their ratio little. Both are exact for few values, ask for no shape of the noise (a busy machine
 * makes it far from normal: one long tail), and one disturbed process cannot move them far. With R
 * rows each is judged at a level of (1 - confidence) / R (Bonferroni), so the confidence is that of
 * no false alarm anywhere in the table.
 *
 * <p>Rejected: Student's t, which a single disturbed process makes blind; the bootstrap, whose
 * intervals are too narrow for the five to ten processes there are, and whose result moves with its
 * seed; the overlap of two intervals, which misses what a test of the difference finds.
 */
package io.vpcrig.bench.compare;
