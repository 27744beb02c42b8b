package io.vpcrig.bench.compare;

import io.vpcrig.bench.Parameters;
import io.vpcrig.bench.Spread;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Judges the rows that two sets of results have in common.
 *
 * <p>A row is slower if its interval lies wholly below 1 and its estimate below the limit; faster
 * likewise; the same if its interval lies wholly within the limits. All else is undecided. Where
 * there are too few processes for any interval, only a change above {@link #GROSS} is told, and
 * none if the machine was busy: with a load of 30 on two cores, rates of one build differ tenfold.
 *
 * @param limit part of the rate that may be lost, 0..1
 * @param confidence of no false alarm in the whole table, 0..1
 * @param paired whether the k-th process of one set ran beside the k-th of the other
 * @param clock that rates are taken by
 */
public record Gate(double limit, double confidence, boolean paired, Clock clock) {
  /**
   * What two processes of one build may differ by on a shared machine, by the project's own results
   * (10 to 20 %): a lone process tells of changes above it only.
   */
  public static final double GROSS = 0.25;

  /** Core share from which on a machine is not busy. */
  private static final double QUIET = 0.9;

  /** Most processes a side. */
  public static final int MOST_PROCESSES = RankTest.MOST_VALUES;

  /**
   * The outcome.
   *
   * @param rows judged, in the order of the base
   * @param onlyBase rows that only the base has
   * @param onlyChanged rows that only the other has
   * @param coreShare median share of a core that the runs had; NaN where none tells
   * @param differences of the environments, each a sentence; with any, the figures tell of these,
   *     and not of the builds
   */
  public record Outcome(
      List<Judgement> rows,
      int onlyBase,
      int onlyChanged,
      double coreShare,
      List<String> differences) {
    /** Rows of a verdict. */
    public long count(Verdict verdict) {
      return rows.stream().filter(row -> row.verdict() == verdict).count();
    }
  }

  public Gate {
    if (!(limit >= 0 && limit < 1) || !(confidence >= 0.5 && confidence < 1)) {
      throw new IllegalArgumentException("limit " + limit + ", confidence " + confidence);
    }
  }

  /**
   * Compares files, or folders of files.
   *
   * @throws IOException if one can't be read or is no result
   * @throws IllegalArgumentException if there are more than {@link #MOST_PROCESSES} a side, or
   *     pairs lack a partner
   */
  public Outcome compare(Path base, Path changed) throws IOException {
    return compare(ResultSet.read(base, clock), ResultSet.read(changed, clock));
  }

  Outcome compare(ResultSet base, ResultSet changed) {
    List<Row> common =
        base.values().keySet().stream().filter(changed.values()::containsKey).toList();
    List<String> telling = Parameters.telling(common.stream().map(Row::parameters).toList());
    double share = Math.min(base.coreShare(), changed.coreShare());
    boolean metrics = common.stream().map(Row::metric).distinct().count() > 1;
    List<Judgement> rows = new ArrayList<>();
    for (Row row : common) {
      String label = row.label(telling, metrics);
      rows.add(
          judge(
              row,
              label.isEmpty() ? row.metric().replace("PerSecond", "/s") : label,
              base.values().get(row),
              changed.values().get(row),
              common.size(),
              share < QUIET));
    }
    return new Outcome(
        rows,
        base.values().size() - common.size(),
        changed.values().size() - common.size(),
        share,
        EnvironmentDifference.between(base.reports(), changed.reports()));
  }

  private Judgement judge(
      Row row, String label, double[] base, double[] changed, int rows, boolean busy) {
    if (paired && base.length != changed.length) {
      throw new IllegalArgumentException(
          "%s: %d processes and %d: pairs lack a partner"
              .formatted(label, base.length, changed.length));
    }
    int most = Math.max(base.length, changed.length);
    if (most > MOST_PROCESSES) {
      throw new IllegalArgumentException(
          label + ": " + most + " processes, legal: 1.." + MOST_PROCESSES);
    }
    double alpha = (1 - confidence) / rows;
    RankTest.Shift shift =
        paired
            ? RankTest.paired(logs(base), logs(changed), alpha)
            : RankTest.unpaired(logs(base), logs(changed), alpha);
    double ratio = Math.exp(shift.estimate());
    double low = Math.exp(shift.low());
    double high = Math.exp(shift.high());
    Verdict verdict = busy && low == 0 ? Verdict.UNDECIDED : verdict(ratio, low, high);
    return new Judgement(
        label,
        row.parameters(),
        row.metric(),
        base.length,
        changed.length,
        Spread.of(base).median(),
        Spread.of(changed).median(),
        ratio,
        low,
        high,
        Math.min(1, shift.p() * rows),
        verdict,
        why(verdict, low, high, alpha, busy));
  }

  private Verdict verdict(double ratio, double low, double high) {
    boolean bounded = low > 0;
    double slowest = 1 - (bounded ? limit : Math.max(limit, GROSS));
    boolean sureSlower = !bounded || high < 1;
    boolean sureFaster = !bounded || low > 1;
    if (ratio < slowest && sureSlower) {
      return Verdict.SLOWER;
    }
    if (ratio > 1 / slowest && sureFaster) {
      return Verdict.FASTER;
    }
    return bounded && low >= 1 - limit && high <= 1 / (1 - limit)
        ? Verdict.SAME
        : Verdict.UNDECIDED;
  }

  private String why(Verdict verdict, double low, double high, double alpha, boolean busy) {
    if (low == 0) {
      return "too few processes: from %d %s on the noise is known; before, %s"
          .formatted(
              RankTest.fewest(paired, alpha),
              paired ? "pairs" : "a side",
              busy
                  ? "nothing can be told on a busy machine"
                  : "only changes above " + percent(Math.max(GROSS, limit)));
    }
    return verdict != Verdict.UNDECIDED
        ? ""
        : "too noisy: may be %s slower or %s faster"
            .formatted(percent(Math.max(0, 1 - low)), percent(Math.max(0, high - 1)));
  }

  private static String percent(double part) {
    return String.format(Locale.ROOT, "%.1f%%", part * 100);
  }

  private static double[] logs(double[] rates) {
    double[] logs = new double[rates.length];
    for (int k = 0; k < logs.length; k++) {
      logs[k] = Math.log(rates[k]);
    }
    return logs;
  }
}
