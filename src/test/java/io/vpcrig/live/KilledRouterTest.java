package io.vpcrig.live;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two processes of {@code forward} with one VPC file, one of which is killed. */
@Timeout(value = 90, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class KilledRouterTest {
  private static final String[] WIRES = {"web", "pub", "sync"};
  private static final String[] NAMES = {"one", "two"};
  private static final String[] ADDRESSES = {"10.10.1.2", "10.10.1.3"};
  private static final int INTERVAL_US = 50_000;

  /** Priority 100. */
  private static final int BOUND_US = 3 * INTERVAL_US + 156 * INTERVAL_US / 256;

  /** What a busy machine may add. */
  private static final int MARGIN_US = 500_000;

  @TempDir private Path folder;

  private Process router(Switch wires, int which) throws IOException {
    Path vpc = folder.resolve("vpc.yaml");
    Files.writeString(
        vpc, Twin.VPC.formatted("version: 3, interval: " + INTERVAL_US / 1000 + "ms"));
    List<String> command =
        List.of(
            "ip",
            "netns",
            "exec",
            wires.name(NAMES[which]),
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-opens",
            "java.base/jdk.internal.misc=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            "io.vpcrig.Main",
            "forward",
            vpc.toString(),
            "--port",
            "web=web",
            "--port",
            "public=pub",
            "--sessions",
            "10000",
            "--vrrp",
            ADDRESSES[which] + ",100",
            "--sync",
            "192.0.2." + (which + 1) + ",192.0.2." + (2 - which));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve(NAMES[which]).toFile())
        .start();
  }

  private boolean says(int which, String what) {
    try {
      return Files.readString(folder.resolve(NAMES[which])).contains(what);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void connectionsSurviveTheDeathOfTheirRouter() throws Exception {
    Optional<String> missing = Switch.missing();
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    Process[] routers = new Process[2];
    try (Switch wires = new Switch(WIRES)) {
      wires.machine("host", "web");
      wires.address("host", "web", "10.10.1.10/24", "10.10.1.1");
      wires.machine("out", "pub");
      wires.address("out", "pub", "203.0.113.1/24", "");
      for (int k = 0; k < 2; k++) {
        wires.machine(NAMES[k], WIRES);
        wires.address(NAMES[k], "sync", "192.0.2." + (k + 1) + "/24", "");
      }
      wires.witness("web");
      routers[0] = router(wires, 0);
      Switch.await("one works", () -> says(0, "state=master"));
      routers[1] = router(wires, 1);
      Switch.await("two is there", () -> says(1, "event=start"));
      Talk talk = new Talk(wires, "host", "out", "203.0.113.1");
      talk.goOn("the beginning");
      assertTrue(wires.lastOf(ADDRESSES[1]).isEmpty(), "two stood by");
      TimeUnit.MILLISECONDS.sleep(200); // Long enough for two to ask for everything and get it.
      routers[0].destroyForcibly().waitFor();
      long takenUs = wires.takeoverUs(ADDRESSES[0], ADDRESSES[1]);
      talk.goOn("the death of one");
      talk.end("203.0.113.10");
      assertTrue(
          takenUs <= BOUND_US + MARGIN_US, "taken over after " + takenUs + " us, not " + BOUND_US);
      assertTrue(says(1, "state=master"));
    } finally {
      for (Process router : routers) {
        if (router != null) {
          router.destroyForcibly();
        }
      }
    }
  }
}
