package io.vpcrig.acl.match;

import io.vpcrig.acl.RuleSet;
import io.vpcrig.acl.TakenApart;
import java.util.List;

/**
 * Tests one rule after the other. The oracle of every other engine, and the engine of short lists:
 * nothing to compile, and a handful of rules is read faster than any table.
 */
final class LinearClassifier implements TakenApart {
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
  public List<Part> parts() {
    return List.of(
        (Boxes)
            reader -> {
              for (int i = 0; i < rules.size(); i++) {
                int first = rules.portsFirst(i);
                int span = rules.portsSpan(i);
                new MaskedRule(
                        rules.sourceNetwork(i),
                        rules.sourceMask(i),
                        rules.destinationNetwork(i),
                        rules.destinationMask(i),
                        first >>> 16,
                        (first >>> 16) + (span >>> 16),
                        first & 0xffff,
                        (first & 0xffff) + (span & 0xffff),
                        rules.protocol(i),
                        rules.protocolMask(i))
                    .show(i, true, reader);
              }
            });
  }

  @Override
  public long memoryBytes() {
    return 0;
  }
}
