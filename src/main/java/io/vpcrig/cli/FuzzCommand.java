package io.vpcrig.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.query.compiler.CompilerUnderTest;
import io.vpcrig.query.compiler.Corpus;
import io.vpcrig.query.compiler.Finding;
import io.vpcrig.query.compiler.Fuzzer;
import io.vpcrig.query.compiler.WrittenList;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fuzz}: hunts for a list that a compiler of rules gets wrong. */
@Command(
    name = "fuzz",
    description =
        "Looks for rule lists that a compiler gets wrong: compiles random, edited and boundary"
            + " lists, asks the compiled forms about headers at the edges of the rules, and makes"
            + " what goes wrong small.",
    footer = {
      CompilerOptions.PROTOCOL,
      "Exit: 0 nothing found, 1 found, 2 usage, no such command, or rules malformed,",
      "3 corpus unreadable or unwritable, 4 the compiler refused every list."
    })
final class FuzzCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_SECONDS = 1_000_000;

  @Spec private CommandSpec spec;
  @Mixin private GlobalOptions global;
  @Mixin private CompilerOptions compiler;

  @Option(
      names = "--rules",
      paramLabel = "FILE[#LIST]",
      description = "Lists to try and to edit, in any format of rule lists.")
  private List<String> ruleFiles = List.of();

  @Option(
      names = "--time",
      paramLabel = "S",
      description = "Seconds to look for (default: ${DEFAULT-VALUE}).")
  private int seconds = 10;

  @Option(
      names = "--lists",
      paramLabel = "N",
      description = "Lists after which to end as well (default: no limit).")
  private long lists = Long.MAX_VALUE;

  @Option(
      names = "--findings",
      paramLabel = "N",
      description = "Findings after which to end (default: ${DEFAULT-VALUE}).")
  private int findings = 1;

  @Option(
      names = "--corpus",
      paramLabel = "DIR",
      description = "Where findings are kept, as rules, test case and capture; tried first.")
  private Path corpus;

  @Option(
      names = "--shrink",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Make findings small (default); --no-shrink: show them as found.")
  private boolean shrink;

  @Override
  public Integer call() throws IOException {
    check("--time", seconds, MOST_SECONDS);
    check("--lists", lists, Long.MAX_VALUE);
    check("--findings", findings, Integer.MAX_VALUE);
    Fuzzer.Plan plan =
        new Fuzzer.Plan(
            global.seed(),
            seconds * 1_000_000_000L,
            lists,
            findings,
            shrink,
            corpus == null ? List.of() : Corpus.load(corpus),
            given(),
            compiler.without());
    Fuzzer.Report report;
    try (CompilerUnderTest opened = compiler.open()) {
      report = Fuzzer.run(opened, plan, System::nanoTime);
    }
    List<Path> saved = save(report.findings());
    print(report, plan, saved);
    if (report.lists() == report.refused()) {
      return global.allowEmpty ? ExitCode.OK : ExitCode.NOTHING;
    }
    return report.findings().isEmpty() ? ExitCode.OK : ExitCode.DIFFERENT;
  }

  private void check(String option, long value, long most) {
    if (value < 1 || value > most) {
      throw new ParameterException(
          spec.commandLine(), option + " is " + value + ", legal 1.." + most);
    }
  }

  private List<WrittenList> given() {
    List<WrittenList> given = new ArrayList<>();
    for (String file : ruleFiles) {
      try {
        given.addAll(GivenLists.read(file));
      } catch (IOException | IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), "--rules: " + Sentence.of(e), e);
      }
    }
    return given;
  }

  private List<Path> save(List<Finding> found) throws IOException {
    List<Path> saved = new ArrayList<>();
    if (corpus != null) {
      for (Finding finding : found) {
        saved.add(Corpus.save(corpus, finding, compiler.name()));
      }
    }
    return saved;
  }

  private void print(Fuzzer.Report report, Fuzzer.Plan plan, List<Path> saved)
      throws JsonProcessingException {
    PrintWriter out = spec.commandLine().getOut();
    if (global.format == GlobalOptions.Format.json) {
      out.println(
          JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json(report, plan, saved)));
    } else {
      if (!global.quiet) {
        Style style = new Style(global.useColor());
        report.findings().forEach(finding -> FindingText.print(finding, style, out));
        saved.forEach(file -> out.println("  kept in " + file));
      }
      out.println(closingLine(report, plan));
    }
    out.flush();
  }

  private String closingLine(Fuzzer.Report report, Fuzzer.Plan plan) {
    return String.format(
        Locale.ROOT,
        "%s: %d found in %d lists and %d headers, %d refused, %d known tried first, %.1f s, seed"
            + " %d",
        compiler.name(),
        report.findings().size(),
        report.lists(),
        report.headers(),
        report.refused(),
        plan.known().size(),
        report.ns() / 1e9,
        plan.seed());
  }

  private ObjectNode json(Fuzzer.Report report, Fuzzer.Plan plan, List<Path> saved) {
    ObjectNode root = JSON.createObjectNode();
    root.put("compiler", compiler.name());
    root.put("seed", plan.seed());
    root.put("lists", report.lists());
    root.put("headers", report.headers());
    root.put("refused", report.refused());
    root.put("known", plan.known().size());
    root.put("seconds", report.ns() / 1e9);
    ArrayNode found = root.putArray("findings");
    report.findings().forEach(finding -> FindingText.write(finding, found.addObject()));
    ArrayNode files = root.putArray("kept");
    saved.forEach(file -> files.add(file.toString()));
    return root;
  }
}
