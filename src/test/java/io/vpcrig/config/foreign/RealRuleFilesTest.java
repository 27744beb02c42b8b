package io.vpcrig.config.foreign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpcrig.model.FilterList;
import io.vpcrig.model.MalformedLineException;
import io.vpcrig.testing.Filters;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every real file of rules is read, or refused with one sentence that begins with its place. What
 * came of each stands in {@code rule-files.txt}; {@code -Dvpcrig.formats.update=true} writes it.
 */
class RealRuleFilesTest {
  private static final Path RULES = Path.of("..", "shared", "data", "rules");
  private static final Path GOLDEN =
      Path.of("src", "test", "resources", "io", "vpcrig", "config", "foreign", "rule-files.txt");

  @BeforeAll
  static void needsTheFiles() {
    assumeTrue(Files.isDirectory(RULES), "needs " + RULES);
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(RULES)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> !file.toString().contains("oracle"))
          .filter(file -> !file.toString().contains(".trace"))
          .sorted()
          .toList();
    }
  }

  private static RuleText text(Path file) throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      return RuleText.read(RULES.relativize(file).toString(), stream);
    }
  }

  @Test
  void everyFileIsReadOrRefusedAsTheGoldenFileSays() throws IOException {
    List<String> lines = new ArrayList<>();
    for (Path file : files()) {
      lines.addAll(summary(text(file)));
    }
    String found = String.join("\n", lines) + "\n";
    if (Boolean.getBoolean("vpcrig.formats.update")) {
      Files.writeString(GOLDEN, found);
    }
    assertEquals(Files.readString(GOLDEN), found);
  }

  private static List<String> summary(RuleText text) {
    try {
      RuleFormat format = RuleFormats.detect(text);
      RuleLists lists = format.read(text);
      List<String> lines = new ArrayList<>();
      int rules = 0;
      for (String name : lists.names()) {
        ReadList read = lists.read(name).orElseThrow();
        rules += read.list().rules().size();
        read.losses().forEach(loss -> lines.add("  " + name + " " + loss));
      }
      lines.addFirst(
          "%s: %s, %d lists, %d rules, %d beside"
              .formatted(
                  text.file(), format.name(), lists.names().size(), rules, lists.beside().size()));
      return lines;
    } catch (MalformedLineException e) {
      assertTrue(
          e.getMessage().matches("(?s)" + text.file().replace(".", "\\.") + ":\\d+:\\d+: [^\n]+"),
          e::getMessage);
      return List.of(e.getMessage());
    }
  }

  /**
   * The answers of fffuu, whose core is proved correct: its simple firewall of the Synology's INPUT
   * is ours, once for packets by lo and once for all others.
   */
  @Test
  void iptablesAgreeWithTheVerifiedToolOnItsOwnFile() throws IOException {
    RuleText text = text(RULES.resolve("iptables/synology_2015-06.iptables-save"));
    RuleLists lists = RuleFormats.detect(text).read(text);
    List<String> oracle =
        Files.readAllLines(
            RULES.resolve("iptables/oracle/synology_2015-06.fffuu.txt"), StandardCharsets.UTF_8);
    int from = oracle.indexOf("== to simple firewall ==") + 1;
    int to = oracle.indexOf("== to even-simpler firewall ==");
    StringBuilder others = new StringBuilder("*filter\n:INPUT ACCEPT\n");
    StringBuilder loopback = new StringBuilder("*filter\n:INPUT ACCEPT\n");
    for (String row : oracle.subList(from, to)) {
      boolean byLo = row.contains("in: lo");
      String rule = saved(row) + "\n";
      (byLo ? loopback : loopback.append(rule)).append(byLo ? rule : "");
      others.append(byLo ? "" : rule);
    }
    assertEquals(25, to - from);
    compare(lists, "filter/INPUT:in=other", others.toString());
    compare(lists, "filter/INPUT:in=lo", loopback.toString());
  }

  /** {@code DROP tcp -- 0.0.0.0/0 0.0.0.0/0 dports: 22:23} as iptables-save has it. */
  private static String saved(String row) {
    String[] words = row.strip().split("\\s+");
    String ports = row.contains("dports:") ? " --dport " + words[words.length - 1] : "";
    return "-A INPUT -s "
        + words[3]
        + " -d "
        + words[4]
        + " -p "
        + words[1]
        + ports
        + " -j "
        + words[0];
  }

  private static void compare(RuleLists lists, String name, String oracle)
      throws MalformedLineException {
    RuleText text = new RuleText("oracle", oracle);
    FilterList expected =
        RuleFormats.detect(text).read(text).read("filter/INPUT").orElseThrow().list();
    FilterList found = lists.read(name).orElseThrow().list();
    Optional<String> difference =
        Filters.difference(expected, found, 20_000, new SplittableRandom(1));
    assertTrue(difference.isEmpty(), () -> name + difference);
  }
}
