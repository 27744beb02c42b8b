package io.vpcrig.config;

import io.vpcrig.model.Host;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.LoadBalancer;
import java.util.HashMap;
import java.util.Map;

/** What must hold between the virtual addresses of internal load balancers and hosts. */
final class BalanceChecks {
  private final Draft draft;

  BalanceChecks(Draft draft) {
    this.draft = draft;
  }

  void run() {
    Map<Integer, Host> taken = new HashMap<>(draft.hostsByAddress);
    draft.staticNats.forEach(nat -> take(taken, nat.value().host()));
    draft.portForwards.forEach(forward -> take(taken, forward.value().host()));
    draft.loadBalancers.forEach(
        balancer -> balancer.value().members().forEach(member -> take(taken, member.host())));
    for (Located<LoadBalancer> located : draft.loadBalancers) {
      LoadBalancer balancer = located.value();
      Host host = balancer.internal() ? taken.get(balancer.address()) : null;
      if (host != null) {
        located
            .fields()
            .at("address")
            .error(
                "address "
                    + Ipv4Text.format(balancer.address())
                    + " is host "
                    + host.name()
                    + "'s (line "
                    + host.origin().line()
                    + "), legal an address of tier "
                    + balancer.tier()
                    + " that no host has; choose another");
      }
    }
  }

  private static void take(Map<Integer, Host> taken, Host host) {
    taken.putIfAbsent(host.address(), host);
  }
}
