package io.vpcrig.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.bench.OfferedRate;
import io.vpcrig.bench.Sampler;
import io.vpcrig.bench.pipeline.EditBench;
import io.vpcrig.bench.pipeline.LoadBench;
import io.vpcrig.bench.pipeline.Scenario;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What {@code bench pipeline} does with a scenario beside taking frames as fast as it can. */
final class BenchLoadOptions {
  private static final double PDR_LOSS = 0.005;
  private static final int MAX_QUEUE = 1 << 24;
  private static final int MAX_UPDATE_RATE = 100_000;

  @Option(
      names = "--latency",
      description = "Also offer frames at --rate, and tell how long each takes, waiting included.")
  private boolean latency;

  @Option(
      names = "--rate",
      split = ",",
      paramLabel = "PPS|PCT",
      description =
          "With --latency: frames a second, like 1.5M, or a part of what a flood leaves (default: "
              + "50%%).")
  private List<String> rates;

  @Option(
      names = "--search",
      split = ",",
      paramLabel = "NAME",
      description =
          "Search the highest rate that loses nothing, ndr, or half a per cent, pdr; as often as "
              + "there are --runs.")
  private List<String> searches = List.of();

  @Option(
      names = "--queue",
      paramLabel = "N",
      description =
          "With --latency, --search: frames that wait before the router at most; what finds it "
              + "full is lost (default: ${DEFAULT-VALUE}).")
  private int queue = 4096;

  @Option(
      names = "--trial",
      paramLabel = "S",
      description = "With --search: length of a trial (default: ${DEFAULT-VALUE}).")
  private double trial = 0.1;

  @Option(
      names = "--update-rate",
      split = ",",
      paramLabel = "R",
      description = "Also with R edits of the lists a second, and by turns without.")
  private List<Double> updateRates = List.of();

  private boolean undecided;

  /** A usage error of {@code line} unless all is in range, and goes together. */
  void check(CommandLine line, boolean soak) {
    if (rates != null && !latency) {
      throw new ParameterException(line, "--rate is for --latency");
    }
    if (soak && (offers() || !updateRates.isEmpty())) {
      throw new ParameterException(
          line, "--soak goes without --latency, --search and --update-rate");
    }
    BenchOptions.require(
        line, queue >= 1 && queue <= MAX_QUEUE, "--queue", queue, "1.." + MAX_QUEUE);
    BenchOptions.require(line, trial > 0 && trial <= 60, "--trial", trial, "above 0 up to 60");
    for (String search : searches) {
      boolean known = search.equals("ndr") || search.equals("pdr");
      BenchOptions.require(line, known, "--search", "'" + search + "'", "ndr, pdr");
    }
    for (double rate : updateRates) {
      boolean legal = rate > 0 && rate <= MAX_UPDATE_RATE;
      BenchOptions.require(line, legal, "--update-rate", rate, "above 0 up to " + MAX_UPDATE_RATE);
    }
    try {
      rates().forEach(OfferedRate::parse);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(line, e.getMessage(), e);
    }
  }

  /**
   * Measures what was asked for.
   *
   * @param row of the scenario; gets what searches find
   * @return further rows
   */
  List<ObjectNode> measure(Scenario scenario, Sampler sampler, long seed, ObjectNode row) {
    List<ObjectNode> rows = new ArrayList<>();
    if (offers()) {
      try (var load = new LoadBench(scenario, sampler, queue, trial, seed)) {
        for (String search : searches) {
          undecided |= !load.search(search, search.equals("pdr") ? PDR_LOSS : 0, row);
        }
        if (latency) {
          for (String rate : rates()) {
            rows.add(load.latency(OfferedRate.parse(rate)));
          }
        }
      }
    }
    for (double rate : updateRates) {
      rows.add(EditBench.measure(scenario, rate, sampler, seed));
    }
    return rows;
  }

  /** What a report's options tell of these. */
  void describe(ObjectNode options) {
    if (offers()) {
      options.put("queue", queue).put("trialSeconds", trial);
    }
  }

  /** Whether a search found no rate, or only the generator's. */
  boolean undecided() {
    return undecided;
  }

  private boolean offers() {
    return latency || !searches.isEmpty();
  }

  private List<String> rates() {
    return rates == null ? List.of("50%") : rates;
  }
}
