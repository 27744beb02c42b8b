package io.vpcrig.live.vrrp;

import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Redundancy;
import io.vpcrig.model.Redundancy.Authentication;
import java.time.Duration;
import java.util.Optional;

/** Settings for tests, by what they are about. */
final class Settings {
  private Settings() {}

  static Redundancy second(Authentication authentication, String secret) {
    return of(2, 100, 100, false, 0, authentication, secret);
  }

  static Redundancy third(int priority, int intervalCs, boolean preempt) {
    return of(3, priority, intervalCs, preempt, 0, Authentication.NONE, "");
  }

  static Redundancy of(
      int version,
      int priority,
      int intervalCs,
      boolean preempt,
      int preemptDelayMs,
      Authentication authentication,
      String secret) {
    return new Redundancy(
        "web",
        Optional.of(Ipv4Text.parse("10.10.1.2")),
        51,
        version,
        priority,
        intervalCs,
        preempt,
        Duration.ofMillis(preemptDelayMs),
        authentication,
        secret,
        false);
  }
}
