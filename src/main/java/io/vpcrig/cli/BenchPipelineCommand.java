package io.vpcrig.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.bench.AnswerException;
import io.vpcrig.bench.BenchReport;
import io.vpcrig.bench.Environment;
import io.vpcrig.bench.Figures;
import io.vpcrig.bench.ResultTable;
import io.vpcrig.bench.Sampler;
import io.vpcrig.bench.Skew;
import io.vpcrig.bench.pipeline.FrameSize;
import io.vpcrig.bench.pipeline.PathRun;
import io.vpcrig.bench.pipeline.PipelineBench;
import io.vpcrig.bench.pipeline.Scenario;
import io.vpcrig.bench.pipeline.Soak;
import io.vpcrig.bench.pipeline.Variant;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench pipeline}: the whole way, in memory. */
@Command(
    name = "pipeline",
    description = "How fast frames go the whole way through a router, and where their time goes.",
    footer = {
      "",
      "Every combination of the lists given is measured. Frames are TCP over IPv4; those of",
      "established flows come in random order, each flow once in a round. A size is of the frame"
          + " as",
      "it comes in, tag or tunnel included, at least 64 bytes with a tag and 110 through a tunnel;",
      "IMIX is of guests' frames of 60, 590 and 1514 bytes, 7 to 4 to 1. Stages are measured in a"
          + " run",
      "of their own. All frames have to be forwarded, and of a sample every byte that matters is",
      "checked. A core share below 100%% means the rates are too low.",
      "",
      "--latency and --search offer frames by the clock to a queue of --queue frames, whether the",
      "router is ready or not: a latency counts from when the frame was meant to come, so a stop",
      "is charged to all that came meanwhile (no coordinated omission); what finds the queue full",
      "is lost. What the generator alone can do is told beside it; a rate within 5%% of that is",
      "refused.",
      "",
      "Exit: 0 done, 1 a frame went wrong or a soak found a fault, 2 usage, 5 no rate was found",
      "that loses so little, or only the generator's own."
    })
public final class BenchPipelineCommand implements Callable<Integer> {
  private static final Pattern COUNT = Pattern.compile("([0-9]{1,9})(k|M|Ki|Mi|)");
  private static final Pattern TIME = Pattern.compile("([0-9]{1,6})([smh])");

  /** Looks during a soak, and how many of them pass before all that grows has grown. */
  private static final int READINGS = 20;

  private static final int WARM_READINGS = 5;

  @Spec private CommandSpec spec;
  @Mixin private GlobalOptions global;
  @Mixin private BenchOptions bench;
  @Mixin private CounterOptions counters;

  @Option(
      names = "--flows",
      split = ",",
      paramLabel = "N",
      description = "Connections, joined by commas; 64k is 64,000, 64Ki 65,536 (default: 64Ki).")
  private List<String> flows = List.of("65536");

  @Option(
      names = "--variant",
      split = ",",
      paramLabel = "NAME",
      description =
          "vxlan-vxlan, vlan-vlan, vxlan-vlan, snat-out, snat-back, port-forward, mixed (default:"
              + " vxlan-vxlan).")
  private List<String> variants = List.of(Variant.VXLAN_VXLAN.text());

  @Option(
      names = "--size",
      split = ",",
      paramLabel = "N",
      description = "Bytes of a frame, or IMIX (default: 110).")
  private List<String> sizes = List.of("110");

  @Option(
      names = "--vnis",
      split = ",",
      paramLabel = "N",
      description = "Tiers, each a network with an identifier of its own, even (default: 2).")
  private List<Integer> tiers = List.of(2);

  @Option(
      names = "--rules",
      split = ",",
      paramLabel = "N",
      description = "Rules of each list in each direction (default: 50).")
  private List<Integer> rules = List.of(50);

  @Option(
      names = "--new",
      split = ",",
      paramLabel = "PCT",
      description = "Frames that open a connection, in per cent (default: 0; with --soak 10).")
  private List<Double> opening;

  @Option(
      names = "--batch",
      split = ",",
      paramLabel = "N",
      description = "Frames taken at a time (default: 256).")
  private List<Integer> batches = List.of(256);

  @Option(
      names = "--skew",
      split = ",",
      paramLabel = "KIND",
      description =
          "Frames over flows: uniform, each once a round; zipf, the k-th about 1/k as often as the "
              + "first; hot, nine of ten of one flow in a hundred (default: uniform).")
  private List<Skew> skews = List.of(Skew.uniform);

  @Mixin private BenchLoadOptions load;

  @Option(
      names = "--soak",
      paramLabel = "TIME",
      description =
          "Run each scenario for so long, like 30s, 30m or 2h, instead of measuring it, among its"
              + " frames some of every other outcome; fail if memory grows, the worker allocates or"
              + " frames do not add up.")
  private String soak;

  private final List<ObjectNode> results = new ArrayList<>();
  private final StringBuilder soaks = new StringBuilder();

  @Override
  public Integer call() throws IOException {
    return bench.run(spec, global, this::measure);
  }

