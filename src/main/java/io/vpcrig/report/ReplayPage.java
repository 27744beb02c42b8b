package io.vpcrig.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.engine.Snapshot;
import io.vpcrig.frame.Verdict;
import io.vpcrig.model.Host;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;
import io.vpcrig.model.Vpc;
import io.vpcrig.report.HeavyHitters.Total;
import io.vpcrig.telemetry.Reason;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The page of a replay: what its JSON tells, the VPC, and what was gathered on the way. */
public final class ReplayPage {
  private static final int MOST_TALKERS = 25;
  private static final byte[] READ = {
    Verdict.FORWARD, Verdict.DROP, Verdict.SWITCH, Verdict.LOCAL, Verdict.HELD
  };

  private final Vpc vpc;
  private final TrafficSink traffic;
  private final SessionSeries sessions;
  private final Map<Integer, String> names = new HashMap<>();

  private ReplayPage(Vpc vpc, TrafficSink traffic, SessionSeries sessions) {
    this.vpc = vpc;
    this.traffic = traffic;
    this.sessions = sessions;
    for (Host host : vpc.hosts()) {
      names.putIfAbsent(host.address(), host.name());
    }
  }

  /**
   * The whole file.
   *
   * @param replay as {@code replay --format json} prints it
   * @param environment what it ran on, fields of any kind
   */
  public static byte[] of(
      Snapshot snapshot,
      ObjectNode replay,
      TrafficSink traffic,
      SessionSeries sessions,
      ObjectNode environment) {
    Vpc vpc = snapshot.vpc();
    ObjectNode data = new ReplayPage(vpc, traffic, sessions).data(replay, environment);
    return Page.of("replay through " + vpc.name(), data, List.of("replay.js"));
  }

  ObjectNode data(ObjectNode replay, ObjectNode environment) {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    data.set("replay", replay);
    data.set("vpc", VpcJson.of(vpc));
    reasons(data.putArray("reasons"));
    rules(data.putObject("deciders"));
    quirks(data.putArray("quirks"));
    time(data.putObject("time"));
    lengths(data.putObject("lengths"));
    talkers(data.putObject("hosts"), traffic.hosts, this::host);
    talkers(data.putObject("conversations"), traffic.conversations, this::conversation);
    sessions(data.putObject("sessions"));
    data.set("environment", environment);
    return data;
  }

  /** Sentences and first examples of the reasons that dropped something. */
  private void reasons(ArrayNode all) {
    for (Reason reason : Reason.drops()) {
      ObjectNode node = JsonNodeFactory.instance.objectNode();
      traffic.reasons.write(reason.number(), node);
      if (!node.isEmpty()) {
        node.put("reason", reason.dottedName()).put("sentence", reason.sentence());
        all.add(node);
      }
    }
  }

  /** First examples of rules, and how often defaults decided. */
  private void rules(ObjectNode to) {
    ArrayNode rules = to.putArray("rules");
    for (int r = 0; r < traffic.table.ruleCount(); r++) {
      ObjectNode node = JsonNodeFactory.instance.objectNode();
      traffic.rules.write(r, node);
      if (!node.isEmpty()) {
        node.put("list", traffic.table.list(traffic.table.listOf(r)).name());
        rules.add(node.put("number", traffic.table.rule(r).number()));
      }
    }
    ArrayNode defaults = to.putArray("defaults");
    for (int list = 0; list < traffic.defaults.length; list++) {
      defaults
          .addObject()
          .put("list", traffic.table.list(list).name())
          .put("ingress", traffic.defaults[list][0])
          .put("egress", traffic.defaults[list][1]);
    }
  }

  private void quirks(ArrayNode all) {
    for (Quirk quirk : Quirk.values()) {
      long frames = traffic.quirkFrames[quirk.ordinal()];
      if (frames > 0) {
        ObjectNode node = all.addObject().put("quirk", quirk.label());
        node.put("sentence", quirk.sentence()).put("packets", frames);
        traffic.quirks.write(quirk.ordinal(), node);
      }
    }
  }

