package io.vpcrig.bench.pipeline;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.bench.AnswerException;
import io.vpcrig.bench.LatencyBlock;
import io.vpcrig.bench.LoadSearch;
import io.vpcrig.bench.OfferedRate;
import io.vpcrig.bench.Sampler;
import io.vpcrig.bench.Samples;
import io.vpcrig.bench.Spread;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * The way under an offered load, one worker, in memory: latency at given rates, and the highest
 * rate that loses no more than a given part. See {@link OpenLoop} for how frames come.
 */
public final class LoadBench implements AutoCloseable {
  /** Many more frames than any machine takes. */
  private static final double FLOOD = 1e10;

  /** Of the bounds of a search, as a part of the rate. */
  private static final double PRECISION = 0.005;

  private static final int TRIALS = 3;

  private final Scenario scenario;
  private final PathRun run;
  private final OpenLoop loop;
  private final Sampler sampler;
  private final int queue;
  private final double trialSeconds;
  private final Histogram latency = OpenLoop.histogram();
  private final Histogram service = OpenLoop.histogram();
  private final double generator;
  private final double most;

  /**
   * Warms up, and measures what a flood leaves of the generator alone and of the way.
   *
   * @param sampler warm-up, runs and their length
   * @param queue frames that may wait before the router
   * @param trialSeconds of a search
   */
  public LoadBench(Scenario scenario, Sampler sampler, int queue, double trialSeconds, long seed) {
    this.scenario = scenario;
    this.sampler = sampler;
    this.queue = queue;
    this.trialSeconds = trialSeconds;
    run = new PathRun(scenario, seed);
    loop = new OpenLoop(queue, scenario.batch(), System::nanoTime);
    new Sampler(1, trialSeconds, sampler.warmUpSeconds()).measure(run::next);
    loop.offer(run::next, FLOOD, trialSeconds, latency, service);
    generator = flood(run::copy);
    most = flood(run::next);
  }

  private double flood(OpenLoop.Service way) {
    double best = 0;
    for (int k = 0; k < TRIALS; k++) {
      best = Math.max(best, loop.offer(way, FLOOD, trialSeconds, latency, service).rate());
    }
    return best;
  }

  /**
   * Latency at a rate, over all runs of the sampler.
   *
   * @throws AnswerException if a frame was not forwarded
   */
  public ObjectNode latency(OfferedRate rate) {
    double offered = rate.of(most);
    loop.offer(run::next, offered, trialSeconds, latency, service);
    latency.reset();
    service.reset();
    long frames = 0;
    long lost = 0;
    List<Double> shares = new ArrayList<>();
    for (int k = 0; k < sampler.runs(); k++) {
      OpenLoop.Trial trial =
          loop.offer(run::next, offered, sampler.secondsPerRun(), latency, service);
      frames += trial.offered();
      lost += trial.lost();
      shares.add(trial.share());
    }
    run.requireForwarded();
    ObjectNode row = scenario.toJson().put("rate", rate.text());
    about(row);
    row.put("offeredPps", offered).put("frames", frames).put("lost", lost);
    row.put("coreShare", Spread.of(doubles(shares)).median());
    row.set("latency", LatencyBlock.of(latency));
    row.set("service", LatencyBlock.of(service));
    return row;
  }

  /**
   * Searches as often as the sampler has runs.
   *
   * @param name of the field: ndr, pdr
   * @param row gets the outcome, or why there is none
   * @return whether a rate was found that is not the generator's
   * @throws AnswerException if a frame was not forwarded
   */
  public boolean search(String name, double lossRatio, ObjectNode row) {
    about(row);
    var search = new LoadSearch(lossRatio, PRECISION, TRIALS);
    List<Samples.Run> found = new ArrayList<>();
    ObjectNode node = row.putObject(name).put("lossRatio", lossRatio);
    node.put("trialSeconds", trialSeconds).put("trialsOfALoad", TRIALS).put("precision", PRECISION);
    ArrayNode searches = node.putArray("searches");
    long longest = 0;
    for (int k = 0; k < sampler.runs(); k++) {
      service.reset();
      long[] times = new long[2];
      LoadSearch.Found outcome =
          search.find(
              rate -> {
                OpenLoop.Trial trial = loop.offer(run::next, rate, trialSeconds, latency, service);
                times[0] += trial.wallNs();
                times[1] += Math.max(0, trial.cpuNs());
                return trial.lossRatio();
              },
              most);
      outcome.toJson(searches.addObject().put("rate", outcome.rate()).putArray("steps"));
      longest = Math.max(longest, service.getMaxValue());
      found.add(
          new Samples.Run(
              Math.round(outcome.rate() * times[0] / 1e9), Math.max(1, times[0]), times[1]));
    }
    run.requireForwarded();
    return new Searches(found, generator, most, queue, longest).tell(node);
  }

  private void about(ObjectNode row) {
    row.put("generatorPps", generator).put("floodedPps", most).put("queue", queue);
  }

  private static double[] doubles(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  @Override
  public void close() {
    run.close();
  }
}
