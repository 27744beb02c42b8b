package io.vpcrig.cli;

import io.vpcrig.model.Action;
import io.vpcrig.model.Flow;
import io.vpcrig.query.FlowCapture;
import io.vpcrig.query.Story;
import io.vpcrig.symbolic.Header;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps counter-examples in a folder: {@code counter-examples.pcapng}, the frames that open their
 * flows, and test cases of the lists or the VPC that did otherwise, {@code counter-examples.yaml};
 * one file for each such list, numbered from 1 where there are several.
 */
final class CounterExamples {
  private static final String NAME = "counter-examples";

  /** What a test can be about. */
  enum Subject {
    rules,
    vpc
  }

  /**
   * A flow on which two lists or VPCs, or a list and its compiled form, differ.
   *
   * @param named the list or VPC to be tested, {@code FILE} or {@code FILE#LIST}
   * @param expected what the test wants of it, as fields of a case; empty: no case can say it
   * @param comment who says what
   */
  record Example(
      Subject subject, String named, Flow flow, Optional<String> expected, String comment) {
    /** Wants a verdict of a list. */
    static Example ofList(String rules, Header header, Action expected, String comment) {
      Optional<String> wanted =
          header.isReal()
              ? Optional.of(
                  expected.name().toLowerCase(Locale.ROOT)
                      + ": "
                      + quoted(header.flow().toString()))
              : Optional.empty();
      String none = wanted.isPresent() ? "" : "; no frame has the header " + header;
      return new Example(Subject.rules, rules, header.flow(), wanted, comment + none);
    }

    /** Wants of a VPC what another one does with a first packet, and how it leaves there. */
    static Example ofVpc(String file, Flow flow, Story wanted, String comment) {
      boolean passes = wanted.outcome().passes();
      StringBuilder fields = new StringBuilder();
      fields.append(passes ? "allow: " : "deny: ").append(quoted(flow.toString()));
      wanted.outcome().out().ifPresent(out -> fields.append(", out: ").append(quoted(out)));
      wanted
          .outcome()
          .rewritten()
          .ifPresent(left -> fields.append(", rewritten: ").append(quoted(left.toString())));
      return new Example(Subject.vpc, file, flow, Optional.of(fields.toString()), comment);
    }

    /** Only its frame is kept, and a comment. */
    static Example withoutCase(String file, Flow flow, String comment) {
      return new Example(Subject.vpc, file, flow, Optional.empty(), comment);
    }
  }

  private final Path folder;
  private final Optional<String> format;
  private final List<Example> examples = new ArrayList<>();

  /**
   * @param format of the lists, as the operator named it; empty: told by content
   */
  CounterExamples(Path folder, Optional<String> format) {
    this.folder = folder;
    this.format = format;
  }

  void add(Example example) {
    examples.add(example);
  }

  /** Writes them; nothing, if there are none. */
  void write() throws IOException {
    if (examples.isEmpty()) {
      return;
    }
    Files.createDirectories(folder);
    FlowCapture.write(
        folder.resolve(NAME + ".pcapng").toString(), examples.stream().map(Example::flow).toList());
    Map<String, List<Example>> byName = new LinkedHashMap<>();
    for (Example example : examples) {
      byName.computeIfAbsent(example.named, name -> new ArrayList<>()).add(example);
    }
    int number = 0;
    for (Map.Entry<String, List<Example>> each : byName.entrySet()) {
      String name = byName.size() == 1 ? NAME : NAME + "-" + ++number;
      try (WholeFile file = new WholeFile(folder.resolve(name + ".yaml").toString())) {
        String text = text(each.getKey(), each.getValue());
        file.stream().write(text.getBytes(StandardCharsets.UTF_8));
        file.commit();
      }
    }
  }

  private String text(String named, List<Example> cases) throws IOException {
    StringBuilder text = new StringBuilder();
    Subject subject = cases.getFirst().subject;
    text.append("# What 'vpcrig prove' found. 'vpcrig test' of this file passes once what it\n");
    text.append("# is about does what A does.\n");
    text.append(subject).append(": ").append(quoted(seenFromFolder(named))).append('\n');
    if (subject == Subject.rules) {
      format.ifPresent(name -> text.append("format: ").append(name).append('\n'));
    }
    text.append("cases:\n");
    int number = 0;
    for (Example each : cases) {
      text.append("  # ").append(each.comment.replaceAll("\\R", " ")).append('\n');
      if (each.expected.isPresent()) {
        text.append("  - {name: counter-example ").append(++number);
        text.append(", ").append(each.expected.get()).append("}\n");
      }
    }
    return number == 0 ? text.append("  []\n").toString() : text.toString();
  }

  /** A path that a file in the folder can name. */
  private String seenFromFolder(String named) throws IOException {
    int hash = named.lastIndexOf('#');
    boolean hasList = hash > 0 && !Files.exists(Path.of(named));
    Path file = Path.of(hasList ? named.substring(0, hash) : named).toRealPath();
    return folder.toRealPath().relativize(file) + (hasList ? named.substring(hash) : "");
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
