package io.vpcrig.acl.match;

import io.vpcrig.acl.RuleSet;
import java.util.HashMap;
import java.util.Map;

/**
 * The distinct services of some rules: source ports, destination ports and protocol of a rule
 * together. A list of ten thousand rules has a few hundred.
 */
final class Services {
  /** All that a rule asks of ports and protocol; columns as in {@link RuleSet}. */
  private record Service(int portsFirst, int portsSpan, int protocol, int protocolMask) {
    boolean covers(Service other) {
      return (protocolMask == 0 || other.protocolMask != 0 && protocol == other.protocol)
          && covers(
              portsFirst >>> 16, portsSpan >>> 16, other.portsFirst >>> 16, other.portsSpan >>> 16)
          && covers(
              portsFirst & 0xffff,
              portsSpan & 0xffff,
              other.portsFirst & 0xffff,
              other.portsSpan & 0xffff);
    }

    private static boolean covers(int first, int span, int otherFirst, int otherSpan) {
      return first <= otherFirst && first + span >= otherFirst + otherSpan;
    }
  }

  private final Service[] services;
  private final int[] ofRule;

  /**
   * @param members positions of the rules that count
   */
  Services(RuleSet rules, int[] members) {
    Map<Service, Integer> numbers = new HashMap<>();
    ofRule = new int[rules.size()];
    for (int rule : members) {
      Service service =
          new Service(
              rules.portsFirst(rule),
              rules.portsSpan(rule),
              rules.protocol(rule),
              rules.protocolMask(rule));
      Integer number = numbers.putIfAbsent(service, numbers.size());
      ofRule[rule] = number == null ? numbers.size() - 1 : number;
    }
    services = new Service[numbers.size()];
    numbers.forEach((service, number) -> services[number] = service);
  }

  int size() {
    return services.length;
  }

  /**
   * @param rule position of a member
   */
  int ofRule(int rule) {
    return ofRule[rule];
  }

  /** Whether each header that {@code other} matches is matched by {@code service}. */
  boolean covers(int service, int other) {
    return service == other || services[service].covers(services[other]);
  }

  int firstSourcePort(int service) {
    return services[service].portsFirst >>> 16;
  }

  int lastSourcePort(int service) {
    return firstSourcePort(service) + (services[service].portsSpan >>> 16);
  }

  int firstDestinationPort(int service) {
    return services[service].portsFirst & 0xffff;
  }

  int lastDestinationPort(int service) {
    return firstDestinationPort(service) + (services[service].portsSpan & 0xffff);
  }

  /** 0..255, or -1 if any. */
  int protocol(int service) {
    return services[service].protocolMask == 0 ? -1 : services[service].protocol;
  }
}
