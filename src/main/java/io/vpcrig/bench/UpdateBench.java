package io.vpcrig.bench;

import io.vpcrig.acl.Budget;
import io.vpcrig.acl.Classifier;
import io.vpcrig.acl.Classifiers;
import io.vpcrig.acl.HeaderTrace;
import io.vpcrig.acl.OverBudgetException;
import io.vpcrig.acl.RuleSet;
import io.vpcrig.acl.live.LiveRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * Asks a list for the headers of one trace, a batch at a time, while another thread edits it and a
 * third compiles it whole again; and, by turns, while it is left alone. Look-ups run on the
 * caller's thread.
 */
public final class UpdateBench {
  private static final double WARM_UP_RATE = 1_000;

  private final String engine;
  private final EditedList list;
  private final HeaderTrace headers;
  private final HeaderColumns columns;

  /**
   * Compiles the rules.
   *
   * @param rules at least one
   * @param headers at least one
   * @param batch headers asked for at a time, at least 1
   * @param engine one of {@link Classifiers#names}, or {@code auto}
   * @throws OverBudgetException if the rules are too much for it
   */
  public UpdateBench(RuleSet rules, HeaderTrace headers, int batch, String engine, long seed)
      throws OverBudgetException {
    if (!engine.equals(Classifiers.AUTO)) {
      Classifiers.compiler(engine).compile(rules, Budget.DEFAULT);
    }
    this.headers = headers;
    columns = new HeaderColumns(headers, batch);
    list = new EditedList(new LiveRules(rules, edited -> compile(engine, edited)), seed);
    this.engine = list.current().version().name();
  }

  /** Where an edit has made the rules too much for the engine, the one that suits them. */
  private static Classifier compile(String engine, RuleSet rules) {
    try {
      return Classifiers.byName(engine, rules);
    } catch (OverBudgetException e) {
      return Classifiers.choose(rules).classifier();
    }
  }

  /** Name of the engine that compiles the whole list. */
  public String engine() {
    return engine;
  }

  /**
   * Measures, run by run, without edits and with.
   *
   * @param rate edits a second, above 0
   */
  public UpdateResult measure(double rate, Sampler sampler) {
    var quiet = new Lookups();
    var busy = new Lookups();
    var edit = new Histogram(3);
    var effect = new Histogram(3);
    var once = new Sampler(1, sampler.secondsPerRun(), 0);
    List<Samples.Run> quietRuns = new ArrayList<>();
    List<Samples.Run> busyRuns = new ArrayList<>();
    long edits = 0;
    long compiled = 0;
    int overlay = 0;
    warmUp(sampler.warmUpSeconds());
    for (int run = 0; run < sampler.runs(); run++) {
      list.settle();
      quietRuns.addAll(once.measure(quiet).runs());
      busy.watch(effect);
      EditedList.Editing editing = list.editAt(rate, edit);
      busyRuns.addAll(once.measure(busy).runs());
      editing.stop();
      // Edits of the last moments take effect in a batch that no run has counted.
      busy.next();
      edits += editing.edits();
      compiled += editing.compiled();
      overlay = Math.max(overlay, editing.largestOverlay());
    }
    Samples busySamples = new Samples(busyRuns);
    double busySeconds = busyRuns.stream().mapToDouble(run -> run.wallNs() / 1e9).sum();
    return new UpdateResult(
        engine,
        rate,
        edits / busySeconds,
        new Samples(quietRuns),
        busySamples,
        edit,
        effect,
        quiet.batchNs,
        busy.batchNs,
        compiled,
        overlay);
  }

  /** Half the time without edits, half with many. */
  private void warmUp(double seconds) {
    if (seconds > 0) {
      var half = new Sampler(1, seconds / 2, 0);
      half.measure(new Lookups());
      EditedList.Editing editing = list.editAt(WARM_UP_RATE, new Histogram(3));
      half.measure(new Lookups());
      editing.stop();
    }
  }

  /**
   * Compares the edited list with linear search over the rules it now has.
   *
   * @return a sentence about the first difference
   */
  public Optional<String> difference(long maxWork, int jobs) {
    RuleSet rules = list.current().version().rules();
    int[] verdicts = list.positions(rules, headers);
    return Oracle.of(rules, headers, maxWork, jobs).difference(engine, verdicts);
  }

  /** Passes over the trace, of which each call does the next batch, by the latest version. */
  private final class Lookups implements Sampler.Work {
    private final Histogram batchNs = new Histogram(3);
    private Histogram effectNs;
    private long seen;

    /** Records from now on how long edits took to be seen. */
    private void watch(Histogram histogram) {
      effectNs = histogram;
      seen = list.current().edit();
    }

    @Override
    public int next() {
      long start = System.nanoTime();
      EditedList.Published published = list.current();
      int count = columns.classifyNext(published.version());
      long end = System.nanoTime();
      batchNs.recordValue(end - start);
      while (seen < published.edit() && effectNs != null) {
        effectNs.recordValue(end - list.startNs(++seen));
      }
      return count;
    }
  }
}
