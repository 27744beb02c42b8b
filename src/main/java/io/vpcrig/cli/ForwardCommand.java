package io.vpcrig.cli;

import io.vpcrig.config.ConfigException;
import io.vpcrig.config.VpcFile;
import io.vpcrig.engine.PathOptions;
import io.vpcrig.engine.Snapshot;
import io.vpcrig.engine.SnapshotCell;
import io.vpcrig.frame.Verdict;
import io.vpcrig.io.live.Driver;
import io.vpcrig.io.live.DriverChoice;
import io.vpcrig.io.live.LivePort;
import io.vpcrig.live.LiveRouter;
import io.vpcrig.live.PortAssignment;
import io.vpcrig.live.PortPlan;
import io.vpcrig.model.Vpc;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jline.utils.Signals;
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
      "was. SIGINT and SIGTERM end it. Needs root or CAP_NET_RAW, and for driver afxdp also",
      "CAP_NET_ADMIN and CAP_BPF.",
      "Exit: 0 stopped, 2 usage, configuration, or an interface that can't be opened."
    })
final class ForwardCommand implements Callable<Integer> {
  private static final String AUTO = "auto";
  private static final int BATCH = 64;
  private static final long STOP_MS = 5_000;

  @Spec private CommandSpec spec;
  @Mixin private GlobalOptions global;
  @Mixin private RedundancyOptions redundancy;

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
    if (busyPoll < 0 || busyPoll > 1_000_000) {
      throw new ParameterException(
          spec.commandLine(), "--busy-poll " + busyPoll + ", legal 0..1000000");
    }
    int most = sessions == null ? vpc.conntrack().max() : sessions;
    SnapshotCell cell = new SnapshotCell(compile(plan, vpc, 1));
    try (LiveRouter router =
        new LiveRouter(
            plan,
            open(plan, wanted),
            cell,
            PathOptions.DEFAULT.withSessions(most),
            BATCH,
            TimeUnit.MICROSECONDS.toNanos(busyPoll))) {
      synchronise(router);
      serve(router, cell, plan);
      return ExitCode.OK;
    } catch (PortException e) {
      System.err.println("vpcrig: " + Sentence.of(e.cause));
      return ExitCode.USAGE;
    }
  }

  /** An interface could not be opened. */
  private static final class PortException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final IOException cause;

    PortException(IOException cause) {
      super(cause);
      this.cause = cause;
    }
  }

  private List<LivePort> open(PortPlan plan, Optional<Driver> wanted) throws IOException {
    List<LivePort> open = new ArrayList<>();
    try {
      for (String link : plan.links()) {
        boolean tagged = plan.accessTag(open.size()) == 0;
        DriverChoice choice = DriverChoice.open(link, wanted, tagged);
        LivePort port = choice.port();
        open.add(port);
        if (global.verbose) {
          System.err.printf(
              Locale.ROOT,
              "%s: driver %s, mtu %d%s%n",
              link,
              port.driver(),
              port.mtu(),
              choice.why().isEmpty() ? "" : " (" + choice.why() + ")");
        }
      }
      return open;
    } catch (IOException e) {
      for (LivePort port : open) {
        port.close();
      }
      throw new PortException(e);
    }
  }

  private void synchronise(LiveRouter router) {
    try {
      redundancy.open(router);
    } catch (IOException e) {
      throw new PortException(e);
    }
  }

  private void serve(LiveRouter router, SnapshotCell cell, PortPlan plan) throws IOException {
    CountDownLatch done = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              router.stop();
              try {
                done.await(STOP_MS, TimeUnit.MILLISECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "vpcrig-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    Signals.register("HUP", () -> reload(cell, plan));
    long start = System.nanoTime();
    try {
      if (!global.quiet) {
        System.err.printf("forwarding between %s%n", String.join(", ", plan.links()));
      }
      router.duty().onChange(this::tellOfDuty);
      router.run();
      close(router, (System.nanoTime() - start) / 1e9);
    } finally {
      done.countDown();
    }
  }

  private void tellOfDuty(boolean works) {
    if (!global.quiet) {
      System.err.println(works ? "master: forwarding" : "backup: standing by");
    }
  }

  private void reload(SnapshotCell cell, PortPlan plan) {
    int generation = cell.getAcquire().generation() + 1;
    try {
      Vpc vpc = redundancy.applyTo(VpcFile.read(vpcFile, System.in));
      plan.requireFits(vpc);
      RedundancyOptions.requireSame(vpc, cell.getAcquire().vpc());
      cell.publish(compile(plan, vpc, generation));
      System.err.printf("read %s again: generation %d%n", vpcFile, generation);
    } catch (ConfigException e) {
      e.problems().forEach(System.err::println);
      System.err.println("vpcrig: not taken; generation " + (generation - 1) + " goes on");
    } catch (IllegalArgumentException e) {
      System.err.println("vpcrig: not taken: " + e.getMessage());
    }
  }

  private static Snapshot compile(PortPlan plan, Vpc vpc, int generation) {
    return Snapshot.compile(plan.applyTo(vpc), generation, Optional.empty());
  }

  private static void close(LiveRouter router, double seconds) {
    var counts = router.counts();
    System.out.printf(
        Locale.ROOT,
        "%,d frames: %,d forwarded, %,d dropped, %,d switched, %,d local; %,d sessions; %.1f s%n",
        counts.packets(),
        counts.verdict(Verdict.FORWARD),
        counts.verdict(Verdict.DROP),
        counts.verdict(Verdict.SWITCH),
        counts.verdict(Verdict.LOCAL),
        router.path().sessions().created(),
        seconds);
  }
}
