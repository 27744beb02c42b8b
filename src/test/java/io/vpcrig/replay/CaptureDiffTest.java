package io.vpcrig.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vpcrig.config.foreign.RuleFormats;
import io.vpcrig.frame.BytesLedger;
import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.Flow;
import io.vpcrig.model.Origin;
import io.vpcrig.model.PortRange;
import io.vpcrig.query.FlowCapture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code diff A B --capture F...}. */
class CaptureDiffTest {
  private static final long SEED = Long.getLong("vpcrig.seed", 5);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path VPC = Path.of("pcaps/vpc.yaml");

  @TempDir Path folder;

  private record Change(String kind, String before, String after) {}

  /** The slow way: two replays, and their lines of verdicts held side by side. */
  @Test
  void whatChangesIsWhatTwoReplaysTellApart() throws IOException {
    long held = BytesLedger.heldBytes();
    List<String> captures = captures();
    List<JsonNode> before = verdicts(VPC, captures);
    Random random = new Random(SEED);
    int changed = 0;
    for (int round = 0; round < 12; round++) {
      Path other = Files.writeString(folder.resolve("other.yaml"), edited(random));
      List<JsonNode> after = verdicts(other, captures);
      TreeMap<String, Long> expected = new TreeMap<>();
      for (int k = 0; k < before.size(); k++) {
        change(before.get(k), after.get(k))
            .ifPresent(change -> expected.merge(change.toString(), 1L, Long::sum));
      }
      CommandRun run = diff(VPC, other, captures, "--format", "json");
      JsonNode json = JSON.readTree(run.out());
      TreeMap<String, Long> found = new TreeMap<>();
      for (JsonNode change : json.get("changes")) {
        found.merge(
            new Change(
                    change.get("change").asText(),
                    shown(change.get("before")),
                    shown(change.get("after")))
                .toString(),
            change.get("frames").asLong(),
            Long::sum);
      }
      assertEquals(expected, found, "seed " + SEED + ", round " + round);
      assertEquals(expected.isEmpty() ? 0 : 1, run.exit(), run::err);
      assertEquals(before.size(), json.get("frames").asLong());
      changed += expected.size();
    }
    assertTrue(changed > 30, "groups that changed: " + changed);
    assertEquals(held, BytesLedger.heldBytes(), "bytes of memory not given back");
  }

