package io.vpcrig.cli;

import io.vpcrig.config.ConfigException;
import io.vpcrig.config.MapFile;
import io.vpcrig.frame.FrameSource;
import io.vpcrig.io.AddressMap;
import io.vpcrig.io.Anonymizer;
import io.vpcrig.io.Anonymizer.Kept;
import io.vpcrig.io.RewrittenSource;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Vpc;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What captured addresses become before the VPC sees them. */
final class AddressOptions {
  private static final String AUTO = "auto";

  @Option(
      names = "--map",
      paramLabel = "FILE|auto",
      description =
          "Maps captured addresses and MACs onto the VPC's by a YAML or JSON file, lines of {from:"
              + " CIDR|MAC, to: CIDR|HOST|SEGMENT}; auto guesses one and shows it on stderr.")
  String map;

  @Option(
      names = "--map-out",
      paramLabel = "FILE",
      description = "Writes the map that --map auto guessed.")
  String mapOut;

  @Option(
      names = "--anonymize",
      paramLabel = "SEED",
      description =
          "Replaces addresses outside the VPC and MACs by others, the same for the same seed;"
              + " common prefixes stay common. Ports and payloads are kept.")
  String seed;

  private AddressMap compiled;
  private Anonymizer anonymizer;

  /** Whether the captures are read twice. */
  boolean guesses() {
    return AUTO.equals(map);
  }

  /**
   * Reads or guesses the map.
   *
   * @throws IllegalArgumentException with a sentence for the operator
   */
  void prepare(Vpc vpc, List<String> captures) throws IOException, ConfigException {
    if (mapOut != null && !guesses()) {
      throw new IllegalArgumentException("--map-out needs --map auto");
    }
    List<Kept> kept = new ArrayList<>();
    if (map != null) {
      MapFile file = guesses() ? guessed(vpc, captures) : MapFile.read(Path.of(map), vpc);
      compiled = compiled(file);
      file.prefixes().forEach(prefix -> kept.add(kept(prefix.to())));
    }
    if (seed != null) {
      kept.addAll(ownNetworks(vpc));
      anonymizer = new Anonymizer(seed, kept);
    }
  }

  private MapFile guessed(Vpc vpc, List<String> captures) throws IOException, ConfigException {
    String text;
    try (SeveralCaptures begin = new SeveralCaptures(captures)) {
      text = MapGuess.of(begin, vpc);
    }
    if (mapOut == null) {
      System.err.print(text);
    } else {
      try (WholeFile file = new WholeFile(mapOut)) {
        file.stream().write(text.getBytes(StandardCharsets.UTF_8));
        file.commit();
      }
    }
    return MapFile.parse(text, "the guessed map", vpc);
  }

  private static AddressMap compiled(MapFile file) {
    List<AddressMap.Prefix> prefixes = new ArrayList<>();
    for (MapFile.Prefix prefix : file.prefixes()) {
      prefixes.add(
          new AddressMap.Prefix(
              prefix.from().address(),
              prefix.to().address(),
              prefix.from().length(),
              prefix.origin() + ": " + prefix.text()));
    }
    List<AddressMap.Mac> macs = new ArrayList<>();
    for (MapFile.Mac mac : file.macs()) {
      macs.add(new AddressMap.Mac(mac.from(), mac.to(), mac.origin() + ": " + mac.text()));
    }
    return new AddressMap(prefixes, macs);
  }

  private static Kept kept(Cidr cidr) {
    return new Kept(cidr.network(), cidr.length());
  }

  /**
   * What decides the way of a packet: the VPC's subnets, its own addresses, its tunnels' end, its
   * routes.
   */
  private static List<Kept> ownNetworks(Vpc vpc) {
    List<Kept> own = new ArrayList<>();
    own.add(kept(vpc.cidr()));
    vpc.segments().forEach(segment -> own.add(kept(segment.subnet())));
    vpc.publicAddresses().forEach(address -> own.add(new Kept(address, 32)));
    vpc.staticRoutes().forEach(route -> own.add(kept(route.cidr())));
    own.add(new Kept(vpc.vxlan().local(), 32));
    own.removeIf(one -> one.length() == 0);
    return own;
  }

  /** The frames with their new addresses. */
  FrameSource over(FrameSource source) {
    if (compiled != null) {
      return new RewrittenSource(
          source, anonymizer == null ? compiled : compiled.otherwise(anonymizer));
    }
    return anonymizer == null ? source : new RewrittenSource(source, anonymizer);
  }
}
