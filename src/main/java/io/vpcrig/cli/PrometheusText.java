package io.vpcrig.cli;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.vpcrig.telemetry.Counter;
import io.vpcrig.telemetry.CounterType;
import io.vpcrig.telemetry.Run;
import io.vpcrig.telemetry.RunSnapshot;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * Counters as Prometheus takes them: {@code vpcrig_}, the counter's name, its unit in base units
 * (seconds, bytes), {@code _total} where it only grows. The library orders and escapes.
 */
final class PrometheusText {
  private static final double NS = 1e-9;
  private static final double MS = 1e-3;

  private PrometheusText() {}

  /** Writes the text format, version 0.0.4. */
  static void write(RunSnapshot snapshot, OutputStream out) throws IOException {
    PrometheusTextFormatWriter.create()
        .write(out, metrics(snapshot), EscapingScheme.UNDERSCORE_ESCAPING);
  }

  /** All counters, and what run they are of. */
  static MetricSnapshots metrics(RunSnapshot snapshot) {
    MetricSnapshots.Builder all = MetricSnapshots.builder();
    Run run = snapshot.run();
    all.metricSnapshot(
        InfoSnapshot.builder()
            .name("vpcrig_run")
            .help("what runs")
            .dataPoint(
                InfoDataPointSnapshot.builder()
                    .labels(
                        Labels.of(
                            "verb", run.verb(), "vpc", run.vpc(), "pid", Long.toString(run.pid())))
                    .build())
            .build());
    gauge(all, "vpcrig_running", "1 while it runs", snapshot.state() == Run.State.RUNNING ? 1 : 0);
    gauge(all, "vpcrig_run_start_time_seconds", "when it began, since 1970", run.begunMs() * MS);
    for (CounterType type : CounterType.values()) {
      List<Counter> counters = snapshot.all(type);
      if (!counters.isEmpty()) {
        all.metricSnapshot(metric(type, counters));
      }
    }
    return all.build();
  }

  private static void gauge(MetricSnapshots.Builder all, String name, String help, double value) {
    all.metricSnapshot(
        GaugeSnapshot.builder()
            .name(name)
            .help(help)
            .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
            .build());
  }

  private static MetricSnapshot metric(CounterType type, List<Counter> counters) {
    double scale =
        switch (type) {
          case HEARTBEAT -> MS;
          case STAGE_NS -> NS;
          default -> 1;
        };
    if (type.kind() == CounterType.Kind.GAUGE) {
      GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name(type)).help(help(type));
      for (Counter counter : counters) {
        gauge.dataPoint(
            GaugeDataPointSnapshot.builder()
                .labels(Labels.of(type.labels(), counter.labels()))
                .value(counter.value() * scale)
                .build());
      }
      return gauge.build();
    }
    CounterSnapshot.Builder growing = CounterSnapshot.builder().name(name(type)).help(help(type));
    for (Counter counter : counters) {
      growing.dataPoint(
          CounterDataPointSnapshot.builder()
              .labels(Labels.of(type.labels(), counter.labels()))
              .value(counter.value() * scale)
              .build());
    }
    return growing.build();
  }

  /** Without {@code _total}, which the library adds. */
  private static String name(CounterType type) {
    return "vpcrig_"
        + switch (type) {
          case HEARTBEAT -> "heartbeat_timestamp_seconds";
          case STAGE_NS -> "stage_seconds";
          case RING_SIZE -> "ring_rounds";
          case RING_WAITING -> "ring_waiting_rounds";
          case HELD -> "held_fragments";
          default -> type.dottedName().replace('.', '_');
        };
  }

  private static String help(CounterType type) {
    return switch (type) {
      case HEARTBEAT -> "when counters were last written, since 1970";
      case STAGE_NS -> "time in each stage of the batches measured";
      default -> type.sentence();
    };
  }
}