  private void time(ObjectNode to) {
    TimeSeries series = traffic.series;
    if (traffic.firstNs > traffic.lastNs) {
      return;
    }
    to.put("first", instant(traffic.firstNs)).put("last", instant(traffic.lastNs));
    to.put("spanNs", traffic.lastNs - traffic.firstNs);
    axis(to, series.startNs(), series.widthNs(), series.count());
    ObjectNode frames = to.putObject("frames");
    ObjectNode bytes = to.putObject("bytes");
    for (byte verdict : READ) {
      ArrayNode framesOf = frames.putArray(Verdict.name(verdict));
      ArrayNode bytesOf = bytes.putArray(Verdict.name(verdict));
      for (int k = 0; k < series.count(); k++) {
        framesOf.add(series.value(verdict, k));
        bytesOf.add(series.value(Verdict.COUNT + verdict, k));
      }
    }
  }

  /** Intervals count from the first frame; the first may begin before it. */
  private void axis(ObjectNode to, long startNs, long widthNs, int count) {
    to.put("offsetNs", startNs - traffic.firstNs).put("widthNs", widthNs).put("intervals", count);
  }

  private void lengths(ObjectNode to) {
    to.put("shortest", Math.min(traffic.shortest, traffic.longest)).put("longest", traffic.longest);
    ArrayNode classes = to.putArray("classes");
    for (int k = 0; k < traffic.classes.length; k++) {
      ObjectNode node = classes.addObject().put("from", k == 0 ? 0 : TrafficSink.CLASSES[k - 1]);
      if (k < TrafficSink.CLASSES.length) {
        node.put("to", TrafficSink.CLASSES[k] - 1);
      }
      node.put("frames", traffic.classes[k]);
    }
  }

  /** Writes what a key means. */
  @FunctionalInterface
  private interface Words {
    void write(Total total, ObjectNode to);
  }

  private void talkers(ObjectNode to, HeavyHitters hitters, Words words) {
    to.put("known", hitters.keys()).put("errorBytes", hitters.error());
    ArrayNode rows = to.putArray("rows");
    for (Total total : hitters.largest(MOST_TALKERS)) {
      ObjectNode row = rows.addObject();
      words.write(total, row);
      row.put("framesOut", total.frames()[0]).put("framesBack", total.frames()[1]);
      row.put("bytesOut", total.bytes()[0]).put("bytesBack", total.bytes()[1]);
      row.put("missing", total.missing());
    }
  }

  private void host(Total total, ObjectNode to) {
    int address = (int) total.key();
    to.put("address", Ipv4Text.format(address));
    if (names.containsKey(address)) {
      to.put("name", names.get(address));
    }
    vpc.segments().stream()
        .filter(segment -> segment.subnet().contains(address))
        .findFirst()
        .ifPresent(segment -> to.put("segment", segment.name()));
  }

  private void conversation(Total total, ObjectNode to) {
    int protocol = (int) (total.moreKey() >>> 32);
    int ports = (int) total.moreKey();
    to.put("protocol", Protocol.name(protocol));
    boolean ported = protocol == Protocol.TCP || protocol == Protocol.UDP;
    to.put("from", endpoint((int) (total.key() >>> 32), ported ? ports >>> 16 : -1));
    to.put("to", endpoint((int) total.key(), ported ? ports & 0xffff : -1));
    if (protocol == Protocol.ICMP) {
      to.put("id", ports >>> 16);
    }
  }

  private static String endpoint(int address, int port) {
    return Ipv4Text.format(address) + (port < 0 ? "" : ":" + port);
  }

  private void sessions(ObjectNode to) {
    if (sessions.count() == 0) {
      return;
    }
    axis(to, sessions.startNs(), sessions.widthNs(), sessions.count());
    to.put("looks", sessions.looks());
    ArrayNode entries = to.putArray("entries");
    ArrayNode begun = to.putArray("begun");
    for (int k = 0; k < sessions.count(); k++) {
      entries.add(sessions.entries(k));
      if (sessions.looked(k)) {
        begun.add(sessions.begun(k));
      } else {
        begun.addNull();
      }
    }
  }

  private static String instant(long ns) {
    return Instant.ofEpochSecond(ns / 1_000_000_000L, ns % 1_000_000_000L).toString();
  }
}
