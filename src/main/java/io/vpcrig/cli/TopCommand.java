package io.vpcrig.cli;

import io.vpcrig.cli.TopView.Screen;
import io.vpcrig.cli.TopView.Sort;
import io.vpcrig.telemetry.CounterReader;
import io.vpcrig.telemetry.Run;
import io.vpcrig.telemetry.RunSnapshot;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jline.terminal.Size;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code top}: a run's counters as they move. */
@Command(
    name = "top",
    description = "Shows live what a running router, replay or benchmark does, until it has ended.",
    footer = {
      "",
      "Keys: q leave, p pause, s sort, ? help. On a terminal that can't place text, and into a"
          + " pipe,",
      "one line each interval.",
      "",
      "Exit: 0 left, or the run has ended, 2 usage, 3 no such file, or not one of counters, 4 no",
      "run found."
    })
final class TopCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin GlobalOptions global;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FILE|PID",
      description = "A counter file, or whose (default: the latest run, running ones first).")
  String asked;

  @Option(
      names = "--interval",
      paramLabel = "S",
      description = "Seconds between two pictures, 0.1..60 (default: ${DEFAULT-VALUE}).")
  double interval = 1;

  private Path path;
  private CounterReader reader;
  private RunSnapshot now;
  private RunSnapshot before;

  @Override
  public Integer call() throws IOException {
    if (!(interval >= 0.1 && interval <= 60)) {
      throw new ParameterException(
          spec.commandLine(), "--interval " + interval + ", legal 0.1..60");
    }
    Optional<Path> found = RunPlace.find(asked, spec.commandLine().getErr());
    if (found.isEmpty()) {
      return global.allowEmpty ? ExitCode.OK : ExitCode.NOTHING;
    }
    path = found.get();
    reader = new CounterReader(path);
    try {
      now = reader.snapshot();
      TopScreen screen = TopScreen.take();
      if (screen == null) {
        return lines();
      }
      try (screen) {
        pictures(screen);
      }
      spec.commandLine().getOut().print(new StatText(now, new Style(false)).text(true));
      spec.commandLine().getOut().flush();
      return ExitCode.OK;
    } finally {
      reader.close();
    }
  }

  private int lines() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    while (true) {
      out.println(TopView.plainLine(now, before));
      out.flush();
      if (isOver()) {
        out.print(new StatText(now, new Style(false)).text(true));
        out.flush();
        return ExitCode.OK;
      }
      try {
        Thread.sleep((long) (interval * 1e3));
      } catch (InterruptedException e) {
        return ExitCode.INTERRUPTED;
      }
      look();
    }
  }

  private void pictures(TopScreen screen) throws IOException {
    Style style = new Style(global.useColor());
    Sort sort = Sort.RATE;
    boolean paused = false;
    boolean help = false;
    long nextNs = System.nanoTime() + intervalNs();
    while (true) {
      Size size = screen.size();
      screen.draw(
          TopView.lines(
              now,
              before,
              new Screen(size.getColumns(), size.getRows(), sort, paused, help),
              System.currentTimeMillis(),
              style));
      if (isOver() && !paused && !help) {
        return;
      }
      switch (screen.key((nextNs - System.nanoTime()) / 1_000_000)) {
        case 'q', 'Q', TopScreen.INTERRUPT -> {
          return;
        }
        case 'p', 'P', ' ' -> paused = !paused;
        case 's', 'S' -> sort = sort.next();
        case '?', 'h', 'H' -> help = !help;
        case TopScreen.NO_KEY -> {
          nextNs = Math.max(nextNs + intervalNs(), System.nanoTime());
          if (!paused) {
            look();
          }
        }
        default -> {}
      }
    }
  }

  private long intervalNs() {
    return (long) (interval * 1e9);
  }

  /** Takes the next snapshot; of the next run, where a benchmark has begun one in this place. */
  private void look() throws IOException {
    if (now.state() == Run.State.ENDED && Files.exists(path)) {
      CounterReader other = new CounterReader(path);
      if (other.run().equals(reader.run())) {
        other.close();
      } else {
        reader.close();
        reader = other;
        now = null;
      }
    }
    RunSnapshot next = reader.snapshot();
    if (now == null || next.atMs() != now.atMs() || next.state() != now.state()) {
      before = now;
      now = next;
    }
  }

  /** Whether nothing more will come of it: it has ended, and nothing took its place. */
  private boolean isOver() {
    return switch (now.state()) {
      case RUNNING -> false;
      case DEAD -> true;
      case ENDED -> !(now.run().isAlive() && Files.exists(path));
    };
  }
}
