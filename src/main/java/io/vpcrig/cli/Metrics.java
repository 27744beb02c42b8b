package io.vpcrig.cli;

import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.vpcrig.telemetry.CounterReader;
import io.vpcrig.telemetry.RunSnapshot;
import java.io.IOException;
import java.net.InetAddress;

/** A run's counters in Prometheus' forms: a file written whole every 5 s, a port of 127.0.0.1. */
final class Metrics implements AutoCloseable {
  private static final long PERIOD_NS = 5_000_000_000L;

  private final CounterReader reader;
  private final String file;
  private final HTTPServer server;
  private long lastNs = System.nanoTime();

  /** Serves from now on. */
  Metrics(CounterReader reader, CounterOptions options) throws IOException {
    this.reader = reader;
    this.file = options.prometheus;
    if (file != null) {
      WholeFile.requireWritable(file);
    }
    server = options.metricsPort == null ? null : serve(options.metricsPort);
  }

  private HTTPServer serve(int port) throws IOException {
    PrometheusRegistry registry = new PrometheusRegistry();
    registry.register((MultiCollector) this::collect);
    HTTPServer serving;
    try {
      serving =
          HTTPServer.builder()
              .inetAddress(InetAddress.getLoopbackAddress())
              .port(port)
              .registry(registry)
              .buildAndStart();
    } catch (IOException e) {
      throw new IOException("can't listen at 127.0.0.1:" + port + ": " + e.getMessage(), e);
    }
    System.err.println("metrics at http://127.0.0.1:" + serving.getPort() + "/metrics");
    return serving;
  }

  private MetricSnapshots collect() {
    return PrometheusText.metrics(snapshot());
  }

  private synchronized RunSnapshot snapshot() {
    return reader.snapshot();
  }

  /** Writes the file if the last time is long ago. One that can't be written now may be later. */
  void writeIfDue() {
    long now = System.nanoTime();
    if (file != null && now - lastNs >= PERIOD_NS) {
      lastNs = now;
      try {
        write();
      } catch (IOException e) {
        System.err.println("vpcrig: " + Sentence.of(e));
      }
    }
  }

  private void write() throws IOException {
    try (WholeFile whole = new WholeFile(file)) {
      PrometheusText.write(snapshot(), whole.stream());
      whole.commit();
    }
  }

  /** Writes the file for the last time and gives the port back. */
  @Override
  public void close() throws IOException {
    try {
      if (file != null) {
        write();
      }
    } finally {
      if (server != null) {
        server.close();
      }
      reader.close();
    }
  }
}
