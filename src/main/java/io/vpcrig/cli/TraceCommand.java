package io.vpcrig.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code control FILE trace}: stories of the next frames of a running router. */
@Command(
    name = "trace",
    description = "Tells what becomes of the next frames, and why, as explain does.",
    footer = {"", "The filter is asked as for tap. Ctrl-C ends it."})
final class TraceCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private GlobalOptions global;
  @ParentCommand private ControlCommand parent;

  @Parameters(
      index = "0..*",
      arity = "0..*",
      paramLabel = "FILTER",
      description = "Which frames, as pcap-filter(7) says it (default: all).")
  private List<String> filter = List.of();

  @Option(
      names = "-n",
      paramLabel = "N",
      description = "So many frames, 1..10000 (default: ${DEFAULT-VALUE}).")
  private long count = 20;

  @Override
  public Integer call() throws IOException {
    if (count < 1 || count > 10_000) {
      throw new ParameterException(spec.commandLine(), "-n " + count + ", legal 1..10000");
    }
    PrintWriter out = spec.commandLine().getOut();
    try (ControlClient client = new ControlClient(parent.socket)) {
      client.send("trace" + ControlClient.arguments(count, filter));
      while (true) {
        JsonNode line = client.next();
        if (line.path("ok").isBoolean() && !line.path("ok").asBoolean()) {
          spec.commandLine().getErr().println("vpcrig: " + line.path("problem").asText());
          return ExitCode.DIFFERENT;
        }
        if (line.has("ok")) {
          out.printf(
              "%,d frames told, %,d lost%n",
              line.path("frames").asLong(), line.path("lost").asLong());
          out.flush();
          return ExitCode.OK;
        }
        if (line.has("text")) {
          print(out, line);
        }
      }
    }
  }

  private void print(PrintWriter out, JsonNode line) {
    if (global.format == GlobalOptions.Format.json) {
      ((ObjectNode) line).remove("text");
      out.println(line);
    } else {
      out.println(line.path("text").asText());
    }
    out.flush();
  }
}
