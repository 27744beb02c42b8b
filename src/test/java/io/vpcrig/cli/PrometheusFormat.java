package io.vpcrig.cli;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A strict reader of Prometheus' text exposition format, version 0.0.4: what the specification asks
 * for, and what it recommends of names (metrics in base units, {@code _total} at the end of
 * counters and nowhere else).
 */
final class PrometheusFormat {
  private static final String METRIC = "[a-zA-Z_:][a-zA-Z0-9_:]*";
  private static final Pattern HELP =
      Pattern.compile("# HELP (" + METRIC + ") ((?:[^\\\\\n]|\\\\\\\\|\\\\n)*)");
  private static final Pattern TYPE =
      Pattern.compile("# TYPE (" + METRIC + ") (counter|gauge|histogram|summary|untyped)");
  private static final Pattern SAMPLE =
      Pattern.compile("(" + METRIC + ")(?:\\{(.*)})? (\\S+)(?: (-?[0-9]+))?");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\\\\\"\n]|\\\\\\\\|\\\\\"|\\\\n)*)\"(,|$)");
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][-+]?[0-9]+)?|[-+]?Inf|NaN");
  private static final List<String> NOT_BASE =
      List.of("_ms", "_ns", "_us", "_milliseconds", "_nanoseconds", "_kb", "_bits", "_percent");

  /** A sample. */
  record Sample(String name, Map<String, String> labels, double value) {}

  private final List<Sample> samples = new ArrayList<>();
  private final Map<String, String> types = new TreeMap<>();
  private final Set<String> helped = new HashSet<>();
  private final Set<String> finished = new HashSet<>();
  private final Set<String> seen = new HashSet<>();
  private String family;

  private PrometheusFormat() {}

  /**
   * All samples of a text.
   *
   * @throws AssertionError at the first line that breaks a rule
   */
  static List<Sample> read(String text) {
    PrometheusFormat format = new PrometheusFormat();
    if (!text.endsWith("\n")) {
      throw new AssertionError("the last line does not end with a line feed");
    }
    for (String line : text.substring(0, text.length() - 1).split("\n", -1)) {
      format.line(line);
    }
    return format.samples;
  }

  private void line(String line) {
    Matcher help = HELP.matcher(line);
    Matcher type = TYPE.matcher(line);
    if (help.matches()) {
      enter(help.group(1), line);
      require(helped.add(help.group(1)), "second HELP", line);
      require(!types.containsKey(help.group(1)), "HELP after TYPE", line);
    } else if (type.matches()) {
      enter(type.group(1), line);
      require(types.put(type.group(1), type.group(2)) == null, "second TYPE", line);
      require(
          type.group(2).equals("counter") == type.group(1).endsWith("_total"),
          "counters end in _total, others do not",
          line);
      require(
          NOT_BASE.stream().noneMatch(type.group(1).replace("_total", "")::endsWith),
          "not a base unit",
          line);
    } else {
      require(!line.startsWith("#"), "a comment that is neither HELP nor TYPE", line);
      sample(line);
    }
  }

  private void sample(String line) {
    Matcher sample = SAMPLE.matcher(line);
    require(sample.matches(), "no sample", line);
    String name = sample.group(1);
    require(name.equals(family), "a sample outside of its family", line);
    require(types.containsKey(name), "a sample before its TYPE", line);
    require(helped.contains(name), "a sample without HELP", line);
    require(NUMBER.matcher(sample.group(3)).matches(), "no number", line);
    double value = Double.parseDouble(sample.group(3).replace("Inf", "Infinity"));
    require(!types.get(name).equals("counter") || value >= 0, "a counter below 0", line);
    Map<String, String> labels = labels(sample.group(2), line);
    require(seen.add(name + labels), "the same sample twice", line);
    samples.add(new Sample(name, labels, value));
  }

  private static Map<String, String> labels(String text, String line) {
    Map<String, String> labels = new TreeMap<>();
    if (text == null) {
      return labels;
    }
    Matcher label = LABEL.matcher(text);
    int at = 0;
    while (at < text.length()) {
      require(label.find(at) && label.start() == at, "no label at " + at, line);
      require(!label.group(1).startsWith("__"), "a reserved label", line);
      String value =
          label
              .group(2)
              .replace("\\\\", "\0")
              .replace("\\\"", "\"")
              .replace("\\n", "\n")
              .replace('\0', '\\');
      require(labels.put(label.group(1), value) == null, "a label twice", line);
      at = label.end();
    }
    return labels;
  }

  /** All lines of a family stand together. */
  private void enter(String name, String line) {
    if (!name.equals(family)) {
      require(finished.add(name), "a family in two places", line);
      family = name;
    }
  }

  private static void require(boolean holds, String rule, String line) {
    if (!holds) {
      throw new AssertionError(rule + ": " + line);
    }
  }
}
