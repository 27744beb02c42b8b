package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Ipv4;
import io.vpcrig.io.CaptureReader;
import io.vpcrig.io.Captures;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Looking into a running router: what its taps capture and its traces tell. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TapAndTraceTest {
  @TempDir private Path folder;
  private LiveLab lab;
  private VpcrigProcess router;

  @BeforeEach
  void start() throws Exception {
    LiveLab.missing().ifPresent(why -> assumeTrue(false, why));
    lab = new LiveLab(folder);
    router = lab.start();
    lab.ping("app", "10.10.1.10", 1); // Neighbours are known then.
  }

  @AfterEach
  void stop() throws IOException {
    if (lab != null) {
      if (router != null) {
        router.close();
      }
      lab.close();
    }
  }

  private VpcrigProcess control(String... words) throws IOException {
    List<String> all = new ArrayList<>(List.of("control", lab.control.toString()));
    all.addAll(List.of(words));
    return new VpcrigProcess(folder, all.toArray(String[]::new));
  }

  /** Waits until the router shows its frames to so many taps more. */
  private void awaitTap(VpcrigProcess tap) throws Exception {
    // The header of the file comes when the tap is there.
    Path file = folder.resolve("tap.pcapng");
    tap.await(() -> Files.exists(file) && file.toFile().length() > 0);
    Thread.sleep(250);
  }

  private String tapped() throws IOException {
    return new String(
        Files.readAllBytes(folder.resolve("tap.pcapng")), StandardCharsets.ISO_8859_1);
  }

  @Test
  void aTapShowsWhatGoesOnAndWhatTheStageDecided() throws Exception {
    VpcrigProcess tap =
        control(
            "tap",
            "first-packet",
            "-w",
            folder.resolve("tap.pcapng").toString(),
            "-n",
            "2",
            "tcp",
            "port",
            "22",
            "or",
            "8080");
    awaitTap(tap);
    assertThrows(IOException.class, () -> lab.connect("app", "10.10.1.10", 22, 300));
    assertThrows(IOException.class, () -> lab.connect("app", "10.10.1.10", 8080, 300));
    assertEquals(ExitCode.OK, tap.end());
    String file = tapped();
    assertTrue(file.contains("first-packet: drop acl.deny.default web in=app gen=1"), file);
    assertTrue(file.contains("first-packet: goes on web#10 in=app out=web gen=1"), file);
    assertTrue(file.contains("p-app"), file);
  }

  @Test
  void aTapAtTheEndShowsAnswersOfTheRouterAndRewrittenFrames() throws Exception {
    VpcrigProcess tap =
        control("tap", "out", "-w", folder.resolve("tap.pcapng").toString(), "-n", "3", "icmp");
    awaitTap(tap);
    try {
      lab.ping("app", "10.10.2.1", 1);
    } catch (IOException e) {
      throw new AssertionError(router.printed() + tap.printed(), e);
    }
    lab.ping("app", "203.0.113.1", 1);
    assertEquals(ExitCode.OK, tap.end());
    try (CaptureReader reader = Captures.open(folder.resolve("tap.pcapng").toString());
        FrameBatch batch = new FrameBatch(16)) {
      List<String> sent = new ArrayList<>();
      while (reader.read(batch) > 0) {
        for (int i = 0; i < batch.size; i++) {
          int ip = batch.start[i] + 18;
          assertTrue(Ipv4.isValid(batch.bytes, ip, batch.length[i] - 18));
          assertEquals(0x8100, Ethernet.type(batch.bytes, batch.start[i]));
          sent.add(
              io.vpcrig.model.Ipv4Text.format(Ipv4.source(batch.bytes, ip))
                  + ">"
                  + io.vpcrig.model.Ipv4Text.format(Ipv4.destination(batch.bytes, ip)));
        }
        batch.clear();
      }
      assertTrue(
          sent.contains("10.10.2.1>10.10.2.10") || sent.contains("203.0.113.10>203.0.113.1"),
          sent::toString);
      assertTrue(sent.contains("203.0.113.10>203.0.113.1"), sent::toString);
    }
  }

  @Test
  void aTraceTellsWhyAndKnowsTheConnection() throws Exception {
    VpcrigProcess trace = control("trace", "-n", "3", "--format=json", "tcp", "port", "8080");
    Thread.sleep(1_500);
    try (ServerSocket listener = lab.listen("web", "10.10.1.10", 8080);
        Socket client = lab.connect("app", "10.10.1.10", 8080, 5_000);
        Socket server = listener.accept()) {
      client.getOutputStream().write(1);
      assertEquals(1, server.getInputStream().read());
    }
    assertEquals(ExitCode.OK, trace.end(), trace::toString);
    List<String> lines = trace.printed().lines().filter(line -> line.startsWith("{")).toList();
    assertEquals(3, lines.size(), trace.printed());
    JsonNode syn = read(lines.get(0));
    assertEquals("forward", syn.path("verdict").asText());
    assertEquals("acl.allow.rule", syn.path("reason").asText());
    assertEquals(10, syn.path("rule").asInt());
    assertTrue(syn.path("agrees").asBoolean(), syn::toString);
    assertTrue(syn.path("path").toString().contains("session created"), syn::toString);
    assertEquals("web", syn.path("story").path("out").asText());
    JsonNode synAck = read(lines.get(1));
    assertEquals("session.established", synAck.path("reason").asText());
    assertTrue(synAck.path("path").toString().contains("session hit (back)"), synAck::toString);
    assertTrue(synAck.path("agrees").asBoolean(), synAck::toString);
    assertTrue(
        synAck.path("session").path("opening").asText().endsWith("> 10.10.1.10:8080 via app"));
    assertTrue(read(lines.get(2)).path("path").toString().contains("session hit (forth)"));
  }

  private static JsonNode read(String line) throws IOException {
    return new com.fasterxml.jackson.databind.ObjectMapper().readTree(line);
  }

  @Test
  void aTraceOfADropNamesTheListThatDidNotLetItIn() throws Exception {
    VpcrigProcess trace = control("trace", "-n", "1", "tcp", "dst", "port", "22");
    Thread.sleep(1_500);
    assertThrows(IOException.class, () -> lab.connect("app", "10.10.1.10", 22, 300));
    assertEquals(ExitCode.OK, trace.end());
    String told = trace.printed();
    assertTrue(told.contains("done  drop  acl.deny.default  web"), told);
    assertTrue(told.contains("DENY  acl.deny.default  web default"), told);
    assertTrue(told.contains("<-- decides"), told);
  }

  @Test
  void whatMakesNoSenseIsRefused() throws Exception {
    assertRefused("no place 'nowhere'", lab.ask("tap nowhere"));
    assertRefused("filter: ", lab.ask("tap in filter=tcp prot 80"));
    assertRefused("legal from 1", lab.ask("tap in count=0"));
    assertRefused("legal count=N", lab.ask("trace tcp port 80"));
    assertRefused("legal 1..10000", lab.ask("trace count=10001"));
  }

  private static void assertRefused(String why, JsonNode answer) {
    assertTrue(
        !answer.path("ok").asBoolean() && answer.path("problem").asText().contains(why),
        answer::toString);
  }

  @Test
  void whoGoesTakesHisTapWithHim() throws Exception {
    for (int k = 0; k < 20; k++) {
      try (ControlClient client = new ControlClient(lab.control)) {
        client.send("tap in");
        client.next();
      }
    }
    // More than there can be at once: the ones that went have to be gone.
    router.await(
        () -> {
          try (ControlClient client = new ControlClient(lab.control)) {
            client.send("tap in count=1");
            lab.ping("app", "10.10.1.10", 1);
            return client.last().path("ok").asBoolean();
          } catch (IOException e) {
            return false;
          }
        });
  }
}
