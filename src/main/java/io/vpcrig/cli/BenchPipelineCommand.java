package io.vpcrig.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.bench.AnswerException;
import io.vpcrig.bench.BenchReport;
import io.vpcrig.bench.Environment;
import io.vpcrig.bench.Figures;
import io.vpcrig.bench.ResultTable;
import io.vpcrig.bench.Sampler;
import io.vpcrig.bench.pipeline.FrameSize;
import io.vpcrig.bench.pipeline.PipelineBench;
import io.vpcrig.bench.pipeline.PipelineResult;
import io.vpcrig.bench.pipeline.Scenario;
import io.vpcrig.bench.pipeline.Variant;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
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
      "checked. A core share below 100% means the rates are too low.",
      "",
      "Exit: 0 done, 1 a frame went wrong, 2 usage."
    })
public final class BenchPipelineCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private GlobalOptions global;
  @Mixin private BenchOptions bench;

  @Option(
      names = "--flows",
      split = ",",
      paramLabel = "N",
      description = "Connections, joined by commas (default: 65536).")
  private List<Integer> flows = List.of(65_536);

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
      description = "Frames that open a connection, in per cent (default: 0).")
  private List<Double> opening = List.of(0.0);

  @Option(
      names = "--batch",
      split = ",",
      paramLabel = "N",
      description = "Frames taken at a time (default: 256).")
  private List<Integer> batches = List.of(256);

  private final List<ObjectNode> results = new ArrayList<>();
  private final ResultTable rates =
      new ResultTable(
          2,
          "variant",
          "size",
          "flows",
          "vnis",
          "rules",
          "new",
          "batch",
          "M/s min",
          "median",
          "max",
          "core",
          "ns",
          "B/session",
          "B alloc");
  private final Map<List<String>, StringBuilder> stages = new LinkedHashMap<>();

  @Override
  public Integer call() throws IOException {
    Sampler sampler = bench.sampler(spec.commandLine());
    List<Scenario> scenarios = scenarios();
    Environment environment = Environment.here(global.seed(), List.of());
    int exit = ExitCode.OK;
    for (Scenario scenario : scenarios) {
      try {
        add(PipelineBench.measure(scenario, sampler, global.seed()));
      } catch (AnswerException e) {
        err().println("vpcrig: " + e.getMessage());
        exit = ExitCode.DIFFERENT;
        break;
      }
    }
    ObjectNode options = JsonNodeFactory.instance.objectNode();
    bench.describe(options);
    report(new BenchReport("pipeline", environment, options, results));
    err().println(results.size() + " of " + scenarios.size() + " scenarios measured");
    err().flush();
    return exit;
  }

  /** All combinations; the last list turns fastest. */
  private List<Scenario> scenarios() {
    List<Scenario> all = new ArrayList<>();
    try {
      for (String variant : variants) {
        for (String size : sizes) {
          for (int tierCount : tiers) {
            for (int ruleCount : rules) {
              for (int flowCount : flows) {
                for (double percent : opening) {
                  for (int batch : batches) {
                    all.add(
                        new Scenario(
                            Variant.parse(variant),
                            flowCount,
                            FrameSize.parse(size),
                            tierCount,
                            ruleCount,
                            percent / 100,
                            batch));
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

  private void add(PipelineResult result) {
    results.add(result.toJson());
    Scenario s = result.scenario();
    var rate = result.frames().rate();
    long measured = result.frames().runs().stream().mapToLong(run -> run.units()).sum();
    rates.row(
        s.variant().text(),
        s.size().toString(),
        Integer.toString(s.flows()),
        Integer.toString(s.tiers()),
        Integer.toString(s.rules()),
        Figures.percent(s.opening()),
        Integer.toString(s.batch()),
        Figures.millions(rate.min()),
        Figures.millions(rate.median()),
        Figures.millions(rate.max()),
        Figures.percent(result.frames().share().median()),
        one(result.nsPerFrame()),
        one(result.bytesPerSession()),
        one((double) result.allocated() / measured));
    StringBuilder line = new StringBuilder();
    result.stages().forEach((name, ns) -> line.append("%s %s, ".formatted(name, one(ns))));
    stages.put(List.of(Integer.toString(results.size())), line);
  }

  private void report(BenchReport report) throws IOException {
    bench.write(report);
    if (global.format == GlobalOptions.Format.json) {
      out().println(report.toJson().toPrettyString());
    } else {
      if (!global.quiet) {
        out().println(report.environment().header());
      }
      out().print(rates);
      out().println();
      stages.forEach((row, line) -> out().println("row " + row + ", ns by stage: " + line));
    }
    out().flush();
  }

  private static String one(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
