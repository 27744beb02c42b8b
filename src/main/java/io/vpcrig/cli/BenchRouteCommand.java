package io.vpcrig.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.bench.AddressPattern;
import io.vpcrig.bench.BenchReport;
import io.vpcrig.bench.Checksum;
import io.vpcrig.bench.Environment;
import io.vpcrig.bench.Figures;
import io.vpcrig.bench.InputFile;
import io.vpcrig.bench.ResultTable;
import io.vpcrig.bench.RouteBench;
import io.vpcrig.bench.Sampler;
import io.vpcrig.bench.Samples;
import io.vpcrig.bench.Spread;
import io.vpcrig.route.LookupForm;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench route}: longest prefix match on a large table. */
@Command(
    name = "route",
    description =
        "How fast the longest matching prefix is found, and what building and changes cost.",
    footer = {
      "",
      "Prefixes are lines such as 10.1.0.0/16 or 10.1.0.0/16 7, the number being the next hop; a",
      "line without one gets one of 64. IPv6 is left out. The checksum of the next hops is that of",
      "the peers' programs. A core share below 100%% means the rates are too low.",
      "",
      "Exit: 0 done, 1 forms differ, 2 usage or prefixes malformed, 3 addresses unreadable,",
      "4 no prefixes or no addresses."
    })
public final class BenchRouteCommand implements Callable<Integer> {
  private static final int MAX_BATCH = 1 << 16;

  @Spec private CommandSpec spec;
  @Mixin private GlobalOptions global;
  @Mixin private BenchOptions bench;

  @Option(
      names = "--routes",
      required = true,
      paramLabel = "FILE",
      description = "Prefixes; .gz too.")
  private Path routesFile;

  @Option(
      names = "--addresses",
      paramLabel = "FILE",
      description =
          "Addresses to look up, 4 bytes each, big endian (default: made, see --pattern).")
  private Path addressesFile;

  @Option(
      names = "--pattern",
      split = ",",
      paramLabel = "NAME",
      description =
          "Addresses to make, joined by commas: ${COMPLETION-CANDIDATES} (default: rand,route, or"
              + " none beside --addresses).")
  private List<AddressPattern> patterns;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Addresses to make of each pattern (default: ${DEFAULT-VALUE}).")
  private int count = 1 << 22;

  @Option(
      names = "--batch",
      split = ",",
      paramLabel = "N",
      description = "Addresses asked for at a time, joined by commas (default: ${DEFAULT-VALUE}).")
  private List<Integer> batches = List.of(64, 256);

  private final List<ObjectNode> results = new ArrayList<>();
  private final ResultTable table =
      new ResultTable(2, "addresses", "form", "batch", "M/s min", "median", "max", "95%", "core");
  private final StringBuilder checksums = new StringBuilder();
  private boolean differ;

  @Override
  public Integer call() throws IOException {
    return bench.run(spec, global, this::measure);
  }

  private int measure(Sampler sampler) throws IOException {
    BenchOptions.require(
        spec.commandLine(), count >= 1, "--count", count, "1.." + Integer.MAX_VALUE);
    BenchOptions.requireBatches(spec.commandLine(), batches, MAX_BATCH);
    List<InputFile> inputs = new ArrayList<>();
    RouteBench routes;
    try {
      routes = new RouteBench(routesFile);
      inputs.add(InputFile.of(routesFile));
    } catch (IOException e) {
      return failed(e, ExitCode.USAGE);
    }
    int[] given = new int[0];
    if (addressesFile != null) {
      try {
        given = read(addressesFile);
        inputs.add(InputFile.of(addressesFile));
      } catch (IOException e) {
        return failed(e, ExitCode.INPUT);
      }
    }
    Map<String, int[]> sequences = sequences(given, routes);
    sequences.forEach((name, addresses) -> measure(name, addresses, routes, sampler));
    Samples changes = sequences.isEmpty() ? null : routes.change(sampler, global.seed());
    Environment environment = Environment.here(global.seed(), inputs);
    report(environment, routes, changes);
    return finish(routes);
  }

