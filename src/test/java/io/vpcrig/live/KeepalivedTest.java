package io.vpcrig.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpcrig.live.vrrp.Refusal;
import io.vpcrig.testing.Netns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Debian's keepalived as the other router: each takes over from the other, when it dies and when it
 * stops, and of two masters one remains.
 */
@Timeout(value = 90, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class KeepalivedTest {
  private static final String OURS = "10.10.1.2";
  private static final String THEIRS = "10.10.1.3";
  private static final int OUR_PRIORITY = 100;
  private static final int THEIR_PRIORITY = 150;

  /** What a busy machine may add to a time-out. */
  private static final long MARGIN_US = 400_000;

  /** What keepalived's own timers may be early. */
  private static final long EARLY_US = 20_000;

  @TempDir private Path folder;

  private Switch wires;
  private Process keepalived;

  private void keepalive(int version, String interval, String authentication) throws IOException {
    Path file = folder.resolve("keepalived.conf");
    String secret =
        authentication.equals("none")
            ? ""
            : "authentication {\n auth_type %s\n auth_pass s3cretpw\n }".formatted(authentication);
    Files.writeString(
        file,
        """
        global_defs {
          vrrp_version %d
        }
        vrrp_instance inside_network {
          state BACKUP
          interface web
          virtual_router_id 51
          nopreempt
          priority %d
          advert_int %s
          %s
          virtual_ipaddress {
            10.10.1.1/24 dev web
          }
        }
        """
            .formatted(version, THEIR_PRIORITY, interval, secret));
    keepalived =
        new ProcessBuilder(
                "ip",
                "netns",
                "exec",
                wires.name("theirs"),
                "keepalived",
                "-n",
                "-l",
                "-P",
                "-f",
                file.toString(),
                "-p",
                folder.resolve("pid").toString(),
                "-r",
                folder.resolve("vrrp.pid").toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
            .start();
  }

  private void endKeepalived() throws IOException {
    keepalived.destroy();
    try {
      assertTrue(keepalived.waitFor(10, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private boolean worksThere() {
    try {
      return Netns.in(wires.name("theirs"), "", "ip", "-4", "-o", "address", "show", "dev", "web")
          .contains("10.10.1.1/");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whose MAC the gateway has for a host that is told of changes only, once that answers. */
  private String gatewayMac() throws IOException {
    String[] ping = {"ping", "-n", "-c", "1", "-W", "1", "10.10.1.1"};
    Switch.await(
        "the gateway's answer",
        () -> {
          try {
            return Netns.in(wires.name("host"), "", ping).contains(" 0% packet loss");
          } catch (IOException e) {
            return false;
          }
        });
    return Netns.in(wires.name("host"), "", "ip", "neigh", "show", "10.10.1.1")
        .replaceAll("(?s).*lladdr ([0-9a-f:]+) .*", "$1");
  }

  private static void assertWithin(String what, long boundUs, long us, boolean exact) {
    assertTrue(
        us <= boundUs + MARGIN_US && (!exact || us >= boundUs - EARLY_US),
        what + " after " + us + " us, expected " + boundUs);
  }

  @ParameterizedTest
  @CsvSource({"2, 1, 1s, AH, ah", "3, 0.1, 100ms, none, none"})
  void eachTakesOverFromTheOther(
      int version, String theirInterval, String interval, String theirs, String ours)
      throws IOException {
    Optional<String> missing = Switch.missing("keepalived");
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    long intervalUs = version == 2 ? 1_000_000 : 100_000;
    long scaleUs = version == 2 ? 1_000_000 : intervalUs;
    long ourSkewUs = (256 - OUR_PRIORITY) * scaleUs / 256;
    long theirSkewUs = (256 - THEIR_PRIORITY) * scaleUs / 256;
    String redundancy =
        "segment: web, version: %d, interval: %s, authentication: %s%s"
            .formatted(version, interval, ours, ours.equals("none") ? "" : ", secret: s3cretpw");
    try (Switch made = new Switch("web", "pub")) {
      wires = made;
      wires.machine("host", "web");
      wires.address("host", "web", "10.10.1.10/24", "10.10.1.1");
      wires.machine("ours", "web", "pub");
      wires.machine("theirs", "web");
      wires.address("theirs", "web", THEIRS + "/24", "");
      wires.witness("web");
      keepalive(version, theirInterval, theirs);
      Switch.await("their advertisements", () -> wires.lastOf(THEIRS).isPresent());
      try (Twin twin = new Twin(wires, "ours", redundancy, OURS, OUR_PRIORITY)) {
        Standby standby = twin.router().duty().standby().orElseThrow();
        // More than three intervals and the skew, where that does not take seconds.
        int enough = version == 2 ? 2 : 8;
        Switch.await("they are heard", () -> standby.count(Standby.HEARD) >= enough);
        Switch.await("they work", this::worksThere);
        assertEquals(Optional.empty(), wires.lastOf(OURS), "we heard them and stood by");
        String their = gatewayMac();

        wires.cut("theirs", false, "web");
        assertWithin(
            "their death: we", 3 * intervalUs + ourSkewUs, wires.takeoverUs(THEIRS, OURS), true);
        assertTrue(twin.works());
        assertEquals("02:00:0a:0a:01:01", gatewayMac());

        wires.cut("theirs", true, "web");
        Switch.await("we give way to the better one", () -> !twin.works());
        assertEquals(their, gatewayMac(), "they told where the gateway is");

        endKeepalived();
        Switch.await("they say so", () -> wires.lastOf(THEIRS).orElseThrow().priority() == 0);
        assertWithin("their stop: we", ourSkewUs, wires.takeoverUs(THEIRS, OURS), true);

        keepalive(version, theirInterval, theirs);
        Switch.await("they are there again", () -> timesBegun() == 2);
        pause(2 * intervalUs);
        assertTrue(twin.works() && !worksThere(), "they heard us and stood by");
        assertEquals(0, standby.count(Refusal.AUTHENTICATION.ordinal()));
        twin.stop();
        Switch.await("we say so", () -> wires.lastOf(OURS).orElseThrow().priority() == 0);
        assertWithin("our stop: they", theirSkewUs, wires.takeoverUs(OURS, THEIRS), false);
        assertEquals(their, gatewayMac());
      } finally {
        keepalived.descendants().forEach(ProcessHandle::destroyForcibly);
        keepalived.destroyForcibly();
      }
    }
  }

  /** How often keepalived began to listen. */
  private long timesBegun() {
    try {
      return Files.readAllLines(folder.resolve("log")).stream()
          .filter(line -> line.contains("Entering BACKUP STATE (init)"))
          .count();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void pause(long us) throws IOException {
    try {
      TimeUnit.MICROSECONDS.sleep(us);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
