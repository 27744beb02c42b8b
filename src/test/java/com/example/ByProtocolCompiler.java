package com.example;

import io.vpcrig.acl.Budget;
import io.vpcrig.acl.Classifier;
import io.vpcrig.acl.OverBudgetException;
import io.vpcrig.acl.RuleCompiler;
import io.vpcrig.acl.RuleSet;
import java.util.stream.IntStream;

/**
 * An engine from outside, as an example: for each protocol the positions of the rules that may
 * match it, which are tested one after the other.
 */
public final class ByProtocolCompiler implements RuleCompiler {
  private static final int PROTOCOLS = 256;

  @Override
  public String name() {
    return "by-protocol";
  }

  @Override
  public Classifier compile(RuleSet rules, Budget budget) throws OverBudgetException {
    Budget.Meter meter = budget.start();
    int[][] lists = new int[PROTOCOLS][];
    long bytes = 0;
    for (int protocol = 0; protocol < PROTOCOLS; protocol++) {
      lists[protocol] = positions(rules, protocol);
      bytes += 4L * lists[protocol].length;
      meter.checkBytes(bytes, "lists by protocol");
      meter.checkTime();
    }
    return new Form(rules, lists, bytes);
  }

  private static int[] positions(RuleSet rules, int protocol) {
    return IntStream.range(0, rules.size())
        .filter(rule -> ((protocol ^ rules.protocol(rule)) & rules.protocolMask(rule)) == 0)
        .toArray();
  }

  private record Form(RuleSet rules, int[][] lists, long memoryBytes) implements Classifier {
    @Override
    public String name() {
      return "by-protocol";
    }

    @Override
    public int classify(int source, int destination, int ports, int protocol) {
      for (int rule : lists[protocol]) {
        if (rules.matches(rule, source, destination, ports, protocol)) {
          return rule;
        }
      }
      return NONE;
    }
  }
}
