package io.vpcrig.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.acl.ClassBenchRules;
import io.vpcrig.acl.Classifiers;
import io.vpcrig.acl.ClassifyRun;
import io.vpcrig.acl.HeaderTrace;
import io.vpcrig.acl.OverBudgetException;
import io.vpcrig.acl.RuleSet;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code classify RULES HEADERS}: the first matching rule of each header. */
@Command(
    name = "classify",
    description =
        "Prints, for each header, the 0-based number of the first rule that matches, or -1.",
    footer = {
      "",
      "A header is one line of 5 decimal numbers: source, destination, source port, destination"
          + " port,",
      "protocol; flags and a rule number may follow.",
      "",
      "Exit: 0 done, 1 engines differ, 2 usage or rules malformed, 3 headers unreadable, 4 no rules"
          + " or",
      "no headers."
    })
public final class ClassifyCommand implements Callable<Integer> {
  private static final String STDIN = "stdin";

  /** Formats of rules. */
  enum Input {
    classbench
  }

  @Spec private CommandSpec spec;
  @Mixin private GlobalOptions global;

  @Parameters(index = "0", paramLabel = "RULES", description = "Rules; .gz too, - for stdin.")
  private String rulesFile;

  @Parameters(index = "1", paramLabel = "HEADERS", description = "Headers; .gz too, - for stdin.")
  private String headersFile;

  @Option(
      names = "--engine",
      paramLabel = "NAME|all",
      description = "linear, rfc, peel, split, tuple-merge, auto, all (default: auto).")
  private String engine = "auto";

  @Option(
      names = "--input",
      paramLabel = "FORMAT",
      description = "Format of the rules: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Input input = Input.classbench;

  /** A file of text that may come by stdin. */
  @FunctionalInterface
  private interface Reader<T> {
    T read(String name, InputStream bytes) throws IOException;
  }

  @Override
  public Integer call() {
    List<String> engines = engines();
    RuleSet rules;
    try {
      rules =
          switch (input) {
            case classbench -> read(rulesFile, ClassBenchRules::read);
          };
    } catch (IOException e) {
      return failed(rulesFile, e, ExitCode.USAGE);
    }
    HeaderTrace headers;
    try {
      headers = read(headersFile, HeaderTrace::read);
    } catch (IOException e) {
      return failed(headersFile, e, ExitCode.INPUT);
    }
    ClassifyRun run;
    try {
      run = ClassifyRun.of(rules, headers, engines);
    } catch (OverBudgetException e) {
      err()
          .println(
              "vpcrig: "
                  + rulesFile
                  + " is too much for the engine "
                  + engine
                  + ": "
                  + e.getMessage()
                  + "; --engine auto takes one that fits");
      err().flush();
      return ExitCode.USAGE;
    }
    if (global.format == GlobalOptions.Format.json) {
      out().println(json(rules, headers, run));
    } else {
      print(run.answers());
    }
    out().flush();
    run.refused()
        .forEach(each -> err().println("vpcrig: " + each.engine() + " left out: " + each.why()));
    run.difference()
        .ifPresent(difference -> err().println("vpcrig: engines differ: " + difference));
    err().println(closingLine(rules, headers, run));
    err().flush();
    if (run.difference().isPresent()) {
      return ExitCode.DIFFERENT;
    }
    return !global.allowEmpty && (rules.size() == 0 || headers.size() == 0)
        ? ExitCode.NOTHING
        : ExitCode.OK;
  }

  private List<String> engines() {
    if (rulesFile.equals("-") && headersFile.equals("-")) {
      throw new ParameterException(
          spec.commandLine(), "RULES and HEADERS are both '-'; stdin can be only one of them");
    }
    if (engine.equals("all")) {
      return Classifiers.names();
    }
    if (!engine.equals("auto") && !Classifiers.names().contains(engine)) {
      throw new ParameterException(
          spec.commandLine(),
          "--engine is '"
              + engine
              + "', legal: auto, all, "
              + String.join(", ", Classifiers.names()));
    }
    return List.of(engine);
  }

  private static <T> T read(String file, Reader<T> reader) throws IOException {
    if (file.equals("-")) {
      return reader.read(STDIN, System.in);
    }
    try (InputStream bytes = Files.newInputStream(Path.of(file))) {
      return reader.read(file, bytes);
    }
  }

  private int failed(String file, IOException e, int exitCode) {
    String what = Sentence.of(e);
    String name = file.equals("-") ? STDIN : file;
    if (what == null || !what.startsWith(name)) {
      what = name + ": " + what;
    }
    err().println("vpcrig: " + what);
    err().flush();
    return exitCode;
  }

  private void print(int[] answers) {
    StringBuilder lines = new StringBuilder();
    for (int answer : answers) {
      lines.append(answer).append('\n');
      if (lines.length() > 1 << 16) {
        out().append(lines);
        lines.setLength(0);
      }
    }
    out().append(lines);
  }

  private static ObjectNode json(RuleSet rules, HeaderTrace headers, ClassifyRun run) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("headers", headers.size());
    root.put("rules", rules.size());
    root.put("matched", run.matched());
    root.put("unmatched", headers.size() - run.matched());
    ArrayNode engines = root.putArray("engines");
    for (ClassifyRun.Timing timing : run.timings()) {
      engines
          .addObject()
          .put("name", timing.engine())
          .put("buildNs", timing.buildNs())
          .put("runNs", timing.runNs())
          .put("memoryBytes", timing.memoryBytes());
    }
    run.difference().ifPresent(difference -> root.put("difference", difference));
    if (!run.refused().isEmpty()) {
      ArrayNode refused = root.putArray("refused");
      run.refused()
          .forEach(each -> refused.addObject().put("name", each.engine()).put("why", each.why()));
    }
    ArrayNode answers = root.putArray("answers");
    Arrays.stream(run.answers()).forEach(answers::add);
    return root;
  }

  private static String closingLine(RuleSet rules, HeaderTrace headers, ClassifyRun run) {
    StringBuilder line = new StringBuilder();
    line.append(headers.size()).append(" headers, ").append(rules.size()).append(" rules: ");
    line.append(run.matched()).append(" matched, ");
    line.append(headers.size() - run.matched()).append(" not");
    for (ClassifyRun.Timing timing : run.timings()) {
      line.append(
          String.format(
              Locale.ROOT,
              "; %s: build %.1f ms, run %.1f ms",
              timing.engine(),
              timing.buildNs() / 1e6,
              timing.runNs() / 1e6));
    }
    return line.toString();
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
