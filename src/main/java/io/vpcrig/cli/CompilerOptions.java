package io.vpcrig.cli;

import io.vpcrig.query.compiler.CommandUnderTest;
import io.vpcrig.query.compiler.CompiledOutput;
import io.vpcrig.query.compiler.CompilerFailure;
import io.vpcrig.query.compiler.CompilerUnderTest;
import io.vpcrig.query.compiler.EngineUnderTest;
import io.vpcrig.query.compiler.Feature;
import io.vpcrig.query.compiler.OutputForm;
import io.vpcrig.query.compiler.RuleFile;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options that name a compiler under test. */
final class CompilerOptions {
  private static final int MOST_SECONDS = 3600;

  /** The protocol of commands, for help texts. */
  static final String PROTOCOL =
      """

      CMD is run by /bin/sh for each list. Its stdin: 'default allow|deny', then
      one rule a line, the first match wins:
        ACTION PROTOCOL SOURCES SOURCE-PORTS DESTINATIONS DESTINATION-PORTS
        allow tcp 10.0.0.0/8 any 10.1.0.0/16 80-90
        deny icmp 0.0.0.0/0 any 10.1.2.0/24,10.1.9.0/24 8/0
      PROTOCOL: tcp, udp, icmp, any or 0..255. Ports: any, N, N-M; for icmp TYPE
      or TYPE/CODE. SOURCES, DESTINATIONS: prefixes joined by commas, any of them.
      Its stdout, the compiled form, is one of
        iptables  as iptables-save writes it: chain FORWARD of table filter, with
                  its policy
        nft       as nft -j list ruleset writes it: the base chain with hook
                  forward
        tcam      rows 'PRIORITY VALUE MASK ACTION', the greatest priority wins;
                  26 hexadecimal digits: source 8, destination 8, source port 4,
                  destination port 4 (icmp: type 2, code 2), protocol 2; and
                  'default allow|deny' for what no row matches
        verdicts  'allow' or 'deny' for each header; headers follow the rules on
                  stdin after an empty line: PROTOCOL SOURCE SOURCE-PORT
                  DESTINATION DESTINATION-PORT
      Any exit code but 0 is a failure, and so is taking longer than --timeout.
      Programs of ten lines, in shell and Python, are in examples/compilers.
      """;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--compiler",
      required = true,
      paramLabel = "NAME|CMD",
      description =
          "An engine by its name, auto, emit:FORMAT (a writer of rule lists), or a command.")
  private String compiler;

  @Option(
      names = "--output",
      paramLabel = "FORM",
      description =
          "What CMD writes: auto, iptables, nft, tcam, verdicts (default: ${DEFAULT-VALUE}: told by"
              + " what it writes; never verdicts).")
  private OutputForm output = OutputForm.auto;

  @Option(
      names = "--timeout",
      paramLabel = "S",
      description = "Seconds that one run of CMD may take (default: ${DEFAULT-VALUE}).")
  private int timeout = 10;

  @Option(
      names = "--without",
      paramLabel = "FEATURE",
      split = ",",
      description =
          "What the compiler does not claim to take: several-cidrs, host-bits, source-ports,"
              + " icmp-types, icmp-255, protocol-0, numbered-protocols, default-allow,"
              + " empty-lists.")
  private List<String> without = List.of();

  /** As the operator named it. */
  String name() {
    return compiler;
  }

  /** What to leave out. */
  Set<Feature> without() {
    Set<Feature> features = EnumSet.noneOf(Feature.class);
    for (String name : without) {
      features.add(
          Arrays.stream(Feature.values())
              .filter(feature -> feature.toString().equals(name))
              .findFirst()
              .orElseThrow(() -> usage("--without is '" + name + "', legal: " + legalFeatures())));
    }
    return features;
  }

  private static String legalFeatures() {
    return Arrays.stream(Feature.values()).map(Feature::toString).collect(Collectors.joining(", "));
  }

  private static String legalNames() {
    return EngineUnderTest.names() + ", " + String.join(", ", Emitters.names());
  }

  /** The compiler; a command has been tried once, and there is one. */
  CompilerUnderTest open() throws IOException {
    if (timeout < 1 || timeout > MOST_SECONDS) {
      throw usage("--timeout is " + timeout + ", legal 1.." + MOST_SECONDS);
    }
    if (compiler.isBlank()) {
      throw usage("--compiler is empty, legal: " + legalNames() + ", or a command");
    }
    Optional<CompilerUnderTest> built =
        EngineUnderTest.named(compiler)
            .<CompilerUnderTest>map(engine -> engine)
            .or(() -> Emitters.named(compiler));
    if (built.isPresent()) {
      return built.get();
    }
    CommandUnderTest command =
        new CommandUnderTest(
            compiler, new CompiledOutput(output, Emitters.READERS), timeout * 1_000_000_000L);
    try {
      command.judge(RuleFile.parse("built-in", "default deny\n").list(), List.of());
    } catch (CompilerFailure e) {
      if (CommandUnderTest.isMissing(e)) {
        command.close();
        throw usage(
            "--compiler is '%s', none of %s, and no command: %s"
                .formatted(compiler, legalNames(), e.details().strip()));
      }
    }
    return command;
  }

  private ParameterException usage(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }
}
