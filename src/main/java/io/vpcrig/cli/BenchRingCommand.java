package io.vpcrig.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.bench.AnswerException;
import io.vpcrig.bench.BenchReport;
import io.vpcrig.bench.Environment;
import io.vpcrig.bench.Sampler;
import io.vpcrig.bench.ring.RingBench;
import io.vpcrig.bench.ring.RingKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench ring}: the hand-off between threads alone. */
@Command(
    name = "ring",
    description = "How fast descriptors go from one thread to another, in bursts.",
    footer = {
      "",
      "A descriptor is a long; the consumer looks at every one. rounds is how the pipeline hands",
      "over, jctools and agrona are queues of references. Needs two free cores: where the two",
      "threads lie on the machine decides more than the ring does.",
      "",
      "Exit: 0 done, 1 a descriptor was lost or out of order, 2 usage."
    })
public final class BenchRingCommand implements Callable<Integer> {
  private static final int MAX_CAPACITY = 1 << 20;

  @Spec private CommandSpec spec;
  @Mixin private GlobalOptions global;
  @Mixin private BenchOptions bench;

  @Option(
      names = "--ring",
      split = ",",
      paramLabel = "NAME",
      description = "${COMPLETION-CANDIDATES} (default: all).")
  private List<RingKind> rings = List.of(RingKind.values());

  @Option(
      names = "--burst",
      split = ",",
      paramLabel = "N",
      description = "Descriptors at a time, powers of two, joined by commas (default: 1,8,32,256).")
  private List<Integer> bursts = List.of(1, 8, 32, 256);

  @Option(
      names = "--capacity",
      paramLabel = "N",
      description = "Of a ring, a power of two (default: ${DEFAULT-VALUE}).")
  private int capacity = 1024;

  @Override
  public Integer call() throws IOException {
    return bench.run(spec, global, this::measure);
  }

  private int measure(Sampler sampler) throws IOException {
    BenchOptions.require(
        spec.commandLine(),
        capacity >= 4 && capacity <= MAX_CAPACITY && Integer.bitCount(capacity) == 1,
        "--capacity",
        capacity,
        "a power of two, 4.." + MAX_CAPACITY);
    for (int burst : bursts) {
      BenchOptions.require(
          spec.commandLine(),
          burst >= 1 && burst <= capacity / 2 && Integer.bitCount(burst) == 1,
          "--burst",
          burst,
          "a power of two, 1.." + capacity / 2);
    }
    PrintWriter err = spec.commandLine().getErr();
    Environment environment = Environment.here(global.seed(), List.of());
    List<ObjectNode> results = new ArrayList<>();
    int exit = ExitCode.OK;
    try {
      for (int burst : bursts) {
        for (RingKind ring : rings) {
          results.add(RingBench.measure(ring, capacity, burst, sampler));
        }
      }
    } catch (AnswerException e) {
      err.println("vpcrig: " + e.getMessage());
      exit = ExitCode.DIFFERENT;
    }
    ObjectNode options = JsonNodeFactory.instance.objectNode();
    bench.describe(options);
    var report = new BenchReport("ring", environment, options, results);
    bench.report(spec.commandLine(), global, report, BenchText.of(report.toJson()));
    err.println(results.size() + " results");
    err.flush();
    return exit;
  }
}