  /** Addresses by the name they get in the result. */
  private Map<String, int[]> sequences(int[] given, RouteBench routes) {
    Map<String, int[]> sequences = new LinkedHashMap<>();
    if (routes.prefixes().isEmpty()) {
      return sequences;
    }
    if (given.length > 0) {
      sequences.put(addressesFile.getFileName().toString(), given);
    }
    List<AddressPattern> usual =
        addressesFile == null
            ? List.of(AddressPattern.rand, AddressPattern.route)
            : List.<AddressPattern>of();
    for (AddressPattern pattern : patterns == null ? usual : patterns) {
      sequences.put(pattern.name(), pattern.addresses(routes.prefixes(), count, global.seed()));
    }
    return sequences;
  }

  private void measure(String name, int[] addresses, RouteBench routes, Sampler sampler) {
    int[] expected = null;
    for (LookupForm form : LookupForm.available()) {
      for (int batch : batches) {
        RouteBench.Result result = routes.lookUp(addresses, batch, form, sampler);
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        row.put("addresses", name).put("count", addresses.length).setAll(result.toJson());
        results.add(row);
        row(name, RouteBench.name(form), Integer.toString(batch), result.lookups());
        if (expected == null) {
          expected = result.nextHops();
        }
        int at = Arrays.mismatch(expected, result.nextHops());
        if (at >= 0) {
          differ = true;
          String sentence =
              "%s in batches of %d differs at address %d of %s"
                  .formatted(RouteBench.name(form), batch, at, name);
          row.put("difference", sentence);
          err().println("vpcrig: " + sentence);
        }
      }
    }
    checksums.append("next hops of %s: %s%n".formatted(name, Checksum.text(Checksum.of(expected))));
  }

  private void row(String name, String form, String batch, Samples samples) {
    Spread rate = samples.rate();
    table.row(
        name,
        form,
        batch,
        Figures.millions(rate.min()),
        Figures.millions(rate.median()),
        Figures.millions(rate.max()),
        Figures.plusMinus(samples.confidence()),
        Figures.percent(samples.share().median()));
  }

  private void report(Environment environment, RouteBench routes, Samples changes)
      throws IOException {
    ObjectNode options = JsonNodeFactory.instance.objectNode();
    bench.describe(options);
    options.put("preferredForm", RouteBench.name(LookupForm.preferred()));
    if (changes != null) {
      ObjectNode row = routes.toJson();
      row.setAll(changes.toJson("changes"));
      results.add(row);
      row("withdraw, add", "", "", changes);
    }
    var report = new BenchReport("route", environment, options, results);
    String built =
        "%,d prefixes, %,d of IPv6 left out; %s; built in %s, again in %s%n"
            .formatted(
                routes.prefixes().size(),
                routes.ipv6Prefixes(),
                Figures.size(routes.memoryBytes()),
                Figures.time((double) routes.firstBuildNs()),
                Figures.time(routes.furtherBuildsNs().median()));
    bench.report(spec.commandLine(), global, report, built, table, checksums);
  }

  private int finish(RouteBench routes) {
    err()
        .println(
            "%d prefixes, %d results%s"
                .formatted(
                    routes.prefixes().size(), results.size(), differ ? ", forms differ" : ""));
    err().flush();
    if (differ) {
      return ExitCode.DIFFERENT;
    }
    return results.isEmpty() && !global.allowEmpty ? ExitCode.NOTHING : ExitCode.OK;
  }

  private static int[] read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    if (bytes.remaining() % Integer.BYTES != 0) {
      throw new IOException(
          file + ": " + bytes.remaining() + " bytes, legal: a multiple of " + Integer.BYTES);
    }
    int[] addresses = new int[bytes.remaining() / Integer.BYTES];
    bytes.asIntBuffer().get(addresses);
    return addresses;
  }

  private int failed(IOException e, int exitCode) {
    err().println("vpcrig: " + Sentence.of(e));
    err().flush();
    return exitCode;
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
