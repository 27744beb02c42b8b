package io.vpcrig.query.lint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpcrig.config.foreign.ReadList;
import io.vpcrig.config.foreign.RuleFormats;
import io.vpcrig.config.foreign.RuleLists;
import io.vpcrig.config.foreign.RuleText;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.MalformedLineException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What is dubious in the lists of Stanford's routers, of iptables files and of clouds. It stands in
 * {@code real-rules.txt}; {@code -Dvpcrig.lint.update=true} writes it. Every line of it, and that
 * nothing is missing, is checked by sets of headers ({@link SymbolicCheck}), which the lint does
 * not use.
 */
class RealRulesLintTest {
  private static final Path RULES = Path.of("..", "shared", "data", "rules");
  private static final Path GOLDEN =
      Path.of("src", "test", "resources", "io", "vpcrig", "query", "lint", "real-rules.txt");

  /** No list of the three folders is longer. */
  private static final int MOST_LINES = 5_000;

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @BeforeAll
  static void needsTheFiles() {
    assumeTrue(Files.isDirectory(RULES), "needs " + RULES);
  }

  @Test
  void findingsAreThoseOfTheGoldenFileAndSetsAgree() throws IOException {
    List<String> lines = new ArrayList<>();
    int checked = 0;
    for (Path file : files()) {
      for (FilterList list : lists(file)) {
        if (list.rules().size() > MOST_LINES) {
          lines.add(head(file, list) + ": left out");
          continue;
        }
        long t0 = System.nanoTime();
        List<Finding> findings =
            ListLint.of(list, LIMIT).stream()
                .sorted(Comparator.comparingInt(finding -> finding.origin().line()))
                .toList();
        long t1 = System.nanoTime();
        SymbolicCheck.check(list, findings);
        long t2 = System.nanoTime();
        System.err.printf("TT %s %s %d: %d ms, %d ms%n", file, list.name(), list.rules().size(), (t1-t0)/1000000, (t2-t1)/1000000);
        checked++;
        if (!findings.isEmpty()) {
          lines.add(
              "%s %s, %d lines"
                  .formatted(RULES.relativize(file), list.name(), list.rules().size()));
        }
        findings.forEach(finding -> lines.add("  " + line(finding)));
      }
    }
    assertTrue(checked > 200, "lists checked: " + checked);
    String found = String.join("\n", lines) + "\n";
    if (Boolean.getBoolean("vpcrig.lint.update")) {
      Files.writeString(GOLDEN, found);
    }
    assertEquals(Files.readString(GOLDEN), found);
  }

  private static String head(Path file, FilterList list) {
    return "%s %s, %d lines".formatted(RULES.relativize(file), list.name(), list.rules().size());
  }

  /** {@code LINE KIND: MESSAGE <- LINES}, the lines of what is in its way. */
  private static String line(Finding finding) {
    String because =
        finding.because().stream()
            .map(origin -> Integer.toString(origin.line()))
            .collect(Collectors.joining(" "));
    return "%d %s: %s%s"
        .formatted(
            finding.origin().line(),
            finding.kind().label(),
            finding.message(),
            because.isEmpty() ? "" : " <- " + because);
  }

  private static List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String folder : List.of("cisco_stanford", "iptables", "cloud")) {
      try (Stream<Path> all = Files.walk(RULES.resolve(folder))) {
        all.filter(Files::isRegularFile)
            .filter(file -> !file.toString().contains("oracle"))
            .sorted()
            .forEach(files::add);
      }
    }
    return files;
  }

  /** All that can be read; chains of netfilter also for each interface that the file names. */
  private static List<FilterList> lists(Path file) throws IOException {
    RuleText text;
    try (InputStream stream = Files.newInputStream(file)) {
      text = RuleText.read(RULES.relativize(file).toString(), stream);
    }
    List<FilterList> lists = new ArrayList<>();
    try {
      RuleLists all = RuleFormats.detect(text).read(text);
      for (String name : all.names()) {
        ReadList read = all.read(name).orElseThrow();
        lists.add(read.list());
        if (read.losses().stream().anyMatch(loss -> loss.what().contains("test an interface"))) {
          for (String way : interfaces(text, "in", "-i ")) {
            lists.add(all.read(name + ":" + way).orElseThrow().list());
          }
        }
      }
    } catch (MalformedLineException e) {
      return List.of(); // Refused, as rule-files.txt says.
    }
    return lists;
  }

  private static List<String> interfaces(RuleText text, String key, String option) {
    return Pattern.compile(" " + option + "(\\S+)")
        .matcher(text.text())
        .results()
        .map(result -> key + "=" + result.group(1).replace("+", "0"))
        .distinct()
        .sorted()
        .toList();
  }
}