  private static List<String> captures() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("pcaps"))) {
      return files
          .map(Path::toString)
          .filter(name -> name.endsWith(".pcap") && !name.contains("kernel"))
          .sorted()
          .toList();
    }
  }

  /** By the number of the frame. */
  private List<JsonNode> verdicts(Path vpc, List<String> captures) throws IOException {
    Path file = folder.resolve("verdicts.jsonl");
    List<String> all = new ArrayList<>(List.of("replay", vpc.toString()));
    all.addAll(captures);
    all.addAll(List.of("-q", "--verdicts", file.toString()));
    CommandRun run = CommandRun.of(all.toArray(String[]::new));
    assertEquals(0, run.exit(), run::err);
    TreeMap<Long, JsonNode> lines = new TreeMap<>();
    for (String line : Files.readAllLines(file)) {
      JsonNode node = JSON.readTree(line);
      lines.put(node.get("frame").asLong(), node);
    }
    return List.copyOf(lines.values());
  }

  private static Optional<Change> change(JsonNode before, JsonNode after) {
    boolean passed = passes(before);
    boolean passes = passes(after);
    boolean otherwise =
        passed
            && passes
            && !Stream.of("verdict", "out", "rewritten")
                .allMatch(name -> before.get(name).equals(after.get(name)));
    if (passed == passes && !otherwise) {
      return Optional.empty();
    }
    String kind = otherwise ? "let through otherwise" : passes ? "newly allowed" : "newly denied";
    return Optional.of(new Change(kind, decider(before), decider(after)));
  }

  private static boolean passes(JsonNode line) {
    String verdict = line.get("verdict").asText();
    return !verdict.equals("drop") && !verdict.equals("held");
  }

  private static String decider(JsonNode line) {
    String list = line.get("list").asText("null");
    String by =
        list.equals("null")
            ? line.get("reason").asText()
            : list + (line.get("rule").isNull() ? "" : "#" + line.get("rule").asInt());
    return line.get("verdict").asText() + " by " + by;
  }

  private static String shown(JsonNode ruling) {
    String list = ruling.path("list").asText("");
    String by =
        list.isEmpty()
            ? ruling.get("reason").asText()
            : list + (ruling.has("rule") ? "#" + ruling.get("rule").asText() : "");
    return ruling.get("verdict").asText() + " by " + by;
  }

  /** The shipped VPC with one thing changed. */
  private static String edited(Random random) throws IOException {
    String text = Files.readString(VPC);
    String[][] edits = {
      {"action: allow", "action: deny"},
      {"action: deny", "action: allow"},
      {"host: web2}", "host: app1}"},
      {"ports: [0-9-]+", "ports: 7"},
      {"acl: (web|app|dc)", "acl: default_deny"}
    };
    String[] edit = edits[random.nextInt(edits.length)];
    Matcher matcher = Pattern.compile(edit[0]).matcher(text);
    List<Integer> places = new ArrayList<>();
    while (matcher.find()) {
      places.add(matcher.start());
    }
    int at = places.get(random.nextInt(places.size()));
    return text.substring(0, at) + text.substring(at).replaceFirst(edit[0], edit[1]);
  }

  /** The slow way: both lists asked about each flow that was written. */
  @Test
  void listsAreAskedAboutEachHeader() throws IOException {
    Random random = new Random(SEED);
    for (int round = 0; round < 10; round++) {
      FilterList before = list(random);
      FilterList after = list(random);
      List<Flow> flows =
          IntStream.range(0, 300)
              .mapToObj(
                  k ->
                      Flow.of(
                          new int[] {1, 6, 17, 47}[random.nextInt(4)],
                          0x0a00_0000 | random.nextInt(4),
                          0x0a00_0100 | random.nextInt(4),
                          random.nextInt(1 << 16) << 16 | random.nextInt(4),
                          Optional.empty()))
              .toList();
      String capture = folder.resolve("flows.pcapng").toString();
      FlowCapture.write(capture, flows);
      int allowed = 0;
      int denied = 0;
      for (Flow flow : flows) {
        Action was = judge(before, flow);
        Action is = judge(after, flow);
        allowed += was == Action.DENY && is == Action.ALLOW ? 1 : 0;
        denied += was == Action.ALLOW && is == Action.DENY ? 1 : 0;
      }
      CommandRun run =
          diff(
              write("before.rules", before),
              write("after.rules", after),
              List.of(capture),
              "--format",
              "json");
      String where = "seed " + SEED + ", round " + round + ": " + run.err();
      JsonNode json = JSON.readTree(run.out());
      assertEquals(allowed, json.get("newlyAllowed").asInt(), where);
      assertEquals(denied, json.get("newlyDenied").asInt(), where);
      assertEquals(flows.size() - allowed - denied, json.get("same").asInt(), where);
      assertEquals(allowed + denied > 0 ? 1 : 0, run.exit(), where);
    }
  }

  private static Action judge(FilterList list, Flow flow) {
    return list.action(
        list.firstMatch(flow.source(), flow.destination(), flow.ports(), flow.protocol()));
  }

  private static FilterList list(Random random) {
    List<FilterRule> rules = new ArrayList<>();
    for (int k = 0; k < 6; k++) {
      int port = random.nextInt(4);
      rules.add(
          new FilterRule(
              new Cidr(0x0a00_0000 | random.nextInt(4), 32),
              new Cidr(0x0a00_0100, 30 - random.nextInt(3)),
              PortRange.ALL,
              new PortRange(port, port + random.nextInt(3)),
              random.nextBoolean() ? 6 : 17,
              random.nextBoolean() ? Action.ALLOW : Action.DENY,
              "",
              Origin.BUILT_IN));
    }
    return new FilterList("rules", rules, random.nextBoolean() ? Action.ALLOW : Action.DENY);
  }

  private Path write(String name, FilterList list) throws IOException {
    StringBuilder text = new StringBuilder();
    RuleFormats.named("tcam").orElseThrow().write(List.of(list), text);
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void framesInsideTagsAndTunnelsAreReadForLists() throws IOException {
    Path none = Files.writeString(folder.resolve("none"), "*filter\n:FORWARD DROP [0:0]\nCOMMIT\n");
    Path https =
        Files.writeString(
            folder.resolve("https"),
            "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -p tcp --dport 8080 -j ACCEPT\nCOMMIT\n");
    CommandRun run = diff(none, https, List.of("pcaps/tier-to-tier.pcap"));
    assertEquals(1, run.exit(), run::err);
    assertTrue(
        run.out().contains("newly allowed: deny by the default of filter/FORWARD -> allow by "),
        run::out);
    assertTrue(run.out().contains("tcp 10.10.1.10:"), run::out);
  }

  @Test
  void theFramesThatChangeAreWrittenAsTheyCame() throws IOException {
    Path other =
        Files.writeString(
            folder.resolve("other.yaml"),
            Files.readString(VPC)
                .replace(
                    "deny, protocol: tcp, ports: 22-23", "allow, protocol: tcp, ports: 22-23"));
    Path changed = folder.resolve("changed.pcapng");
    List<String> capture = List.of("pcaps/denied-by-rule.pcap");
    CommandRun run = diff(VPC, other, capture, "-w", changed.toString());
    assertEquals(1, run.exit(), run::err);
    assertTrue(
        run.out()
            .contains(
                "newly allowed: drop by app#20 (pcaps/vpc.yaml:18) -> forward by app#20 ("
                    + other
                    + ":18)\n"),
        run::out);
    long frames =
        JSON.readTree(diff(VPC, other, capture, "--format", "json").out())
            .get("newlyAllowed")
            .asLong();
    assertTrue(
        frames > 0 && run.out().contains(" " + frames + " newly allowed, 0 newly denied"),
        run::out);
    CommandRun again =
        CommandRun.of("replay", VPC.toString(), changed.toString(), "--format", "json");
    assertEquals(frames, again.json().get("packets").asLong());
    assertEquals(frames, again.json().get("dropped").asLong());
  }

  @Test
  void sameEmptyDamagedAndMisusedHaveTheirExitCodes() throws IOException {
    List<String> ping = List.of("pcaps/ping.pcap");
    assertEquals(0, diff(VPC, VPC, ping).exit());
    Path empty = folder.resolve("empty.pcap");
    byte[] whole = Files.readAllBytes(Path.of("pcaps/ping.pcap"));
    Files.write(empty, Arrays.copyOf(whole, 24));
    assertEquals(4, diff(VPC, VPC, List.of(empty.toString())).exit());
    Path cut = folder.resolve("cut.pcap");
    Files.write(cut, Arrays.copyOf(whole, whole.length - 3));
    Path output = folder.resolve("absent.pcapng");
    assertEquals(3, diff(VPC, VPC, List.of(cut.toString())).exit());
    assertEquals(3, diff(VPC, VPC, List.of("pcaps/absent.pcap")).exit());
    assertEquals(2, diff(VPC, VPC, ping, "--untagged", "nowhere", "-w", output.toString()).exit());
    assertFalse(Files.exists(output));
    Path list = Path.of("pcaps/vpc.yaml#web:ingress");
    assertEquals(2, diff(VPC, list, ping).exit());
    assertEquals(2, diff(list, list, ping, "--untagged", "web").exit());
    assertEquals(0, diff(list, list, ping).exit());
    assertEquals(2, CommandRun.of("diff", list.toString(), list.toString(), "-w", "x").exit());
  }

  private static CommandRun diff(
      Path before, Path after, List<String> captures, String... options) {
    List<String> all = new ArrayList<>(List.of("diff", before.toString(), after.toString()));
    all.addAll(List.of(options));
    all.add("--capture");
    all.addAll(captures);
    return CommandRun.of(all.toArray(String[]::new));
  }
}
