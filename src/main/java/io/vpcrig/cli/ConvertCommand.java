package io.vpcrig.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.config.foreign.Loss;
import io.vpcrig.config.foreign.ReadList;
import io.vpcrig.config.foreign.RuleFormat;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.MalformedLineException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convert IN OUT}: rule lists from one format to another. */
@Command(
    name = "convert",
    description =
        "Writes the rule lists of a file in another format, and says what can't be carried.",
    footer = {
      "",
      "Formats: yaml, cloudstack, router, iptables, nft, cisco, aws, tcam, classbench; azure is"
          + " read only,",
      "nft-text written only.",
      "",
      "Exit: 0 done, 1 something can't be carried and --lossy is not there (nothing is written), 2"
          + " usage",
      "or rules malformed, 3 IN unreadable or OUT can't be written, 4 no lists."
    })
public final class ConvertCommand implements Callable<Integer> {
  /** Losses shown unless all are asked for. */
  private static final int SHOWN = 20;

  @Spec private CommandSpec spec;
  @Mixin private GlobalOptions global;

  @Parameters(
      index = "0",
      paramLabel = "IN",
      description = "FILE, or FILE#LIST for one of its lists; .gz too, - for stdin.")
  private String in;

  @Parameters(index = "1", paramLabel = "OUT", description = "Where to; - for stdout.")
  private String out;

  @Option(
      names = "--from",
      paramLabel = "FORMAT",
      description = "Format of IN (default: told by content).")
  private String from;

  @Option(names = "--to", paramLabel = "FORMAT", required = true, description = "Format of OUT.")
  private String to;

  @Option(names = "--lossy", description = "Writes what can be carried, whatever is lost.")
  private boolean lossy;

  @Override
  public Integer call() throws IOException {
    if (global.format == GlobalOptions.Format.json && out.equals("-")) {
      throw usage("--format json and OUT '-' both want stdout; name a file as OUT");
    }
    StringBuilder text = new StringBuilder();
    List<Loss> losses = new ArrayList<>();
    RuleSource source;
    List<FilterList> lists;
    try {
      RuleFormat target = RuleSource.format(to);
      source = RuleSource.open(in, Optional.ofNullable(from));
      List<ReadList> read = source.chosen();
      read.forEach(list -> losses.addAll(list.losses()));
      if (source.list().isEmpty()) {
        losses.addAll(source.lists().beside());
      }
      lists = read.stream().map(ReadList::list).toList();
      if (!lists.isEmpty()) {
        losses.addAll(write(target, lists, text));
      }
    } catch (MalformedLineException e) {
      err().println("vpcrig: " + e.getMessage());
      err().flush();
      return ExitCode.USAGE;
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
    boolean isWritten = !lists.isEmpty() && (lossy || losses.stream().noneMatch(Loss::isLost));
    if (isWritten) {
      try (WholeFile file = new WholeFile(out)) {
        file.stream().write(text.toString().getBytes(StandardCharsets.UTF_8));
        file.commit();
      }
    }
    report(source, lists, losses, isWritten);
    if (lists.isEmpty()) {
      return global.allowEmpty ? ExitCode.OK : ExitCode.NOTHING;
    }
    return isWritten ? ExitCode.OK : ExitCode.DIFFERENT;
  }

  private static List<Loss> write(RuleFormat target, List<FilterList> lists, StringBuilder text) {
    try {
      return target.write(lists, text);
    } catch (IllegalArgumentException e) {
      String advice = lists.size() > 1 ? "; name one of the lists, IN#LIST" : "";
      throw new IllegalArgumentException(e.getMessage() + advice, e);
    }
  }

  private void report(
      RuleSource source, List<FilterList> lists, List<Loss> losses, boolean isWritten) {
    List<Loss> distinct = losses.stream().distinct().toList();
    if (global.format == GlobalOptions.Format.json) {
      out().println(json(source, lists, distinct, isWritten));
      out().flush();
    } else if (!global.quiet) {
      int shown = global.verbose ? distinct.size() : Math.min(SHOWN, distinct.size());
      distinct.stream()
          .sorted((one, other) -> Boolean.compare(other.isLost(), one.isLost()))
          .limit(shown)
          .forEach(loss -> err().println("vpcrig: " + loss));
      if (shown < distinct.size()) {
        err().println("vpcrig: and " + (distinct.size() - shown) + " more; -v shows all");
      }
    }
    long lost = distinct.stream().filter(Loss::isLost).count();
    err()
        .println(
            "%s to %s: %d lists, %d rules, %d lost, %d assumed%s"
                .formatted(
                    source.format().name(),
                    to,
                    lists.size(),
                    lists.stream().mapToInt(list -> list.rules().size()).sum(),
                    lost,
                    distinct.size() - lost,
                    isWritten || lists.isEmpty()
                        ? ""
                        : "; nothing written, --lossy writes what can be carried"));
    err().flush();
  }

  private ObjectNode json(
      RuleSource source, List<FilterList> lists, List<Loss> losses, boolean isWritten) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("from", source.format().name()).put("to", to).put("written", isWritten);
    ArrayNode all = root.putArray("lists");
    lists.forEach(
        list -> all.addObject().put("name", list.name()).put("rules", list.rules().size()));
    ArrayNode lost = root.putArray("lost");
    ArrayNode assumed = root.putArray("assumed");
    for (Loss loss : losses) {
      (loss.isLost() ? lost : assumed)
          .addObject()
          .put("file", loss.origin().file())
          .put("line", loss.origin().line())
          .put("what", loss.what());
    }
    return root;
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
