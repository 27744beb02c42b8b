package io.vpcrig.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.vpcrig.testing.Netns;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Programs that people use, through the live router. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class JourneysTest {
  private static Lab lab;

  @BeforeAll
  static void start() throws IOException {
    Optional<String> missing = Netns.missing("ping", "curl", "iperf3");
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    lab = new Lab();
    lab.start();
  }

  @AfterAll
  static void stop() throws IOException {
    if (lab != null) {
      lab.close();
    }
  }

  @Test
  void curlFromOutsideGetsAPageByPortForward() throws Exception {
    HttpServer server =
        Netns.inside(Lab.namespace("web"), () -> HttpServer.create(new InetSocketAddress(8080), 5));
    try {
      byte[] page = new byte[1_000_000];
      server.createContext(
          "/",
          exchange -> {
            exchange.sendResponseHeaders(200, page.length);
            try (OutputStream body = exchange.getResponseBody()) {
              body.write(page);
            }
          });
      server.start();
      String length =
          Netns.in(
              Lab.namespace("out"),
              "",
              "curl",
              "-sS",
              "--max-time",
              "20",
              "-o",
              "/dev/null",
              "-w",
              "%{size_download}",
              "http://203.0.113.11/");
      assertEquals("1000000", length);
    } finally {
      server.stop(0);
    }
  }

  /** Runs iperf3 for a second; what the receiver got, bytes. */
  private static long measure(String client, String server, String address, String... more)
      throws IOException {
    Process serving =
        new ProcessBuilder(
                "ip", "netns", "exec", Lab.namespace(server), "iperf3", "-s", "-1", "--forceflush")
            .redirectErrorStream(true)
            .start();
    try {
      var output = serving.inputReader();
      String line = output.readLine();
      while (line != null && !line.contains("listening")) {
        line = output.readLine();
      }
      String[] command = {"iperf3", "-c", address, "-t", "1", "-J", "--connect-timeout", "3000"};
      String[] all = Arrays.copyOf(command, command.length + more.length);
      System.arraycopy(more, 0, all, command.length, more.length);
      String told = Netns.in(Lab.namespace(client), "", all);
      JsonNode end = new ObjectMapper().readTree(told).path("end");
      JsonNode sum = end.has("sum_received") ? end.path("sum_received") : end.path("sum");
      return sum.path("bytes").asLong();
    } finally {
      serving.destroy();
    }
  }

  private static void assertCarried(long bytes) {
    assertTrue(bytes > 1_000_000, () -> bytes + " bytes in a second");
  }

  @Test
  void iperfRunsFromATierToTheOutsideAndBack() throws IOException {
    assertCarried(measure("app", "out", "203.0.113.1"));
    assertCarried(measure("app", "out", "203.0.113.1", "-R"));
    assertCarried(measure("app", "out", "203.0.113.1", "-u", "-b", "20M", "-l", "1400"));
  }

  @Test
  void iperfRunsThroughTheTunnelFromTierToTier() throws IOException {
    assertCarried(measure("web", "db", "10.10.3.10"));
    assertCarried(measure("web", "db", "10.10.3.10", "-R"));
  }
}
