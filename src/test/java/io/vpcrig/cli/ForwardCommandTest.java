package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vpcrig.testing.Netns;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A running router as its operator has it: counters, log, reloads, the control socket, its end. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ForwardCommandTest {
  @TempDir private Path folder;
  private LiveLab lab;

  @BeforeEach
  void build() throws IOException {
    LiveLab.missing().ifPresent(why -> assumeTrue(false, why));
    lab = new LiveLab(folder);
  }

  @AfterEach
  void remove() throws IOException {
    if (lab != null) {
      lab.close();
    }
  }

  private static void echo(Socket client, Socket server, int value) throws IOException {
    client.setSoTimeout(5_000);
    server.setSoTimeout(5_000);
    client.getOutputStream().write(value);
    assertEquals(value, server.getInputStream().read());
    server.getOutputStream().write(value + 1);
    assertEquals(value + 1, client.getInputStream().read());
  }

  @Test
  void countersTellOfSegmentsPortsRulesDropsAndGenerations() throws Exception {
    try (VpcrigProcess router = lab.start()) {
      lab.ping("app", "10.10.1.10", 5);
      assertThrows(IOException.class, () -> lab.connect("app", "10.10.1.10", 22, 300));
      router.await(
          () -> counted("rule.packets", "20") >= 10 && counted("drops", "acl.deny.default") >= 1);
      assertTrue(lab.counter("segment.in", "app") >= 5);
      assertTrue(lab.counter("segment.out", "web") >= 5);
      assertTrue(lab.counter("segment.drops", "app") >= 1);
      assertTrue(lab.counter("port.received", "p-app") >= 6);
      assertTrue(lab.counter("port.sent", "p-web") >= 5);
      assertTrue(lab.counter("sessions.created", "") >= 1);
      assertEquals(2, lab.counter("neighbours", ""));
      assertTrue(
          lab.counters().path("examples").toString().contains("10.10.1.10:22"),
          () -> "no example of the drop");
      lab.ask("reload");
      router.await(() -> counted("generation", "") == 2);
    }
  }

  private long counted(String name, String label) {
    try {
      return lab.counter(name, label);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aReloadKeepsConnectionsAndGivesEachRuleItsCounts() throws Exception {
    try (VpcrigProcess router = lab.start();
        ServerSocket listener = lab.listen("web", "10.10.1.10", 8080);
        Socket client = lab.connect("app", "10.10.1.10", 8080, 5_000);
        Socket server = listener.accept()) {
      echo(client, server, 1);
      router.await(() -> counted("rule.packets", "10") >= 5);
      // Another rule stands before the others, another segment before web, and nobody may begin.
      lab.write(
          LiveLab.vpcWithTier(
              "    - {number: 5, direction: ingress, action: deny, protocol: tcp, cidr:"
                  + " 0.0.0.0/0}\n"
                  + LiveLab.RULES));
      JsonNode answer = lab.ask("reload");
      assertTrue(answer.path("ok").asBoolean(), answer::toString);
      assertEquals(2, answer.path("generation").asInt());
      long before = lab.counter("rule.packets", "10");
      long in = lab.counter("segment.in", "app");
      for (int k = 0; k < 40; k++) {
        echo(client, server, k);
      }
      router.await(() -> counted("rule.packets", "10") >= before + 80);
      assertEquals(0, lab.counter("rule.packets", "5"));
      router.await(() -> counted("segment.in", "app") >= in + 40);
      assertThrows(IOException.class, () -> lab.connect("app", "10.10.1.10", 8080, 300));
      router.await(() -> counted("rule.packets", "5") >= 1);
    }
  }

  @Test
  void aHostWithANewMacGetsWhatItsConnectionsAreSentAtOnce() throws Exception {
    try (VpcrigProcess router = lab.start();
        ServerSocket listener = lab.listen("web", "10.10.1.10", 8080);
        Socket client = lab.connect("app", "10.10.1.10", 8080, 5_000);
        Socket server = listener.accept()) {
      assertTrue(router.pid() > 0);
      for (int k = 0; k < 5; k++) {
        echo(client, server, k);
        // The host that hears next has said nothing since but that it has another MAC.
        LiveLab.ip(lab.namespace("web"), "link set end address 02:cc:00:00:00:0" + k + "\n");
      }
    }
  }

  @Test
  void aReloadTellsAllOfAddressesThatAreNew() throws Exception {
    try (VpcrigProcess router = lab.start()) {
      String forth = Netns.in(lab.namespace("out"), "", "ping", "-c1", "-W2", "203.0.113.11");
      assertTrue(forth.contains(" 0% packet loss"), forth);
      String mac = neighbour("203.0.113.11");
      LiveLab.ip(
          lab.namespace("out"),
          "neigh replace 203.0.113.12 lladdr 02:dd:00:00:00:01 dev end nud stale\n");
      lab.write(
          Files.readString(lab.vpc)
              .replace(
                  "source-nat:", "static-nat: [{public: 203.0.113.12, host: web1}]\nsource-nat:"));
      assertTrue(lab.ask("reload").path("ok").asBoolean());
      router.await(() -> neighbour("203.0.113.12").equals(mac));
    }
  }

  /** The MAC that the host outside has for an address. */
  private String neighbour(String address) {
    try {
      return Netns.in(lab.namespace("out"), "", "ip", "neigh", "show", address)
          .replaceAll("(?s).*lladdr ([0-9a-f:]+).*", "$1");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatCantBeTakenIsRefusedAndTheRouterGoesOn() throws Exception {
    try (VpcrigProcess router =
        lab.start("--log", folder.resolve("log").toString(), "--format=json")) {
      lab.write("vpc: {name: lab\n");
      assertRefused("", lab.ask("reload"));
      lab.write(LiveLab.vpcWithoutApp(LiveLab.RULES));
      assertRefused("'app'", lab.ask("reload"));
      Files.delete(lab.vpc);
      assertRefused("no such file", lab.ask("reload"));
      assertRefused("no verb", lab.ask("relaod"));
      assertRefused("takes no arguments", lab.ask("reload now"));
      assertTrue(lab.ping("app", "10.10.1.10", 2).contains(" 0% packet loss"));
      assertEquals(1, lab.status().orElseThrow().path("generation").asInt());
      boolean told = false;
      for (String line : Files.readAllLines(folder.resolve("log"))) {
        JsonNode event = new ObjectMapper().readTree(line);
        assertTrue(event.path("time").asText().endsWith("Z"), line);
        told |= event.path("event").asText().equals("refused");
      }
      assertTrue(told);
      lab.ask("stop");
      assertEquals(ExitCode.OK, router.end());
    }
  }

  private static void assertRefused(String why, JsonNode answer) {
    assertFalse(answer.path("ok").asBoolean(), answer::toString);
    assertTrue(answer.path("problem").asText().contains(why), answer::toString);
  }

  @Test
  void aWatchedFileIsReadAgainWhenItHasChanged() throws Exception {
    try (VpcrigProcess router = lab.start("--watch")) {
      lab.writeVpc(LiveLab.RULES.replace("8000-8999", "9000-9999"));
      router.await(() -> lab.status().orElseThrow().path("generation").asInt() == 2);
      assertTrue(router.printed().contains("event=reload cause=file"), router.printed());
    }
  }

  @Test
  void theLogShowsSomeDropsAndCountsTheOthersAndTellsOfLinks() throws Exception {
    try (VpcrigProcess router = lab.start()) {
      Netns.in(
          lab.namespace("app"),
          "",
          "bash",
          "-c",
          "for k in $(seq 400); do echo > /dev/udp/10.10.1.10/53; sleep 0.01; done");
      router.await(() -> occurrences(router, "event=drop reason=acl.deny.default") >= 5);
      LiveLab.ip(lab.namespace("out"), "link set end down\n");
      router.await(() -> occurrences(router, "port=p-out state=down") == 1);
      LiveLab.ip(lab.namespace("out"), "link set end up\n");
      router.await(() -> occurrences(router, "port=p-out state=up") == 1);
      String log = router.printed();
      int drops = occurrences(router, "event=drop reason=acl.deny.default");
      assertTrue(drops < 20, log);
      assertTrue(log.contains("reason=acl.deny.default in=app flow=\"udp 10.10.2.10:"), log);
      assertTrue(log.matches("(?s).* suppressed=[1-9][0-9]+\n.*"), log);
    }
  }

  private static int occurrences(VpcrigProcess router, String text) {
    try {
      return router.printed().split(text, -1).length - 1;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void itStopsWhenToldAndLeavesNothingBehind() throws Exception {
    String before = Netns.in(lab.router(), "", "ip", "-br", "address");
    try (VpcrigProcess router = lab.start()) {
      assertEquals(
          "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(lab.control)));
      assertEquals(ExitCode.USAGE, new VpcrigProcess(folder, lab.command()).end(), "a second one");
      assertTrue(lab.ask("stop").path("ok").asBoolean());
      assertEquals(ExitCode.OK, router.end());
      assertTrue(router.printed().contains("event=stop"), router.printed());
    }
    assertFalse(Files.exists(lab.control));
    assertEquals(before, Netns.in(lab.router(), "", "ip", "-br", "address"));
    assertEquals("", Netns.in(lab.router(), "", "ip", "route"));
  }

  @Test
  void withoutRightsAfterPortsAreOpenEverythingGoesOn() throws Exception {
    // The user has to get at the VPC file, and to write the counters beside it.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.setPosixFilePermissions(lab.vpc, PosixFilePermissions.fromString("rw-r--r--"));
    try (VpcrigProcess router = lab.start("--user", "nobody", "--watch")) {
      String nobody = Netns.run("", "id", "-u", "nobody").strip();
      int threads = 0;
      try (var tasks = Files.newDirectoryStream(Path.of("/proc/" + router.pid() + "/task"))) {
        for (Path task : tasks) {
          String status = Files.readString(task.resolve("status"));
          assertTrue(status.contains("Uid:" + ("\t" + nobody).repeat(4) + "\n"), status);
          for (String set : new String[] {"CapPrm", "CapEff", "CapInh", "CapAmb"}) {
            assertTrue(status.contains(set + ":\t0000000000000000\n"), status);
          }
          threads++;
        }
      }
      assertTrue(threads > 5, "threads: " + threads);
      assertEquals("nobody", Files.getOwner(lab.control).getName());
      assertEquals("nobody", Files.getOwner(lab.counters).getName());
      assertTrue(lab.ping("app", "10.10.1.10", 3).contains(" 0% packet loss"));
      lab.writeVpc(LiveLab.RULES.replace("8000-8999", "9000-9999"));
      router.await(() -> lab.status().orElseThrow().path("generation").asInt() == 2);
      assertTrue(lab.ask("reload").path("ok").asBoolean());
      assertTrue(lab.ping("app", "10.10.1.10", 3).contains(" 0% packet loss"));
      lab.ask("stop");
      assertEquals(ExitCode.OK, router.end());
    }
  }

  @Test
  void whatIsNotToBeHadIsOneSentence() throws Exception {
    assertOneSentence("user nosuch: there is none of this name", lab.command("--user", "nosuch"));
    assertOneSentence("user root: is root", lab.command("--user", "root"));
    List<String> elsewhere = lab.command();
    elsewhere.set(elsewhere.indexOf(lab.control.toString()), "/nonexistent/folder/c");
    assertOneSentence("its folder does not exist", elsewhere);
    assertOneSentence("/nonexistent/log", lab.command("--log", "/nonexistent/log"));
    LiveLab.ip(lab.router(), "link set p-app down\n");
    assertOneSentence("interface p-app: is down", lab.command());
    LiveLab.ip(lab.router(), "link delete p-app\n");
    assertOneSentence("interface p-app: there is none of this name", lab.command());
  }

  @Test
  void withoutRightsFromTheStartItIsOneSentence() throws Exception {
    List<String> command = lab.command();
    command.addAll(4, List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"));
    assertOneSentence("need root or the capability CAP_NET_RAW", command);
  }

  private void assertOneSentence(String sentence, List<String> command) throws Exception {
    try (VpcrigProcess refused = new VpcrigProcess(folder, command)) {
      assertEquals(ExitCode.USAGE, refused.end(), refused.printed());
      String printed = refused.printed();
      assertTrue(printed.contains(sentence), printed);
      List<String> lines = printed.lines().filter(line -> !line.startsWith("time=")).toList();
      assertEquals(1, lines.size(), printed);
      assertFalse(printed.contains("Exception"), printed);
    }
  }

  @Test
  void afterAKillTheNextOneTakesOverAtOnce() throws Exception {
    try (VpcrigProcess first = lab.start()) {
      assertTrue(lab.ping("app", "10.10.1.10", 2).contains(" 0% packet loss"));
      first.kill();
      long start = System.nanoTime();
      try (VpcrigProcess next = lab.start()) {
        lab.ping("app", "10.10.1.10", 1);
        double seconds = (System.nanoTime() - start) / 1e9;
        // With the launcher's archive it takes less than a second; here, without, and busy, more.
        assertTrue(seconds < 10 && next.pid() != first.pid(), () -> seconds + " s");
        assertEquals("", Netns.in(lab.router(), "", "ip", "route"));
      }
    }
  }
}
