package io.vpcrig.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.query.compiler.Certificate;
import io.vpcrig.query.compiler.CompilerUnderTest;
import io.vpcrig.query.compiler.Conformance;
import io.vpcrig.query.compiler.Feature;
import io.vpcrig.query.compiler.RuleLines;
import io.vpcrig.query.compiler.Suite;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code conform}: certifies a compiler of rules. */
@Command(
    name = "conform",
    description =
        "Has a compiler go through the conformance suite: one case for each thing that rule"
            + " compilers and real routers are known to have got wrong.",
    footer = {
      CompilerOptions.PROTOCOL,
      "Exit: 0 it conforms, 1 a case failed, 2 usage or no such command, 3 the certificate can't"
          + " be",
      "written, 4 every case is skipped."
    })
final class ConformCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Rules of a failed case that are shown. */
  private static final int SHOWN = 12;

  @Spec private CommandSpec spec;
  @Mixin private GlobalOptions global;
  @Mixin private CompilerOptions compiler;

  @Option(
      names = "--certificate",
      paramLabel = "FILE",
      description = "Writes the certificate: versions, digests and results, as JSON; - is stdout.")
  private String certificate;

  @Override
  public Integer call() throws IOException {
    Suite suite = Suite.shipped();
    Set<Feature> without = compiler.without();
    List<Conformance.Result> results;
    ObjectNode json;
    try (CompilerUnderTest opened = compiler.open()) {
      results = Conformance.run(opened, suite, without);
      json = Certificate.of(opened, suite, without, results, new Version().getVersion()[0]);
    }
    if (certificate != null) {
      save(json);
    }
    print(suite, results, json);
    if (Certificate.count(results, Conformance.Outcome.SKIPPED) == results.size()) {
      return global.allowEmpty ? ExitCode.OK : ExitCode.NOTHING;
    }
    return Certificate.conforms(results) ? ExitCode.OK : ExitCode.DIFFERENT;
  }

  private void save(ObjectNode json) throws IOException {
    try (WholeFile file = new WholeFile(certificate)) {
      file.stream().write((pretty(json) + "\n").getBytes(StandardCharsets.UTF_8));
      file.commit();
    }
  }

  private static String pretty(ObjectNode json) throws JsonProcessingException {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json);
  }

  private void print(Suite suite, List<Conformance.Result> results, ObjectNode json)
      throws JsonProcessingException {
    PrintWriter out = spec.commandLine().getOut();
    if (global.format == GlobalOptions.Format.json) {
      out.println(pretty(json));
    } else {
      if (!global.quiet) {
        Style style = new Style(global.useColor());
        results.forEach(result -> print(result, style, out));
        if (global.verbose) {
          suite
              .elsewhere()
              .forEach(
                  each -> out.println("no list's: " + each.what() + " (" + each.source() + ")"));
        }
      }
      out.println(
          "%s: suite %d, %d cases: %d passed, %d failed, %d skipped"
              .formatted(
                  compiler.name(),
                  suite.version(),
                  results.size(),
                  Certificate.count(results, Conformance.Outcome.PASSED),
                  Certificate.count(results, Conformance.Outcome.FAILED),
                  Certificate.count(results, Conformance.Outcome.SKIPPED)));
    }
    out.flush();
  }

  private void print(Conformance.Result result, Style style, PrintWriter out) {
    Suite.Case of = result.of();
    switch (result.outcome()) {
      case PASSED -> {
        if (global.verbose) {
          out.println(style.green("passed ") + " " + of.name());
        }
      }
      case SKIPPED -> out.println("skipped " + of.name());
      case FAILED -> {
        out.println(style.red("failed ") + " " + style.bold(of.name()) + ": " + of.why());
        out.println("  known from: " + of.source());
        String which = of.lists().size() == 1 ? "" : " (list %d)".formatted(result.list() + 1);
        out.println("  rules" + which + ":");
        List<String> lines = RuleLines.of(of.lists().get(result.list()).list()).lines().toList();
        lines.stream().limit(SHOWN).forEach(line -> out.println("    " + cut(line)));
        if (lines.size() > SHOWN) {
          out.println("    ... " + (lines.size() - SHOWN) + " more");
        }
        result.trouble().ifPresent(trouble -> FindingText.print(trouble, style, out));
      }
    }
  }

  private static String cut(String line) {
    return line.length() > 100 ? line.substring(0, 100) + "..." : line;
  }
}
