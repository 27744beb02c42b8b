package io.vpcrig.acl.match;

import io.vpcrig.acl.RuleSet;
import io.vpcrig.acl.TakenApart;
import io.vpcrig.model.PortRange;
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
                reader.box(
                    rules.sourceNetwork(i),
                    rules.sourceNetwork(i) | ~rules.sourceMask(i),
                    rules.destinationNetwork(i),
                    rules.destinationNetwork(i) | ~rules.destinationMask(i),
                    new PortRange(first >>> 16, (first >>> 16) + (span >>> 16)),
                    new PortRange(first & 0xffff, (first & 0xffff) + (span & 0xffff)),
                    rules.protocol(i),
                    rules.protocol(i) | ~rules.protocolMask(i) & 0xff,
                    i);
              }
            });
  }

  @Override
  public long memoryBytes() {
    return 0;
  }
}
