package io.vpcrig.cli;

import io.vpcrig.config.ConfigException;
import io.vpcrig.config.VpcFile;
import io.vpcrig.io.live.Driver;
import io.vpcrig.live.PortAssignment;
import io.vpcrig.live.PortPlan;
import io.vpcrig.model.Vpc;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code forward VPC}: the VPC's router on live interfaces. */
@Command(
    name = "forward",
    description = "Runs as a VPC's router on network interfaces, until it is stopped.",
    footer = {
      "",
      "SIGHUP reads the VPC file again: a file with faults is told and the router goes on as it",
      "was. SIGINT and SIGTERM end it. Needs root or CAP_NET_RAW, for driver afxdp also",
      "CAP_NET_ADMIN and CAP_BPF, for --user also CAP_SETUID, CAP_SETGID and CAP_CHOWN.",
      "Exit: 0 stopped, 2 usage, configuration, or an interface that can't be opened."
    })
final class ForwardCommand implements Callable<Integer> {
  private static final String AUTO = "auto";

  @Spec private CommandSpec spec;
  @Mixin private GlobalOptions global;
  @Mixin private RedundancyOptions redundancy;
  @Mixin private CounterOptions counters;

  @Parameters(index = "0", paramLabel = "VPC", description = "VPC file.")
  private String vpcFile;

  @Option(
      names = "--port",
      required = true,
      paramLabel = "SEGMENT=IFACE[:tagged]",
      description =
          "The interface that a segment is behind; again for each segment. Frames have no tag"
              + " there; where several segments name one interface, or with :tagged, they have the"
              + " mark that the VPC file gives the segment.")
  private List<String> assignments;

  @Option(
      names = "--driver",
      paramLabel = "DRIVER",
      description =
          "How interfaces are reached: afxdp, afpacket, pcap, or auto: the best that each can have,"
              + " which -v tells with the reason (default: ${DEFAULT-VALUE}).")
  private String driver = AUTO;

  @Option(
      names = "--busy-poll",
      paramLabel = "US",
      description =
          "Looks for frames that long before it sleeps, microseconds 0..1000000: less delay for"
              + " a busy core (default: ${DEFAULT-VALUE}).")
  private int busyPoll;

  @Option(
      names = "--sessions",
      paramLabel = "N",
      description = "Most sessions at once (default: the VPC's conntrack max, 1048576 if none).")
  private Integer sessions;

  @Option(names = "--watch", description = "Reads the VPC file again whenever it has changed.")
  private boolean watch;

  @Option(
      names = "--control",
      paramLabel = "FILE",
      description = "Takes orders at a socket of this name, for its owner: see vpcrig control.")
  private String control;

  @Option(
      names = "--log",
      paramLabel = "FILE",
      description =
          "Puts its log, a line for each event, behind what stands in FILE (default: stderr);"
              + " --format json makes each line a JSON object.")
  private String log;

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description =
          "Becomes that user once ports, log and control socket are open, and has no rights any"
              + " more: the VPC file must be the user's to read. Needs root.")
  private String user;

  @Override
  public Integer call() throws IOException {
    Vpc vpc;
    PortPlan plan;
    Optional<Driver> wanted;
    try {
      wanted = AUTO.equals(driver) ? Optional.empty() : Optional.of(Driver.parse(driver));
      vpc = redundancy.applyTo(VpcFile.read(vpcFile, System.in));
      plan = PortPlan.of(vpc, assignments.stream().map(PortAssignment::parse).toList());
      redundancy.check(plan.applyTo(vpc), plan);
    } catch (ConfigException e) {
      e.problems().forEach(System.err::println);
      return ExitCode.USAGE;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    counters.check(spec.commandLine());
    if (busyPoll < 0 || busyPoll > 1_000_000) {
      throw usage("--busy-poll " + busyPoll + ", legal 0..1000000");
    }
    int most = sessions == null ? vpc.conntrack().max() : sessions;
    if (most < 1 || most > 10_000_000) {
      throw usage("--sessions " + most + ", legal 1..10000000");
    }
    if (watch && vpcFile.equals(VpcFile.STDIN)) {
      throw usage("--watch needs a VPC file; stdin can't be read again");
    }
    ForwardRun run =
        new ForwardRun(
            new ForwardRun.Request(
                vpcFile,
                plan,
                wanted,
                most,
                TimeUnit.MICROSECONDS.toNanos(busyPoll),
                watch,
                control,
                log,
                user,
                redundancy,
                counters),
            global);
    return run.run(vpc);
  }

  private ParameterException usage(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }
}
