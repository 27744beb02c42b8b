package io.vpcrig.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.config.ConfigException;
import io.vpcrig.config.VpcFile;
import io.vpcrig.model.MalformedLineException;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.capture.CaptureDiff;
import io.vpcrig.query.capture.ChangedFrames;
import io.vpcrig.query.capture.Ruling;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** {@code diff A B --capture F...}: frames that change verdict. */
final class CaptureDiffRun {
  private final CommandSpec spec;
  private final GlobalOptions global;
  private final CaptureDiffOptions options;
  private final int examples;
  private final DiffCommand.Output output;
  private boolean vpcs;

  /**
   * @param examples frames shown of each change
   * @param output also takes the result
   */
  CaptureDiffRun(
      CommandSpec spec,
      GlobalOptions global,
      CaptureDiffOptions options,
      int examples,
      DiffCommand.Output output) {
    this.spec = spec;
    this.global = global;
    this.options = options;
    this.examples = examples;
    this.output = output;
  }

  /**
   * Returns the exit code.
   *
   * @param before as the operator named it: a VPC file, or a rule list of any format
   * @param from format of rule lists; empty: told by content
   */
  int run(String before, String after, Optional<String> from) throws IOException {
    vpcs = isVpc(before, from);
    if (isVpc(after, from) != vpcs) {
      throw usage(
          "%s is a VPC, and %s is none; name two VPCs, or two lists (FILE#LIST)"
              .formatted(vpcs ? before : after, vpcs ? after : before));
    }
    if (!vpcs && (options.untagged != null || options.checksums != null)) {
      throw usage("--untagged and --checksums mean nothing to rule lists");
    }
    try (SeveralCaptures captures = new SeveralCaptures(options.captures)) {
      Optional<ChangedFrames> changed = changed();
      try (CaptureDiff diff =
          vpcs ? ofVpcs(before, after, changed) : ofLists(before, after, from, changed)) {
        diff.run(captures);
        return finish(diff, captures, changed);
      } finally {
        changed.ifPresent(ChangedFrames::close);
      }
    } catch (ConfigException e) {
      e.problems().forEach(err()::println);
      err().flush();
      return ExitCode.USAGE;
    } catch (MalformedLineException e) {
      err().println("vpcrig: " + e.getMessage());
      err().flush();
      return ExitCode.USAGE;
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
  }

  private static boolean isVpc(String argument, Optional<String> from) throws IOException {
    Path file = Path.of(argument);
    boolean ours = from.isEmpty() || from.get().equals("yaml");
    return ours && Files.isRegularFile(file) && RuleSource.isVpc(file);
  }

  private Optional<ChangedFrames> changed() {
    try {
      return options.output == null
          ? Optional.empty()
          : Optional.of(new ChangedFrames(options.output));
    } catch (IOException e) {
      throw usage("-w: " + Sentence.of(e));
    }
  }

  private CaptureDiff ofVpcs(String before, String after, Optional<ChangedFrames> changed)
      throws ConfigException {
    Vpc one = VpcFile.read(before, System.in);
    Vpc other = VpcFile.read(after, System.in);
    return CaptureDiff.of(
        one,
        other,
        Optional.ofNullable(options.untagged),
        options.checksums == ReplayCommand.Checksums.repair,
        examples,
        changed);
  }

  private CaptureDiff ofLists(
      String before, String after, Optional<String> from, Optional<ChangedFrames> changed)
      throws IOException {
    return CaptureDiff.of(
        RuleSource.filterList(before, from), RuleSource.filterList(after, from), examples, changed);
  }

  private int finish(CaptureDiff diff, SeveralCaptures captures, Optional<ChangedFrames> changed)
      throws IOException {
    boolean nothing = diff.frames() == diff.unjudged() && captures.damage().isEmpty();
    if (nothing && !global.allowEmpty) {
      err()
          .println(
              diff.frames() == 0
                  ? "vpcrig: no frames in " + captures.describe()
                  : "vpcrig: no frame in " + captures.describe() + " could be judged");
      err().flush();
      return ExitCode.NOTHING;
    }
    if (changed.isPresent()) {
      changed.get().commit();
    }
    if (global.format == GlobalOptions.Format.json) {
      out().println(json(diff, captures).toPrettyString());
    } else {
      if (!global.quiet) {
        diff.groups().forEach(this::print);
      }
      out().println(closingLine(diff));
    }
    out().flush();
    output.take(json(diff, captures));
    captures.damage().forEach(damage -> err().println("vpcrig: " + damage));
    err().flush();
    if (!captures.damage().isEmpty()) {
      return ExitCode.INPUT;
    }
    return diff.groups().isEmpty() ? ExitCode.OK : ExitCode.DIFFERENT;
  }

  private void print(CaptureDiff.Group group) {
    out().println(group.kind().label() + ": " + group.before() + " -> " + group.after());
    out().printf(Locale.ROOT, "  %,d frames, %,d bytes%n", group.frames(), group.bytes());
    for (CaptureDiff.Example each : group.examples()) {
      out().printf(Locale.ROOT, "  frame %d: %s%n", each.frame(), each.flow());
    }
  }

  private static long frames(CaptureDiff diff, CaptureDiff.Kind kind) {
    return diff.groups().stream()
        .filter(group -> group.kind() == kind)
        .mapToLong(CaptureDiff.Group::frames)
        .sum();
  }

  private String closingLine(CaptureDiff diff) {
    StringBuilder text = new StringBuilder();
    text.append("%,d frames: ".formatted(diff.frames()));
    for (CaptureDiff.Kind kind : CaptureDiff.Kind.values()) {
      text.append("%,d %s, ".formatted(frames(diff, kind), kind.label()));
    }
    text.append("%,d the same".formatted(diff.same()));
    if (diff.unjudged() > 0) {
      text.append(
          vpcs
              ? ", %,d held for the rest of their datagram".formatted(diff.unjudged())
              : ", %,d without a header that lists judge".formatted(diff.unjudged()));
    }
    return text.toString();
  }

  private ObjectNode json(CaptureDiff diff, SeveralCaptures captures) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("frames", diff.frames());
    root.put("newlyAllowed", frames(diff, CaptureDiff.Kind.NEWLY_ALLOWED));
    root.put("newlyDenied", frames(diff, CaptureDiff.Kind.NEWLY_DENIED));
    root.put("otherwise", frames(diff, CaptureDiff.Kind.OTHERWISE));
    root.put("same", diff.same());
    root.put("unjudged", diff.unjudged());
    ArrayNode changes = root.putArray("changes");
    for (CaptureDiff.Group group : diff.groups()) {
      ObjectNode node = changes.addObject();
      node.put("change", group.kind().label());
      write(group.before(), node.putObject("before"));
      write(group.after(), node.putObject("after"));
      node.put("frames", group.frames()).put("bytes", group.bytes());
      ArrayNode some = node.putArray("examples");
      group
          .examples()
          .forEach(each -> some.addObject().put("frame", each.frame()).put("flow", each.flow()));
    }
    ArrayNode damage = root.putArray("damage");
    captures.damage().forEach(damage::add);
    return root;
  }

  private static void write(Ruling ruling, ObjectNode node) {
    node.put("verdict", ruling.verdict());
    ruling.list().ifPresent(list -> node.put("list", list));
    ruling.rule().ifPresent(rule -> node.put("rule", rule));
    ruling.at().ifPresent(at -> node.put("at", at.toString()));
    if (ruling.rule().isEmpty()) {
      node.put("reason", ruling.list().isPresent() ? "default" : ruling.why());
    }
    ruling.quirk().ifPresent(quirk -> node.put("quirk", quirk));
  }

  private ParameterException usage(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
