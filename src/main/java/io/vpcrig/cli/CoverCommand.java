package io.vpcrig.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.config.ConfigException;
import io.vpcrig.config.VpcFile;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.Packet;
import io.vpcrig.query.cases.Coverage;
import io.vpcrig.query.cases.OrderAdvice.Advice;
import io.vpcrig.query.cases.ReachCapture;
import io.vpcrig.query.cases.RuleReach;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cover VPC CAPTURE...}: which rules traffic exercises, or traffic that does. */
@Command(
    name = "cover",
    description = "Tells which rules captures exercise; or makes a capture that exercises all.",
    footer = {
      "",
      "Exit: 0 done, 1 fewer rules are reached than --min says, or a generated frame misses its"
          + " rule,",
      "2 usage or configuration, 3 capture unreadable or cut short, 4 no frames or no rules, 5 a"
          + " rule",
      "may be reached or not: there were too many flows to ask."
    })
final class CoverCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private GlobalOptions global;

  @Parameters(index = "0", paramLabel = "VPC", description = "VPC file, - for stdin.")
  private String vpcFile;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "CAPTURE",
      description = "pcap or pcapng, also .gz and .zst; - for stdin.")
  private List<String> captures = List.of();

  @Option(
      names = "--min",
      paramLabel = "PCT",
      description = "Fails if fewer rules decide something; percent of all, rounded down.")
  private Integer min;

  @Option(
      names = "--generate",
      paramLabel = "OUT.pcapng",
      description = "Writes a capture that reaches every rule that can be reached, and replays it.")
  private String generate;

  @Option(
      names = "--untagged",
      paramLabel = "SEGMENT",
      description = "Segment that untagged frames come by, whatever their source address.")
  private String untagged;

  @Option(
      names = "--checksums",
      paramLabel = "verify|repair",
      description = "As for replay (default: verify).")
  private ReplayCommand.Checksums checksums = ReplayCommand.Checksums.verify;

  @Option(
      names = "--max-flows",
      paramLabel = "N",
      description =
          "--generate: flows of one set that are asked at most (default: ${DEFAULT-VALUE}).")
  private long maxFlows = 1_000_000;

  @Override
  public Integer call() throws IOException {
    checkUsage();
    Vpc vpc;
    try {
      vpc = VpcFile.read(vpcFile, System.in);
    } catch (ConfigException e) {
      e.problems().forEach(err()::println);
      err().flush();
      return ExitCode.USAGE;
    }
    if (new Coverage(vpc).rules() == 0 && !global.allowEmpty) {
      err().println("vpcrig: " + vpcFile + " has no rules");
      err().flush();
      return ExitCode.NOTHING;
    }
    return generate == null ? cover(vpc, captures, List.of()) : generate(vpc);
  }

  private void checkUsage() {
    if (min != null && (min < 0 || min > 100)) {
      throw usage("--min " + min + ", legal 0..100");
    }
    if (captures.isEmpty() == (generate == null)) {
      throw usage("one of CAPTURE and --generate is needed, and only one");
    }
    if (captures.contains("-") && vpcFile.equals("-")) {
      throw usage("VPC and capture can't both be read from stdin");
    }
    if ("-".equals(generate)) {
      throw usage("--generate -: what is written is read again, so it has to be a file");
    }
    if (maxFlows < 1) {
      throw usage("--max-flows " + maxFlows + ", legal from 1");
    }
  }

  private int generate(Vpc vpc) throws IOException {
    List<RuleReach.Reach> found;
    try (RuleReach reach = new RuleReach(vpc, maxFlows)) {
      found = reach.all();
    }
    Map<Coverage.RuleName, Packet> packets = new LinkedHashMap<>();
    found.forEach(one -> one.packet().ifPresent(packet -> packets.put(one.rule(), packet)));
    if (packets.isEmpty()) {
      print(new CoverRun(vpc, Optional.empty(), false), found);
      return ExitCode.NOTHING;
    }
    try {
      ReachCapture.write(generate, vpc, packets);
    } catch (IOException e) {
      throw usage("--generate: " + Sentence.of(e));
    }
    return cover(vpc, List.of(generate), found);
  }

  private int cover(Vpc vpc, List<String> files, List<RuleReach.Reach> found) throws IOException {
    CoverRun run;
    try {
      run =
          new CoverRun(
              vpc, Optional.ofNullable(untagged), checksums == ReplayCommand.Checksums.repair);
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
    run.replay(files);
    if (run.packets() == 0 && run.damage().isEmpty() && !global.allowEmpty) {
      err().println("vpcrig: no frames in " + String.join(" ", files));
      err().flush();
      return ExitCode.NOTHING;
    }
    print(run, found);
    run.damage().forEach(damage -> err().println("vpcrig: " + damage));
    err().flush();
    if (!run.damage().isEmpty()) {
      return ExitCode.INPUT;
    }
    if (isBelow(run.coverage()) || !missed(run, found).isEmpty()) {
      return ExitCode.DIFFERENT;
    }
    return found.stream().anyMatch(RuleReach.Reach::undecided) ? ExitCode.UNDECIDED : ExitCode.OK;
  }

  private boolean isBelow(Coverage coverage) {
    return min != null && coverage.percentOfRules().orElse(100) < min;
  }

  /** Rules that a frame was made for, and that decided nothing all the same. */
  private static List<Coverage.RuleName> missed(CoverRun run, List<RuleReach.Reach> found) {
    return found.stream()
        .filter(one -> one.packet().isPresent())
        .map(RuleReach.Reach::rule)
        .filter(run.coverage().unused()::contains)
        .toList();
  }

  private void print(CoverRun run, List<RuleReach.Reach> found) {
    PrintWriter out = spec.commandLine().getOut();
    if (global.format == GlobalOptions.Format.json) {
      out.println(json(run, found).toPrettyString());
    } else {
      text(out, run, found);
    }
    out.flush();
  }

  private void text(PrintWriter out, CoverRun run, List<RuleReach.Reach> found) {
    Coverage coverage = run.coverage();
    if (!global.quiet) {
      for (Coverage.RuleName name : coverage.order()) {
        out.println(
            "  %-24s %-8s %-6s %,12d packets   edges %d of %d"
                .formatted(
                    name.list() + " #" + name.number(),
                    coverage.direction(name).name().toLowerCase(Locale.ROOT),
                    coverage.rule(name).action().name().toLowerCase(Locale.ROOT),
                    coverage.packets(name),
                    coverage.edgesTried(name),
                    coverage.edges(name)));
      }
      for (RuleReach.Reach one : found) {
        if (one.packet().isEmpty()) {
          out.println(
              "unreachable: %s #%d: %s%s"
                  .formatted(one.rule().list(), one.rule().number(), one.why(), shadows(one)));
        }
      }
      if (found.isEmpty()) {
        for (Advice advice : run.advice()) {
          out.println(
              "advice: %s %s in the order %s: %s rules tried for each of %,d packets instead of %s"
                  .formatted(
                      advice.list(),
                      advice.direction().name().toLowerCase(Locale.ROOT),
                      advice.order(),
                      perPacket(advice.linesAfter(), advice),
                      advice.packets(),
                      perPacket(advice.linesBefore(), advice)));
        }
      }
    }
    missed(run, found)
        .forEach(
            name ->
                out.println(
                    "missed: the frame made for %s #%d does not reach it"
                        .formatted(name.list(), name.number())));
    out.print(CoverageText.of(vpcFile, coverage, global.quiet));
    if (isBelow(coverage)) {
      out.println("rules reached are below --min " + min + " %");
    }
    if (run.left() > 0) {
      out.println(
          "%,d frames had headers beyond the %,d that edges and advice look at"
              .formatted(run.left(), StoriesSink.MOST));
    }
    out.println(
        "%,d frames, %,d of %,d rules"
            .formatted(run.packets(), coverage.rulesHit(), coverage.rules()));
  }

  private static String perPacket(long lines, Advice advice) {
    return String.format(Locale.ROOT, "%.2f", (double) lines / advice.packets());
  }

  private static String shadows(RuleReach.Reach one) {
    return one.shadows().isEmpty()
        ? ""
        : " by "
            + one.shadows().stream().map(number -> "#" + number).collect(Collectors.joining(", "));
  }

  private ObjectNode json(CoverRun run, List<RuleReach.Reach> found) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    Coverage coverage = run.coverage();
    root.put("packets", run.packets());
    CoverageText.json(coverage, root.putObject("coverage"));
    ArrayNode rules = root.putArray("rules");
    for (Coverage.RuleName name : coverage.order()) {
      rules
          .addObject()
          .put("list", name.list())
          .put("number", name.number())
          .put("direction", coverage.direction(name).name().toLowerCase(Locale.ROOT))
          .put("packets", coverage.packets(name))
          .put("edges", coverage.edges(name))
          .put("edgesTried", coverage.edgesTried(name));
    }
    ArrayNode advised = root.putArray("advice");
    for (Advice advice : found.isEmpty() ? run.advice() : List.<Advice>of()) {
      ObjectNode node =
          advised
              .addObject()
              .put("list", advice.list())
              .put("direction", advice.direction().name().toLowerCase(Locale.ROOT))
              .put("packets", advice.packets())
              .put("triedBefore", advice.linesBefore())
              .put("triedAfter", advice.linesAfter());
      advice.order().forEach(node.putArray("order")::add);
    }
    ArrayNode unreachable = root.putArray("unreachable");
    for (RuleReach.Reach one : found) {
      if (one.packet().isEmpty()) {
        ObjectNode node =
            unreachable
                .addObject()
                .put("list", one.rule().list())
                .put("number", one.rule().number())
                .put("why", one.why());
        one.shadows().forEach(node.putArray("shadowedBy")::add);
      }
    }
    return root;
  }

  private ParameterException usage(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
