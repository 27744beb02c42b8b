package io.vpcrig.report;

import io.vpcrig.engine.SessionWatch;
import io.vpcrig.session.SessionTable;
import java.util.Arrays;

/**
 * Sessions over the capture's time: entries in the tables, and sessions begun. Each worker looks
 * once per batch. An entry leaves its table some time after it is over, as in Linux' conntrack,
 * whose count it is too. Any thread.
 */
public final class SessionSeries {
  /** Columns of a worker: the most entries, and a mark that it looked; behind them one sum. */
  private static final int EACH = 2;

  private final int workers;
  private final TimeSeries series;
  private final long[] begun;
  private long looks;

  public SessionSeries(int workers) {
    this.workers = workers;
    this.begun = new long[workers];
    TimeSeries.Kind[] kinds = new TimeSeries.Kind[EACH * workers + 1];
    Arrays.fill(kinds, TimeSeries.Kind.HIGHEST);
    kinds[EACH * workers] = TimeSeries.Kind.SUM;
    series = new TimeSeries(kinds);
  }

  /** What a worker has to call. */
  public SessionWatch of(int worker) {
    return (timeNs, sessions) -> look(worker, timeNs, sessions);
  }

  private synchronized void look(int worker, long timeNs, SessionTable sessions) {
    int place = series.place(Math.max(0, timeNs));
    series.add(place, EACH * worker, sessions.size());
    series.add(place, EACH * worker + 1, 1);
    series.add(place, EACH * workers, sessions.created() - begun[worker]);
    begun[worker] = sessions.created();
    looks++;
  }

  /** How often a worker looked: as many points as the curves really have. */
  synchronized long looks() {
    return looks;
  }

  synchronized int count() {
    return series.count();
  }

  synchronized long widthNs() {
    return series.widthNs();
  }

  synchronized long startNs() {
    return series.startNs();
  }

  /** Whether a worker looked in an interval. */
  synchronized boolean looked(int interval) {
    for (int worker = 0; worker < workers; worker++) {
      if (series.value(EACH * worker + 1, interval) != 0) {
        return true;
      }
    }
    return false;
  }

  /** Sessions begun since the interval before in which a worker looked. */
  synchronized long begun(int interval) {
    return series.value(EACH * workers, interval);
  }

  /** Most entries in an interval; of workers that did not look in it, as of when they last did. */
  synchronized long entries(int interval) {
    long all = 0;
    for (int worker = 0; worker < workers; worker++) {
      int k = interval;
      while (k >= 0 && series.value(EACH * worker + 1, k) == 0) {
        k--;
      }
      all += k < 0 ? 0 : series.value(EACH * worker, k);
    }
    return all;
  }
}
