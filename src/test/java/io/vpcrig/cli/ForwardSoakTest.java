package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vpcrig.testing.Netns;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything that can happen to a router, at once: mixed traffic, a reload every second, interfaces
 * that go down and up, hosts with a new MAC, malformed frames, taps. For a moment in every build;
 * {@code mvn -Psoak test} for an hour.
 */
@Timeout(value = 2, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ForwardSoakTest {
  private static final int SECONDS = Integer.getInteger("vpcrig.soak.seconds", 20);
  private static final int MALFORMED_EACH_SECOND = 30;
  private static final int FORBIDDEN = 9_999;
  private static final long MOST_GROWTH_KB = 64 << 10;

  private final AtomicLong forbidden = new AtomicLong();
  private final AtomicLong visits = new AtomicLong();
  private final List<String> lostVisits = new ArrayList<>();
  private volatile boolean stopped;

  @Test
  void everythingAtOnceBreaksNothing(@TempDir Path folder) throws Exception {
    LiveLab.missing().ifPresent(why -> assumeTrue(false, why));
    try (LiveLab lab = new LiveLab(folder)) {
      List<String> command = lab.command("--log", folder.resolve("log").toString());
      command.add(command.indexOf("-cp"), "-Xmx192m");
      try (VpcrigProcess router = new VpcrigProcess(folder, command)) {
        router.await(() -> Files.exists(lab.control) && lab.status().isPresent());
        try {
          soak(lab, router);
        } catch (IOException e) {
          throw new AssertionError(router.printed() + Files.readString(folder.resolve("log")), e);
        }
      }
    }
  }

  private void soak(LiveLab lab, VpcrigProcess router) throws Exception {
    try (ServerSocket web = lab.listen("web", "10.10.1.10", 8080);
        ServerSocket out = lab.listen("out", "203.0.113.1", 5000);
        ServerSocket visited = lab.listen("web", "10.10.1.10", 8081);
        ServerSocket shut = lab.listen("web", "10.10.1.10", FORBIDDEN);
        DatagramSocket shutUdp = udp(lab, "web", "10.10.1.10", FORBIDDEN);
        SoakTalk toTier = new SoakTalk(lab, "app", "10.10.1.10", 8080, web);
        SoakTalk toForward = new SoakTalk(lab, "out", "203.0.113.11", 80, web);
        SoakTalk toOutside = new SoakTalk(lab, "app", "203.0.113.1", 5000, out);
        SoakFrames fromApp = new SoakFrames(lab, "app", "10.10.2.10", "10.10.2.1", 1);
        SoakFrames fromOut = new SoakFrames(lab, "out", "203.0.113.1", "203.0.113.10", 2);
        DatagramSocket knocking = udp(lab, "app", "10.10.2.10", 0)) {
      List<SoakTalk> talks = List.of(toTier, toForward, toOutside);
      start(() -> count(shut));
      start(() -> count(shutUdp));
      start(() -> answer(visited));
      start(() -> visit(lab));
      long begin = System.nanoTime();
      long refused = 0;
      Health early = null;
      for (int second = 1; second <= SECONDS; second++) {
        refused += reload(lab, second) ? 0 : 1;
        fromApp.send(MALFORMED_EACH_SECOND / 2);
        fromOut.send(MALFORMED_EACH_SECOND / 2);
        knock(lab, knocking);
        disturb(lab, second);
        assertTalking(talks, router);
        if (second == Math.max(5, SECONDS / 3)) {
          early = Health.of(router.pid());
        }
        long rest = begin + second * 1_000_000_000L - System.nanoTime();
        TimeUnit.NANOSECONDS.sleep(Math.max(0, rest));
      }
      calmDown(talks, router);
      Health late = Health.of(router.pid());
      JsonNode status = lab.status().orElseThrow();
      stopped = true;
      lab.ask("stop");
      assertEquals(ExitCode.OK, router.end(), router.printed());
      assertEquals(0, forbidden.get(), "something came to a port that no list ever let it to");
      assertEquals(List.of(), lostVisits, "connections that could not begin");
      assertEquals(1 + SECONDS - refused, status.path("generation").asInt());
      early.assertNotMuchLessThan(late);
      assertCountsAddUp(lab);
      System.err.printf(
          "soak of %d s: %s rounds of talk, %d visits, %d reloads and %d refused, %d malformed"
              + " frames (corpus %d), %s then %s%n",
          SECONDS,
          talks.stream().map(talk -> Long.toString(talk.rounds())).toList(),
          visits.get(),
          SECONDS - refused,
          refused,
          fromApp.sent() + fromOut.sent(),
          fromApp.corpusSize(),
          early,
          late);
    }
  }

  // --- traffic ---

  private static void start(Runnable work) {
    Thread.ofPlatform().daemon().start(work);
  }

  private static DatagramSocket udp(LiveLab lab, String host, String address, int port)
      throws IOException {
    return Netns.inside(
        lab.namespace(host), () -> new DatagramSocket(port, InetAddress.getByName(address)));
  }

  /** Nobody may come here. */
  private void count(ServerSocket shut) {
    try {
      while (true) {
        shut.accept().close();
        forbidden.incrementAndGet();
      }
    } catch (IOException e) {
      return; // The test is over.
    }
  }

  private void count(DatagramSocket shut) {
    try {
      while (true) {
        shut.receive(new DatagramPacket(new byte[2_000], 2_000));
        forbidden.incrementAndGet();
      }
    } catch (IOException e) {
      return; // The test is over.
    }
  }

  private void answer(ServerSocket visited) {
    try {
      while (true) {
        try (Socket guest = visited.accept()) {
          guest.setSoTimeout(10_000);
          guest.getOutputStream().write(guest.getInputStream().read());
        } catch (SocketTimeoutException e) {
          continue; // The guest says on its side what was wrong.
        }
      }
    } catch (IOException e) {
      return; // The test is over.
    }
  }

  /** Short connections, one after the other. */
  private void visit(LiveLab lab) {
    while (!stopped) {
      try (Socket guest = lab.connect("app", "10.10.1.10", 8081, 20_000)) {
        guest.setSoTimeout(20_000);
        guest.getOutputStream().write(7);
        if (guest.getInputStream().read() != 7) {
          throw new IOException("no answer");
        }
        visits.incrementAndGet();
        Thread.sleep(50);
      } catch (IOException | InterruptedException e) {
        if (!stopped) {
          lostVisits.add(e.toString());
        }
      }
    }
  }

  private static void knock(LiveLab lab, DatagramSocket knocking) throws IOException {
    for (int k = 0; k < 5; k++) {
      knocking.send(
          new DatagramPacket(new byte[10], 10, new InetSocketAddress("10.10.1.10", FORBIDDEN)));
    }
    try (Socket socket = lab.connect("app", "10.10.1.10", FORBIDDEN, 50)) {
      throw new AssertionError("connected to a forbidden port: " + socket);
    } catch (IOException e) {
      return; // As it should be.
    }
  }

  private static void assertTalking(List<SoakTalk> talks, VpcrigProcess router) throws IOException {
    for (SoakTalk talk : talks) {
      assertNull(talk.failure(), talk.name + "\n" + router.printed());
    }
  }

  /** All connections go on after the last disturbance. */
  private static void calmDown(List<SoakTalk> talks, VpcrigProcess router) throws Exception {
    for (SoakTalk talk : talks) {
      long rounds = talk.rounds();
      router.await(() -> talk.rounds() > rounds + 5 || talk.failure() != null);
    }
    assertTalking(talks, router);
  }

  // --- what happens to the router ---

  /** Another VPC file, in turn; one in seven has faults. Answers whether it was taken. */
  private static boolean reload(LiveLab lab, int second) throws IOException {
    String rules = LiveLab.RULES;
    boolean faulty = second % 7 == 0;
    switch (second % 7) {
      case 0 -> lab.write("vpc: {name: lab, cidr: nonsense}\n");
      case 1 -> lab.writeVpc(rules.replace("8000-8999", "8000-8100"));
      case 2 -> lab.write(LiveLab.vpcWithTier(rules));
      case 3 ->
          lab.writeVpc(
              "    - {number: 5, direction: ingress, action: deny, protocol: udp, cidr:"
                  + " 0.0.0.0/0}\n"
                  + rules);
      case 4 -> lab.writeVpc(many(second) + rules);
      default -> lab.writeVpc(rules);
    }
    JsonNode answer = lab.ask("reload");
    assertEquals(!faulty, answer.path("ok").asBoolean(), answer::toString);
    return !faulty;
  }

  private static String many(int second) {
    StringBuilder rules = new StringBuilder();
    for (int k = 0; k < 200; k++) {
      rules.append(
          "    - {number: %d, direction: ingress, action: deny, protocol: tcp, ports: %d, cidr: 172.16.%d.0/24}%n"
              .formatted(1_000 + k, 100 + k, (second + k) % 256));
    }
    return rules.toString();
  }

  private static void disturb(LiveLab lab, int second) throws Exception {
    if (second % 5 == 0) {
      String host = LiveLab.HOSTS.get(second / 5 % LiveLab.HOSTS.size());
      LiveLab.ip(lab.router(), "link set p-" + host + " down\n");
      Thread.sleep(200);
      LiveLab.ip(lab.router(), "link set p-" + host + " up\n");
    } else if (second % 4 == 1) {
      String host = LiveLab.HOSTS.get(second / 4 % LiveLab.HOSTS.size());
      LiveLab.ip(
          lab.namespace(host),
          "link set end address 02:bb:00:00:%02x:%02x%n"
              .formatted(second >> 8 & 255, second & 255));
    }
    if (second % 3 == 0) {
      try (ControlClient client = new ControlClient(lab.control)) {
        client.send(second % 2 == 0 ? "tap first-packet count=20" : "trace count=5 filter=tcp");
        client.next();
      }
    }
  }

  // --- how the router is ---

  /** What a process uses. */
  private record Health(int files, int threads, long residentKb) {
    static Health of(long pid) throws IOException {
      int files = 0;
      try (var open = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
        for (Path file : open) {
          files += file.toString().isEmpty() ? 0 : 1;
        }
      }
      String status = Files.readString(Path.of("/proc/" + pid + "/status"));
      return new Health(files, (int) number(status, "Threads:"), number(status, "VmRSS:"));
    }

    private static long number(String status, String key) {
      return status
          .lines()
          .filter(line -> line.startsWith(key))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst()
          .orElseThrow();
    }

    void assertNotMuchLessThan(Health late) {
      assertTrue(late.files <= files + 5, this + " then " + late);
      assertTrue(late.threads <= threads + 8, this + " then " + late);
      assertTrue(late.residentKb <= residentKb + MOST_GROWTH_KB, this + " then " + late);
    }
  }

  private static void assertCountsAddUp(LiveLab lab) throws IOException {
    long sum = lab.counter("held", "");
    for (String verdict : new String[] {"forward", "drop", "switch", "local"}) {
      sum += lab.counter("verdicts", verdict);
    }
    assertEquals(lab.counter("frames", ""), sum);
    assertTrue(lab.counter("drops", "") > 0);
    assertEquals(lab.counter("verdicts", "drop"), lab.counter("drops", ""));
  }
}
