package io.vpcrig.acl;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.Quirk;
import io.vpcrig.telemetry.Reason;
import java.util.List;

/**
 * The lists of all segments of a VPC, compiled. Immutable; any number of threads may ask; asking
 * does not allocate. Answers are packed, see {@link AclAnswer}.
 *
 * <p>A segment is an index in {@code Vpc.segments()}. What comes in by a segment is judged by its
 * egress rules, what goes out to it by its ingress rules; tiers and private gateways alike. Who is
 * to be asked at all (not: traffic inside a tier, to the tier's own gateway address, of a known
 * session) is the caller's matter.
 */
public final class AclTable {
  private static final long ALLOW_NO_LIST =
      AclAnswer.pack(Reason.ALLOW_DEFAULT, Classifier.NONE, Classifier.NONE, 0);
  private static final long DENY_NO_LIST =
      AclAnswer.pack(Reason.DENY_NO_LIST, Classifier.NONE, Classifier.NONE, 0);

  /**
   * One segment.
   *
   * @param egress null if there is no list
   * @param ingress null if there is no list
   * @param deniesIngressWithoutList whether it is a tier
   * @param listedSources the only sources that egress rules see; null if they see all
   */
  record Policy(
      CompiledList egress,
      CompiledList ingress,
      boolean deniesIngressWithoutList,
      Cidr[] listedSources) {}

  private final Policy[] policies;
  private final RuleTable rules;

  AclTable(List<Policy> policies, RuleTable rules) {
    this.policies = policies.toArray(Policy[]::new);
    this.rules = rules;
  }

  /** What the numbers in answers mean. */
  public RuleTable rules() {
    return rules;
  }

  /**
   * May a new flow that came by {@code segment} go on? Asked before destination NAT, with the
   * address that was dialled.
   *
   * @param ports as in {@code FrameBatch.ports}
   */
  public long judgeEgress(int segment, int source, int destination, int ports, int protocol) {
    Policy policy = policies[segment];
    CompiledList list = policy.egress;
    if (list == null) {
      return ALLOW_NO_LIST;
    }
    if (policy.listedSources != null && !isListed(policy.listedSources, source)) {
      return list.isMeantToAllow(source, destination, ports, protocol)
          ? ALLOW_NO_LIST
          : AclAnswer.pack(
              Reason.ALLOW_DEFAULT,
              Classifier.NONE,
              Classifier.NONE,
              Quirk.GATEWAY_FOREIGN_SOURCE.ordinal());
    }
    return list.judge(source, destination, ports, protocol);
  }

  /**
   * May a new flow go out to {@code segment}? Asked after destination NAT and before source NAT:
   * private address and port, real client.
   *
   * @param ports as in {@code FrameBatch.ports}
   */
  public long judgeIngress(int segment, int source, int destination, int ports, int protocol) {
    Policy policy = policies[segment];
    if (policy.ingress == null) {
      return policy.deniesIngressWithoutList ? DENY_NO_LIST : ALLOW_NO_LIST;
    }
    return policy.ingress.judge(source, destination, ports, protocol);
  }

  /**
   * Egress rules of a segment in the order they are tried, with their numbers in {@link #rules()}
   * as ids; empty if it has no list.
   */
  public RuleSet egressRules(int segment) {
    return rulesOf(policies[segment].egress);
  }

  /** Ingress rules, likewise. */
  public RuleSet ingressRules(int segment) {
    return rulesOf(policies[segment].ingress);
  }

  private static RuleSet rulesOf(CompiledList list) {
    return list == null ? RuleSet.of(List.of()) : list.rules();
  }

  private static boolean isListed(Cidr[] cidrs, int address) {
    for (Cidr cidr : cidrs) {
      if (cidr.contains(address)) {
        return true;
      }
    }
    return false;
  }
}
