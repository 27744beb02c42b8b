package io.vpcrig.cli;

import io.vpcrig.cli.GlobalOptions.Format;
import io.vpcrig.control.ControlSocket;
import io.vpcrig.control.EventLog;
import io.vpcrig.control.Reloads;
import io.vpcrig.control.RouterVerbs;
import io.vpcrig.control.RouterWatch;
import io.vpcrig.engine.Accounting;
import io.vpcrig.engine.PathOptions;
import io.vpcrig.engine.Snapshot;
import io.vpcrig.engine.SnapshotCell;
import io.vpcrig.frame.Verdict;
import io.vpcrig.io.live.Driver;
import io.vpcrig.io.live.DriverChoice;
import io.vpcrig.io.live.LivePort;
import io.vpcrig.io.live.Privileges;
import io.vpcrig.live.LiveRouter;
import io.vpcrig.live.PortPlan;
import io.vpcrig.model.Vpc;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jline.utils.Signals;

/**
 * One life of a live router: what needs rights is opened, then it runs on the calling thread, with
 * what watches it and takes orders beside it, until it is stopped.
 */
final class ForwardRun {
  private static final int BATCH = 64;
  private static final long STOP_MS = 5_000;

  /**
   * What was asked for.
   *
   * @param driver of all interfaces; empty: the best for each
   * @param control path of the control socket, or null
   * @param log its file, or null for stderr
   * @param user to become, or null
   */
  record Request(
      String vpcFile,
      PortPlan plan,
      Optional<Driver> driver,
      int sessions,
      long spinNs,
      boolean watch,
      String control,
      String log,
      String user,
      RedundancyOptions redundancy,
      CounterOptions counters) {}

  private final Request request;
  private final GlobalOptions global;
  private final PortPlan plan;

  ForwardRun(Request request, GlobalOptions global) {
    this.request = request;
    this.global = global;
    this.plan = request.plan();
  }

  /** Something that was asked for is not to be had. */
  private static final class OpenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final IOException cause;

    OpenException(IOException cause) {
      super(cause);
      this.cause = cause;
    }
  }

  /** Runs; returns the exit code. */
  int run(Vpc vpc) throws IOException {
    SnapshotCell cell = new SnapshotCell(Reloads.first(vpc, plan));
    Privileges.User user = null;
    try {
      user = request.user() == null ? null : Privileges.User.of(request.user());
    } catch (IOException e) {
      System.err.println("vpcrig: " + Sentence.of(e));
      return ExitCode.USAGE;
    }
    CountDownLatch done = new CountDownLatch(1);
    try (EventLog log = log();
        ControlSocket control = control();
        LiveRouter router =
            new LiveRouter(
                plan,
                open(log),
                cell,
                PathOptions.DEFAULT.withSessions(request.sessions()),
                BATCH,
                request.spinNs());
        RunCounters counters = unprivileged(user, control, log, cell.getAcquire())) {
      Reloads reloads = new Reloads(request.vpcFile(), plan, cell, this::fit, log);
      synchronise(router);
      stopAtTheEnd(router, done);
      Signals.register("HUP", () -> reloads.reload("SIGHUP"));
      Signals.register("TERM", router::stop);
      router.duty().onChange(works -> log.write("duty", "state", works ? "master" : "backup"));
      serve(router, log, reloads, control, counters);
      return ExitCode.OK;
    } catch (OpenException e) {
      System.err.println("vpcrig: " + Sentence.of(e.cause));
      return ExitCode.USAGE;
    } finally {
      done.countDown();
    }
  }

  private void synchronise(LiveRouter router) {
    try {
      request.redundancy().open(router);
    } catch (IOException e) {
      throw new OpenException(e);
    }
  }

  private Vpc fit(Vpc read, Vpc running) {
    Vpc vpc = request.redundancy().applyTo(read);
    RedundancyOptions.requireSame(vpc, running);
    return vpc;
  }

  private void serve(
      LiveRouter router, EventLog log, Reloads reloads, ControlSocket control, RunCounters counters)
      throws IOException {
    long start = System.nanoTime();
    try (RouterWatch watch =
        new RouterWatch(
            router,
            plan.links(),
            log,
            reloads,
            request.watch() ? Optional.of(Path.of(request.vpcFile())) : Optional.empty(),
            counters::example)) {
      counters.begin(router, plan.links());
      watch.start();
      if (control != null) {
        control.serve(new RouterVerbs(router, plan.links(), reloads).all());
      }
      log.write(
          "start",
          "vpc",
          router.counted().snapshot().vpc().name(),
          "file",
          request.vpcFile(),
          "ports",
          String.join(",", plan.links()),
          "pid",
          ProcessHandle.current().pid(),
          "control",
          request.control());
      router.run();
    }
    Accounting counts = router.counted().counts();
    log.write("stop", "frames", counts.packets(), "forwarded", counts.verdict(Verdict.FORWARD));
    close(router, counts, (System.nanoTime() - start) / 1e9);
  }

  /** Where the process is told to go, the router has its time to end. */
  private static void stopAtTheEnd(LiveRouter router, CountDownLatch done) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  router.stop();
                  try {
                    done.await(STOP_MS, TimeUnit.MILLISECONDS);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                },
                "vpcrig-stop"));
  }

  // --- what is opened ---

  private EventLog log() {
    EventLog.Form form =
        global.format == Format.json ? EventLog.Form.JSON : EventLog.Form.KEY_VALUE;
    try {
      if (request.log() != null) {
        return EventLog.file(request.log(), form);
      }
      return EventLog.to(global.quiet ? OutputStream.nullOutputStream() : System.err, form);
    } catch (IOException e) {
      throw new OpenException(e);
    }
  }

  private ControlSocket control() {
    try {
      return request.control() == null ? null : new ControlSocket(Path.of(request.control()));
    } catch (IOException e) {
      throw new OpenException(e);
    }
  }

  /** Drops rights, if that was asked for; what is opened from now on is the user's. */
  private RunCounters unprivileged(
      Privileges.User user, ControlSocket control, EventLog log, Snapshot first) {
    try {
      if (user != null) {
        if (control != null) {
          control.giveTo(user.name());
        }
        Privileges.drop(user);
        log.write("user", "user", user.name(), "uid", user.uid());
        if (!Files.isReadable(Path.of(request.vpcFile()))) {
          log.write("warning", "problem", user.name() + " can't read " + request.vpcFile());
        }
      }
      return new RunCounters(request.counters(), "forward", first);
    } catch (IOException e) {
      throw new OpenException(e);
    }
  }

  private List<LivePort> open(EventLog log) throws IOException {
    List<LivePort> open = new ArrayList<>();
    try {
      for (String link : plan.links()) {
        boolean tagged = plan.accessTag(open.size()) == 0;
        DriverChoice choice = DriverChoice.open(link, request.driver(), tagged);
        LivePort port = choice.port();
        open.add(port);
        String why = global.verbose && !choice.why().isEmpty() ? choice.why() : null;
        log.write("port", "port", link, "driver", port.driver(), "mtu", port.mtu(), "why", why);
      }
      return open;
    } catch (IOException e) {
      for (LivePort port : open) {
        port.close();
      }
      throw new OpenException(e);
    }
  }

  private static void close(LiveRouter router, Accounting counts, double seconds) {
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
