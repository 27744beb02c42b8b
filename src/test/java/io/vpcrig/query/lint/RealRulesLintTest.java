package io.vpcrig.query.lint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.TestData;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  private static Path rules;
  private static final Path GOLDEN =
      Path.of("src", "test", "resources", "io", "vpcrig", "query", "lint", "real-rules.txt");

  /** Longer lists are not linted: they say so, and are no more than the golden file shows. */
  private static final int MOST_LINES = 5_000;

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @BeforeAll
  static void needsTheFiles() {
    rules = TestData.sharedOrSkip("rules");
  }

  @Test
  void findingsAreThoseOfTheGoldenFileAndSetsAgree() throws IOException {
    List<String> lines = new ArrayList<>();
    int checked = 0;
    for (Path file : files()) {
      for (ReadList read : lists(file)) {
        FilterList list = read.list();
        ListLint.Doubt doubt = new ListLint.Doubt(!read.isExact(), read.doubtful());
        if (list.rules().size() > MOST_LINES) {
          lines.add(head(file, read) + ": left out");
          continue;
        }
        List<Finding> findings =
            ListLint.of(list, doubt, LIMIT).stream()
                .sorted(Comparator.comparingInt(finding -> finding.origin().line()))
                .toList();
        SymbolicCheck.check(list, doubt, findings);
        checked++;
        if (!findings.isEmpty()) {
          lines.add(head(file, read));
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

  private static String head(Path file, ReadList read) {
    return "%s %s, %d lines%s"
        .formatted(
            rules.relativize(file),
            read.list().name(),
            read.list().rules().size(),
            read.isExact() ? "" : ", not known exactly");
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
      try (Stream<Path> all = Files.walk(rules.resolve(folder))) {
        all.filter(Files::isRegularFile)
            .filter(file -> !file.toString().contains("oracle"))
            .sorted()
            .forEach(files::add);
      }
    }
    return files;
  }

  /**
   * All that can be read; chains of netfilter also for packets of each interface that the file
   * names, in or out, unless the list is one that was had before.
   */
  private static List<ReadList> lists(Path file) throws IOException {
    RuleText text;
    try (InputStream stream = Files.newInputStream(file)) {
      text = RuleText.read(rules.relativize(file).toString(), stream);
    }
    Map<Object, ReadList> lists = new LinkedHashMap<>();
    try {
      RuleLists all = RuleFormats.detect(text).read(text);
      for (String name : all.names()) {
        for (String view : views(text, name)) {
          ReadList list = all.read(name + view).orElseThrow();
          lists.putIfAbsent(view.isEmpty() ? name : list.list().rules(), list);
        }
      }
    } catch (MalformedLineException e) {
      return List.of(); // Refused, as rule-files.txt says.
    }
    return List.copyOf(lists.values());
  }

  private static List<String> views(RuleText text, String chain) {
    if (!chain.matches("(filter|mangle|raw)/[A-Z]+")) {
      return List.of("");
    }
    return Stream.concat(
            Stream.of(""),
            Pattern.compile(" -([io]) (\\S+)")
                .matcher(text.text())
                .results()
                .filter(
                    way ->
                        !chain.matches(
                            way.group(1).equals("i") ? ".*(OUTPUT|POST).*" : ".*(INPUT|PRE).*"))
                .map(
                    way ->
                        way.group(1).equals("i") ? ":in=" + way.group(2) : ":out=" + way.group(2))
                .map(way -> way.replace("+", "0"))
                .sorted())
        .distinct()
        .toList();
  }
}
