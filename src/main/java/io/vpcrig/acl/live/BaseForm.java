package io.vpcrig.acl.live;

import io.vpcrig.acl.Budget;
import io.vpcrig.acl.Classifier;
import io.vpcrig.acl.RuleSet;
import io.vpcrig.acl.SelectiveClassifier;
import io.vpcrig.acl.match.TupleMergeCompiler;
import java.util.function.Function;

/**
 * A list compiled whole.
 *
 * @param fastest asked for every header
 * @param selective asked where the fastest answers a rule that was removed since; null in a form
 *     that is never changed; the same object where the fastest engine can leave rules out itself
 */
record BaseForm(RuleSet rules, Classifier fastest, SelectiveClassifier selective) {
  static BaseForm compile(RuleSet rules, Function<RuleSet, Classifier> engine) {
    Classifier fastest = engine.apply(rules);
    return new BaseForm(
        rules,
        fastest,
        fastest instanceof SelectiveClassifier same
            ? same
            : new TupleMergeCompiler().compile(rules, Budget.DEFAULT));
  }

  long memoryBytes() {
    return fastest.memoryBytes()
        + (selective == null || selective.equals(fastest) ? 0 : selective.memoryBytes());
  }
}
