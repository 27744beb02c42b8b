package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vpcrig.cli.PrometheusFormat.Sample;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Counters of replays, from within and from beside them, after their end and after their death. */
class StatCommandTest {
  private static final String VPC = "pcaps/vpc.yaml";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int vpcrig(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return VpcrigCommand.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  /** A replay in this process; answers its report. Its notes go to {@link #err}. */
  private JsonNode replay(String... options) throws IOException {
    List<String> all = new ArrayList<>(List.of("replay", VPC, "--format", "json"));
    all.addAll(Arrays.asList(options));
    PrintStream oldOut = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (PrintStream to = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      System.setOut(to);
      assertEquals(0, vpcrig(all.toArray(String[]::new)), err::toString);
    } finally {
      System.setOut(oldOut);
    }
    return JSON.readTree(printed.toByteArray());
  }

  private Path file(String name) {
    return folder.resolve(name);
  }

  private static long value(JsonNode stat, String name, String... labels) {
    for (JsonNode counter : stat.get("counters")) {
      boolean same = counter.get("name").asText().equals(name);
      for (int k = 0; k < labels.length; k += 2) {
        same &= counter.path(labels[k]).asText().equals(labels[k + 1]);
      }
      if (same) {
        return counter.get("value").asLong();
      }
    }
    throw new AssertionError(name + Arrays.toString(labels) + " not in " + stat);
  }

  @Test
  void keptCountersAreThoseOfTheReport() throws IOException {
    Path kept = file("kept.counters");
    Path metrics = file("metrics.prom");
    String[] captures = Collections.nCopies(20, "pcaps/demo.pcap").toArray(String[]::new);
    List<String> options = new ArrayList<>(Arrays.asList(captures));
    Collections.addAll(
        options,
        "--workers",
        "2",
        "--counters",
        kept.toString(),
        "--prometheus",
        metrics.toString());
    JsonNode report = replay(options.toArray(String[]::new));
    assertEquals(0, vpcrig("stat", kept.toString(), "--format", "json"), err::toString);
    JsonNode stat = JSON.readTree(out.toString());
    assertEquals("ended", stat.get("state").asText());
    assertEquals("shop", stat.get("vpc").asText());
    assertEquals(report.get("packets").asLong(), value(stat, "frames"));
    assertEquals(report.get("bytes").asLong(), value(stat, "bytes"));
    assertEquals(report.get("held").asLong(), value(stat, "held"));
    Map<String, String> verdicts =
        Map.of("forwarded", "forward", "dropped", "drop", "switched", "switch", "local", "local");
    verdicts.forEach(
        (name, verdict) ->
            assertEquals(
                report.get(name).asLong(), value(stat, "verdicts", "verdict", verdict), name));
    assertTrue(report.get("drops").size() > 3, report::toString);
    for (JsonNode drop : report.get("drops")) {
      assertEquals(
          drop.get("packets").asLong(),
          value(stat, "drops", "reason", drop.get("reason").asText()));
    }
    for (JsonNode rule : report.get("rules")) {
      String[] labels = {"list", rule.get("list").asText(), "rule", rule.get("number").asText()};
      assertEquals(rule.get("packets").asLong(), value(stat, "rule.packets", labels));
      assertEquals(rule.get("bytes").asLong(), value(stat, "rule.bytes", labels));
    }
    assertEquals(value(stat, "sessions.created"), value(stat, "sessions.ended"));
    assertTrue(value(stat, "sessions.created") > 10);
    assertTrue(value(stat, "stage.ns", "stage", "session") > 0);
    assertEquals(8, value(stat, "ring.size"));
    assertEquals(0, value(stat, "ring.waiting", "step", "writer"));
    assertTrue(stat.get("examples").size() == report.get("drops").size(), stat::toString);

    Map<String, Double> samples = new TreeMap<>();
    for (Sample sample : PrometheusFormat.read(Files.readString(metrics))) {
      samples.put(sample.name() + sample.labels(), sample.value());
    }
    assertEquals(report.get("packets").asDouble(), samples.get("vpcrig_frames_total{}"));
    assertEquals(
        report.get("dropped").asDouble(), samples.get("vpcrig_verdicts_total{verdict=drop}"));
    assertEquals(0, vpcrig("stat", kept.toString()), err::toString);
    assertTrue(out.toString().contains("acl.deny.rule"), out::toString);
    assertTrue(out.toString().endsWith(" held\n"), out::toString);
  }

  @Test
  void aReplayIsSeenWhileItRunsAndReadAfterItWasKilled() throws Exception {
    Path kept = file("killed.counters");
    try (VpcrigProcess replay =
        new VpcrigProcess(
            folder,
            "replay",
            VPC,
            "pcaps/demo.pcap",
            "--speed",
            "5",
            "--counters",
            kept.toString(),
            "--metrics-port",
            "0")) {
      replay.await(() -> Files.exists(kept) && frames(kept) > 0);
      assertEquals("running", stat(kept).get("state").asText());
      scrape(replay);
      assertEquals(3, vpcrig("stat", Long.toString(replay.pid())), "it has its file elsewhere");
      replay.kill();
    }
    JsonNode dead = stat(kept);
    assertEquals("dead", dead.get("state").asText());
    assertTrue(value(dead, "frames") > 0);
    assertEquals(0, vpcrig("stat", kept.toString(), "--watch", "0.1"), "nothing to wait for");
    assertTrue(out.toString().startsWith("replay shop, PID "), out::toString);
    assertTrue(out.toString().contains(": died, "), out::toString);
    assertEquals(0, vpcrig("stat", kept.toString(), "--prometheus"));
    assertTrue(out.toString().contains("vpcrig_running 0"), out::toString);
    PrometheusFormat.read(out.toString());
  }

  private JsonNode stat(Path path) throws IOException {
    assertEquals(0, vpcrig("stat", path.toString(), "--format", "json"), err::toString);
    return JSON.readTree(out.toString());
  }

  private long frames(Path path) {
    try {
      return value(stat(path), "frames");
    } catch (IOException | AssertionError e) {
      return 0; // Not added yet.
    }
  }

  private static void scrape(VpcrigProcess replay) throws Exception {
    Matcher address = Pattern.compile("http://\\S+").matcher(replay.printed());
    assertTrue(address.find(), replay.printed());
    assertTrue(address.group().startsWith("http://127.0.0.1:"), address.group());
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(URI.create(address.group())).build(),
              HttpResponse.BodyHandlers.ofString());
      assertEquals(200, response.statusCode());
      assertEquals(
          "text/plain; version=0.0.4; charset=utf-8",
          response.headers().firstValue("Content-Type").orElse(""));
      assertTrue(response.body().contains("vpcrig_running 1"), response::body);
      assertFalse(PrometheusFormat.read(response.body()).isEmpty());
    }
  }

  @Test
  void theUsualPlaceIsEmptyAgainAfterTheEnd() throws Exception {
    try (VpcrigProcess replay =
        new VpcrigProcess(folder, "replay", VPC, "pcaps/demo.pcap", "--speed", "20")) {
      Path usual = file("vpcrig-" + replay.pid() + ".counters");
      replay.await(() -> Files.exists(usual));
      try (VpcrigProcess stat = new VpcrigProcess(folder, "stat", "-q", "--watch", "0.5")) {
        assertEquals(0, stat.end(), stat.printed());
        assertTrue(stat.printed().lines().count() > 2, stat.printed());
      }
      assertEquals(0, replay.end());
      assertFalse(Files.exists(usual));
    }
    try (VpcrigProcess stat = new VpcrigProcess(folder, "stat")) {
      assertEquals(4, stat.end());
      assertTrue(
          stat.printed().startsWith("vpcrig: no run has counters in " + folder), stat.printed());
    }
  }

  @Test
  void whatCantBeReadIsToldInOneSentence() throws IOException {
    assertEquals(3, vpcrig("stat", file("none").toString()));
    assertEquals("vpcrig: " + file("none") + ": no such file\n", err.toString());
    assertEquals(3, vpcrig("stat", "pcaps/demo.pcap"));
    assertEquals("vpcrig: pcaps/demo.pcap: is no counter file of vpcrig\n", err.toString());
    assertEquals(3, vpcrig("top", "pcaps/demo.pcap"));
    Path kept = file("kept.counters");
    replay("pcaps/demo.pcap", "--counters", kept.toString());
    Path cut = file("cut.counters");
    Files.write(cut, Arrays.copyOf(Files.readAllBytes(kept), 10_000));
    assertEquals(3, vpcrig("stat", cut.toString()));
    assertTrue(err.toString().contains("is cut short: 10000 bytes of "), err::toString);
    assertEquals(1, err.toString().lines().count());
  }

  @Test
  void optionsThatCantBeAreRefused() {
    refused("--watch 0.0, legal 0.1..3600", "stat", "x", "--watch", "0");
    refused("--interval 99.0, legal 0.1..60", "top", "x", "--interval", "99");
    String[] replay = {"replay", VPC, "pcaps/demo.pcap"};
    refused("leaves nothing for", with(replay, "--counters", "none", "--metrics-port", "0"));
    refused("--metrics-port 65536, legal 0..65535", with(replay, "--metrics-port", "65536"));
    refused("see stat --prometheus", with(replay, "--prometheus", "-"));
  }

  private static String[] with(String[] first, String... more) {
    List<String> all = new ArrayList<>(Arrays.asList(first));
    Collections.addAll(all, more);
    return all.toArray(String[]::new);
  }

  private void refused(String sentence, String... arguments) {
    assertEquals(2, vpcrig(arguments));
    assertTrue(err.toString().contains(sentence), err::toString);
  }
}