  private int measure(Sampler sampler) throws IOException {
    load.check(spec.commandLine(), soak != null);
    counters.check(spec.commandLine());
    List<Scenario> scenarios = scenarios();
    Environment environment = Environment.here(global.seed(), List.of());
    int exit = ExitCode.OK;
    double soakSeconds = soak == null ? 0 : seconds(soak);
    for (Scenario scenario : scenarios) {
      try {
        if (soak == null) {
          measure(scenario, sampler);
        } else if (!soaked(scenario, soakSeconds)) {
          exit = ExitCode.DIFFERENT;
        }
      } catch (AnswerException e) {
        err().println("vpcrig: " + e.getMessage());
        exit = ExitCode.DIFFERENT;
        break;
      }
    }
    ObjectNode options = JsonNodeFactory.instance.objectNode();
    bench.describe(options);
    load.describe(options);
    var report = new BenchReport("pipeline", environment, options, results);
    bench.report(
        spec.commandLine(), global, report, soak == null ? BenchText.of(report.toJson()) : soaks);
    err().println(results.size() + " results of " + scenarios.size() + " scenarios");
    err().flush();
    return exit == ExitCode.OK && load.undecided() ? ExitCode.UNDECIDED : exit;
  }

  /** All combinations; the last list turns fastest. */
  private List<Scenario> scenarios() {
    List<Scenario> all = new ArrayList<>();
    try {
      for (String variant : variants) {
        for (String size : sizes) {
          for (int tierCount : tiers) {
            for (int ruleCount : rules) {
              for (int flowCount : counts(flows)) {
                for (double percent : openingShares()) {
                  for (int batch : batches) {
                    for (Skew skew : skews) {
                      all.add(
                          new Scenario(
                              Variant.parse(variant),
                              flowCount,
                              FrameSize.parse(size),
                              tierCount,
                              ruleCount,
                              percent / 100,
                              batch,
                              skew));
                    }
                  }
                }
              }
            }
          }
        }
      }
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    return all;
  }

  /** What was asked for of a scenario: a row for each kind. */
  private void measure(Scenario scenario, Sampler sampler) throws IOException {
    ObjectNode row = PipelineBench.measure(scenario, sampler, global.seed(), this::watch).toJson();
    results.add(row);
    results.addAll(load.measure(scenario, sampler, global.seed(), row));
  }

  /** Whole numbers, with k and M for thousands and millions, Ki and Mi for powers of two. */
  private static List<Integer> counts(List<String> texts) {
    List<Integer> counts = new ArrayList<>();
    for (String text : texts) {
      Matcher matcher = COUNT.matcher(text);
      if (!matcher.matches()) {
        throw new IllegalArgumentException(
            "--flows is '" + text + "', legal: a number, with k, M, Ki or Mi");
      }
      long unit =
          switch (matcher.group(2)) {
            case "k" -> 1000;
            case "Ki" -> 1 << 10;
            case "M" -> 1_000_000;
            case "Mi" -> 1 << 20;
            default -> 1;
          };
      counts.add((int) Math.min(Integer.MAX_VALUE, Long.parseLong(matcher.group(1)) * unit));
    }
    return counts;
  }

  private List<Double> openingShares() {
    if (opening != null) {
      return opening;
    }
    return List.of(soak == null ? 0.0 : 10.0);
  }

  private double seconds(String time) {
    Matcher matcher = TIME.matcher(time);
    if (!matcher.matches()) {
      throw new ParameterException(
          spec.commandLine(), "--soak is '" + time + "', legal: a number and s, m or h");
    }
    int unit =
        switch (matcher.group(2)) {
          case "s" -> 1;
          case "m" -> 60;
          default -> 3600;
        };
    return (double) Integer.parseInt(matcher.group(1)) * unit;
  }

  private RunCounters watch(PathRun run) throws IOException {
    RunCounters live = counters(run);
    live.begin(run);
    return live;
  }

  private RunCounters counters(PathRun run) throws IOException {
    return new RunCounters(counters, "bench pipeline", run.snapshot());
  }

  /** Answers whether all held. */
  private boolean soaked(Scenario scenario, double seconds) throws IOException {
    ResultTable table =
        new ResultTable(
            0,
            "seconds",
            "frames M",
            "M/s",
            "sessions",
            "created M",
            "heap",
            "off heap",
            "process",
            "allocated");
    ArrayNode readings = JsonNodeFactory.instance.arrayNode();
    List<String> faults;
    try (Soak run = new Soak(scenario, global.seed());
        RunCounters live = counters(run.pathRun())) {
      live.begin(run.pathRun(), run.accounting());
      for (int k = 0; k < READINGS; k++) {
        Soak.Reading reading = run.run(seconds / READINGS);
        readings.add(reading.toJson());
        table.row(
            one(reading.seconds()),
            Figures.millions((double) reading.frames()),
            Figures.millions(reading.perSecond()),
            Integer.toString(reading.sessions()),
            Figures.millions((double) reading.created()),
            Figures.size(reading.heapBytes()),
            Figures.size(reading.offHeapBytes()),
            Figures.size(reading.processBytes()),
            Figures.size(reading.allocated()));
      }
      faults = run.faults(WARM_READINGS);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    ObjectNode row = scenario.toJson();
    row.set("readings", readings);
    faults.forEach(row.putArray("faults")::add);
    results.add(row);
    soaks.append(table);
    faults.forEach(fault -> err().println("vpcrig: " + fault));
    return faults.isEmpty();
  }

  private static String one(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
