package io.vpcrig.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.report.BenchPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code report FILE}: the page of a result that was kept. */
@Command(
    name = "report",
    description = "Makes the page of a result that bench wrote with --json.",
    footer = {"", "Exit: 0 done, 2 usage, or no such result, 3 unreadable."})
public final class ReportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin GlobalOptions global;

  @Parameters(index = "0", paramLabel = "FILE.json", description = "What bench --json wrote.")
  private String input;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE.html",
      description = "The page, - for stdout.")
  private String output;

  @Override
  public Integer call() throws IOException {
    String text;
    try {
      text = Files.readString(Path.of(input));
    } catch (IOException e) {
      return failed(Sentence.of(e), ExitCode.INPUT);
    }
    JsonNode result;
    try {
      result = new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      return failed(input + ": no JSON: " + e.getOriginalMessage(), ExitCode.USAGE);
    }
    if (!(result instanceof ObjectNode report)
        || !report.path("bench").isTextual()
        || !report.path("results").isArray()) {
      return failed(
          input + ": no result of bench: an object with fields bench and results is expected",
          ExitCode.USAGE);
    }
    try (WholeFile file = new WholeFile(output)) {
      file.stream().write(BenchPage.of(report));
      file.commit();
    }
    if (!output.equals("-")) {
      spec.commandLine().getOut().println(report.get("results").size() + " results");
      spec.commandLine().getOut().flush();
    }
    return ExitCode.OK;
  }

  private int failed(String sentence, int exit) {
    spec.commandLine().getErr().println("vpcrig: " + sentence);
    spec.commandLine().getErr().flush();
    return exit;
  }
}
