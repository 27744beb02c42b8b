package io.vpcrig.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** {@code control FILE tap PLACE}: frames at a place of a running router's way. */
@Command(
    name = "tap",
    description = "Captures frames at a place of the router's way, with reasons as comments.",
    footer = {
      "",
      "Places, in the order of the way: in, decap, fragment, session, first-packet, mtu-gate,",
      "related, plain-egress, rewrite, cut, encap, out. Each shows what comes out of that stage:",
      "frames that go on, and those that it decided. The filter is asked of the frame as it came,"
          + " and of the",
      "packet behind its tags or in its tunnel. Ctrl-C ends it; the file is whole at any time."
    })
final class TapCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private GlobalOptions global;
  @ParentCommand private ControlCommand parent;

  @Parameters(index = "0", paramLabel = "PLACE", description = "A stage, in, or out.")
  private String place;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "FILTER",
      description = "Which frames, as pcap-filter(7) says it (default: all).")
  private List<String> filter = List.of();

  @Option(
      names = "-w",
      required = true,
      paramLabel = "FILE",
      description = "The pcapng file, - for stdout.")
  private String output;

  @Option(names = "-n", paramLabel = "N", description = "Ends after N frames.")
  private Long count;

  @Option(names = "--time", paramLabel = "S", description = "Ends after S seconds.")
  private Double seconds;

  @Override
  public Integer call() throws IOException {
    if (count != null && count < 1) {
      throw new ParameterException(spec.commandLine(), "-n " + count + ", legal from 1");
    }
    if (seconds != null && !(seconds > 0 && seconds <= 1e6)) {
      throw new ParameterException(spec.commandLine(), "--time " + seconds + ", legal 0..1e6");
    }
    boolean stdout = output.equals("-");
    try (ControlClient client = new ControlClient(parent.socket)) {
      client.send("tap " + place + ControlClient.arguments(count, filter));
      JsonNode line = client.next();
      if (isRefused(line)) {
        return ExitCode.DIFFERENT;
      }
      try (OutputStream file = stdout ? System.out : Files.newOutputStream(Path.of(output))) {
        return write(client, line, file);
      }
    }
  }

  private int write(ControlClient client, JsonNode first, OutputStream file) throws IOException {
    long end = System.nanoTime() + (long) (seconds == null ? 1e18 : seconds * 1e9);
    long frames = 0;
    long lost = 0;
    for (JsonNode line = first; ; line = client.next()) {
      file.write(client.bytes());
      file.flush();
      frames = line.path("frames").asLong(frames);
      lost = line.path("lost").asLong(lost);
      if (isRefused(line)) {
        return ExitCode.DIFFERENT;
      }
      if (line.has("ok") || System.nanoTime() >= end) {
        break;
      }
    }
    System.err.printf("%,d frames, %,d lost%n", frames, lost);
    return frames > 0 || global.allowEmpty ? ExitCode.OK : ExitCode.NOTHING;
  }

  private boolean isRefused(JsonNode line) {
    boolean refused = line.has("ok") && !line.path("ok").asBoolean();
    if (refused) {
      spec.commandLine().getErr().println("vpcrig: " + line.path("problem").asText());
    }
    return refused;
  }
}
