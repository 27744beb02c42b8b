package io.vpcrig.cli;

import io.vpcrig.bench.Figures;
import io.vpcrig.bench.ResultTable;
import io.vpcrig.bench.UpdateResult;
import org.HdrHistogram.Histogram;

/** What became of one rule set under edits, for people. */
final class BenchUpdateText {
  private final String head;
  private final ResultTable rates =
      new ResultTable(
          2,
          "engine",
          "edits/s",
          "made",
          "M/s quiet",
          "editing",
          "kept",
          "core",
          "compiled",
          "overlay");
  private final ResultTable times =
      new ResultTable(3, "engine", "edits/s", "time", "p50", "p99", "p99.9", "max");

  BenchUpdateText(String set, int rules, int headers) {
    head = "%s: %,d rules, %,d headers%n".formatted(set, rules, headers);
  }

  void add(UpdateResult result) {
    double asked = result.askedRate();
    String rate = asked == Math.rint(asked) ? Long.toString((long) asked) : Double.toString(asked);
    rates.row(
        result.engine(),
        rate,
        Long.toString(Math.round(result.editRate())),
        Figures.millions(result.quiet().rate().median()),
        Figures.millions(result.busy().rate().median()),
        Figures.percent(result.kept()),
        Figures.percent(result.busy().share().median()),
        Long.toString(result.compiled()),
        Integer.toString(result.overlay()));
    time(result.engine(), rate, "edit", result.edit());
    time("", "", "edit to batch", result.effect());
    time("", "", "batch, quiet", result.quietBatch());
    time("", "", "batch, editing", result.busyBatch());
  }

  private void time(String engine, String rate, String what, Histogram ns) {
    times.row(
        engine,
        rate,
        what,
        Figures.time((double) ns.getValueAtPercentile(50)),
        Figures.time((double) ns.getValueAtPercentile(99)),
        Figures.time((double) ns.getValueAtPercentile(99.9)),
        Figures.time((double) ns.getMaxValue()));
  }

  @Override
  public String toString() {
    return head + rates + times;
  }
}
