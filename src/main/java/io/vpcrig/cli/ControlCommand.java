package io.vpcrig.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code control FILE VERB}: speaks to a running router. */
@Command(
    name = "control",
    description = "Asks and tells a running router, by the socket that forward --control made.",
    subcommands = {
      ControlCommand.Status.class,
      ControlCommand.Reload.class,
      ControlCommand.Stop.class,
      TapCommand.class,
      TraceCommand.class
    },
    synopsisSubcommandLabel = "VERB",
    footer = {
      "",
      "Exit: 0 done, 1 refused by the router, 2 usage, 3 no router there, 4 tap or trace saw no"
          + " frame."
    })
final class ControlCommand implements Runnable {
  @Spec CommandSpec spec;

  @Parameters(index = "0", paramLabel = "FILE", description = "The router's control socket.")
  Path socket;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "no verb, legal " + String.join(", ", spec.commandLine().getSubcommands().keySet()));
  }

  /** Sends a verb without arguments; prints the answer. */
  private abstract static class Plain implements Callable<Integer> {
    @Mixin GlobalOptions global;

    @picocli.CommandLine.ParentCommand ControlCommand parent;

    @Override
    public Integer call() throws IOException {
      try (ControlClient client = new ControlClient(parent.socket)) {
        client.send(verb());
        JsonNode answer = client.last();
        var line = parent.spec.commandLine();
        if (global.format == GlobalOptions.Format.json) {
          line.getOut().println(answer.toPrettyString());
        } else if (!answer.path("ok").asBoolean()) {
          line.getErr().println("vpcrig: " + answer.path("problem").asText());
        } else {
          line.getOut().println(text(answer));
        }
        line.getOut().flush();
        return answer.path("ok").asBoolean() ? ExitCode.OK : ExitCode.DIFFERENT;
      }
    }

    abstract String verb();

    abstract String text(JsonNode answer);
  }

  /** {@code reload}. */
  @Command(
      name = "reload",
      description = "Has the VPC file read again; a file with faults changes nothing.")
  static final class Reload extends Plain {
    @Override
    String verb() {
      return "reload";
    }

    @Override
    String text(JsonNode answer) {
      return "generation %d, compiled in %.3f s"
          .formatted(answer.path("generation").asInt(), answer.path("seconds").asDouble());
    }
  }

  /** {@code stop}. */
  @Command(name = "stop", description = "Ends the router.")
  static final class Stop extends Plain {
    @Override
    String verb() {
      return "stop";
    }

    @Override
    String text(JsonNode answer) {
      return "stops";
    }
  }

  /** {@code status}. */
  @Command(name = "status", description = "Tells what it runs, and how its ports are.")
  static final class Status extends Plain {
    @Override
    String verb() {
      return "status";
    }

    @Override
    String text(JsonNode answer) {
      StringBuilder text = new StringBuilder();
      text.append(
          "%s, PID %d, up %s, generation %d%n"
              .formatted(
                  answer.path("vpc").asText(),
                  answer.path("pid").asLong(),
                  RunText.time(System.currentTimeMillis() - answer.path("begunMs").asLong()),
                  answer.path("generation").asInt()));
      for (JsonNode port : answer.path("ports")) {
        text.append(
            "%-15s %-4s  received %,d  lost %,d  sent %,d  not sent %,d%n"
                .formatted(
                    port.path("port").asText(),
                    port.path("up").asBoolean() ? "up" : "DOWN",
                    port.path("received").asLong(),
                    port.path("lost").asLong(),
                    port.path("sent").asLong(),
                    port.path("unsent").asLong()));
      }
      return text.append(
              "%,d frames: %,d forwarded, %,d dropped, %,d switched, %,d local; %,d sessions"
                  .formatted(
                      answer.path("packets").asLong(),
                      answer.path("forward").asLong(),
                      answer.path("drop").asLong(),
                      answer.path("switch").asLong(),
                      answer.path("local").asLong(),
                      answer.path("sessions").asLong()))
          .toString();
    }
  }
}
