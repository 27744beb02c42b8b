package io.vpcrig.cli;

import io.vpcrig.acl.ClassBenchRules;
import io.vpcrig.acl.Classifiers;
import io.vpcrig.acl.ClassifyRun;
import io.vpcrig.acl.HeaderTrace;
import io.vpcrig.acl.RuleSet;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
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
  private static final int DIFFERENT = 1;
  private static final int BAD_RULES = 2;
  private static final int BAD_HEADERS = 3;
  private static final int NOTHING = 4;

  /** Formats of rules. */
  enum Input {
    classbench
  }

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "RULES", description = "Rules; .gz too, - for stdin.")
  private String rulesFile;

  @Parameters(index = "1", paramLabel = "HEADERS", description = "Headers; .gz too, - for stdin.")
  private String headersFile;

  @Option(
      names = "--engine",
      paramLabel = "NAME|all",
      description = "linear, tuple-merge, auto, or all to compare them (default: auto).")
  private String engine = "auto";

  @Option(
      names = "--input",
      paramLabel = "FORMAT",
      description = "Format of the rules: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Input input = Input.classbench;

  @Option(names = "--allow-empty", description = "No rules or no headers is no error.")
  private boolean allowEmpty;

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
      return failed(rulesFile, e, BAD_RULES);
    }
    HeaderTrace headers;
    try {
      headers = read(headersFile, HeaderTrace::read);
    } catch (IOException e) {
      return failed(headersFile, e, BAD_HEADERS);
    }
    ClassifyRun run = ClassifyRun.of(rules, headers, engines);
    print(run.answers());
    run.difference()
        .ifPresent(difference -> err().println("vpcrig: engines differ: " + difference));
    err().println(closingLine(rules, headers, run));
    err().flush();
    if (run.difference().isPresent()) {
      return DIFFERENT;
    }
    return !allowEmpty && (rules.size() == 0 || headers.size() == 0) ? NOTHING : 0;
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
      return reader.read("stdin", System.in);
    }
    try (InputStream bytes = Files.newInputStream(Path.of(file))) {
      return reader.read(file, bytes);
    }
  }

  private int failed(String file, IOException e, int exitCode) {
    String what = e.getMessage();
    if (e instanceof NoSuchFileException) {
      what = file + ": no such file";
    } else if (what == null || !what.contains(file.equals("-") ? "stdin" : file)) {
      what = file + ": " + what;
    }
    err().println("vpcrig: " + what);
    err().flush();
    return exitCode;
  }

  private void print(int[] answers) {
    PrintWriter out = spec.commandLine().getOut();
    StringBuilder lines = new StringBuilder();
    for (int answer : answers) {
      lines.append(answer).append('\n');
      if (lines.length() > 1 << 16) {
        out.append(lines);
        lines.setLength(0);
      }
    }
    out.append(lines).flush();
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

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
