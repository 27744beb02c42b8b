package io.vpcrig.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpcrig.testing.Netns;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The router's own TCP with a kernel at the far end, and a wire that loses frames. */
@Timeout(value = 90, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class LossyGuestTest {
  private static final int LENGTH = 100_000;

  @Test
  void userDataComesWholeThroughAWireThatLosesOneFrameInTwenty() throws IOException {
    Optional<String> missing = Netns.missing("ping", "curl");
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    StringBuilder data = new StringBuilder();
    SplittableRandom random = new SplittableRandom(9);
    while (data.length() < LENGTH) {
      data.append((char) ('a' + random.nextInt(26)));
    }
    List<LossyPort> wires = new ArrayList<>();
    try (Lab lab = new Lab()) {
      lab.through(
          port -> {
            LossyPort lossy = new LossyPort(port, 0.05, 17 + wires.size());
            wires.add(lossy);
            return lossy;
          });
      lab.start(
          Lab.VPC.replace("web1: {tier: web,", "web1: {user-data: \"" + data + "\", tier: web,"),
          "web=p-web");
      assertEquals(
          data.toString(),
          Netns.in(
              Lab.namespace("web"),
              "",
              "curl",
              "-sS",
              "--max-time",
              "60",
              "http://10.10.1.1/latest/user-data"));
    }
    assertTrue(wires.getFirst().lost() > 2, () -> wires.getFirst().lost() + " lost");
  }
}
