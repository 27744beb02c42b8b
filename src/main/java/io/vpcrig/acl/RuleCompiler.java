package io.vpcrig.acl;

/**
 * One way to turn rules into a form that can be asked: an engine. A service interface: whoever
 * brings an engine of their own names its class in {@code
 * META-INF/services/io.vpcrig.acl.RuleCompiler}, with a public constructor without parameters; from
 * then on {@code --engine} knows it, and {@link Classifiers#names} lists it. What it owes is stated
 * by the suite {@code RuleCompilerConformance} in the tests.
 *
 * <p>Thread: compilers are asked by several threads at once and keep no state between calls.
 */
public interface RuleCompiler {
  /** Name on the command line and in results: lower case, digits and hyphens; not {@code auto}. */
  String name();

  /**
   * Compiles rules. The classifier answers for every header as {@link MatchRule#matches} says.
   *
   * @param rules 0 or more, in order of rank
   * @param budget what may be spent; an engine that can't keep within it must say so early
   * @throws OverBudgetException if this set does not fit; the caller tries another engine
   */
  Classifier compile(RuleSet rules, Budget budget) throws OverBudgetException;
}
