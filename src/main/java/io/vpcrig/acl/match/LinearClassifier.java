package io.vpcrig.acl.match;

import io.vpcrig.acl.Classifier;
import io.vpcrig.acl.RuleSet;

/**
 * Tests one rule after the other. The oracle of every other engine, and the engine of short lists:
 * nothing to compile, and a handful of rules is read faster than any table.
 */
final class LinearClassifier implements Classifier {
  private final RuleSet rules;

  LinearClassifier(RuleSet rules) {
    this.rules = rules;
  }

  @Override
  public String name() {
    return "linear";
  }

  @Override
  public int classify(int source, int destination, int ports, int protocol) {
    int size = rules.size();
    for (int i = 0; i < size; i++) {
      if (rules.matches(i, source, destination, ports, protocol)) {
        return i;
      }
    }
    return NONE;
  }

  @Override
  public long memoryBytes() {
    return 0;
  }
}
