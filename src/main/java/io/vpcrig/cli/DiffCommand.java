package io.vpcrig.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.config.ConfigException;
import io.vpcrig.model.Action;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.MalformedLineException;
import io.vpcrig.report.DiffPage;
import io.vpcrig.symbolic.Box;
import io.vpcrig.symbolic.Difference;
import io.vpcrig.symbolic.Header;
import io.vpcrig.symbolic.UndecidedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code diff A B}: what changes verdict from one list to another. */
@Command(
    name = "diff",
    description =
        "Shows all headers whose verdict changes from list A to list B, by rules; or, with"
            + " --capture, all frames of real traffic that change from A to B, lists or VPCs.",
    footer = {
      "",
      "Exit: 0 nothing changes, 1 something does, 2 usage or rules malformed, 3 unreadable or cut"
          + " short,",
      "4 no frames, 5 not all of it was found in the time given."
    })
public final class DiffCommand implements Callable<Integer> {
  private static final int MOST_REGIONS = 100_000;

  @Spec private CommandSpec spec;
  @Mixin private GlobalOptions global;
  @Mixin private ComparisonOptions options;
  @Mixin private CaptureDiffOptions traffic;

  @Parameters(
      index = "0",
      paramLabel = "A",
      description = "VPC, rules FILE, or FILE#LIST: as it was.")
  private String before;

  @Parameters(
      index = "1",
      paramLabel = "B",
      description = "VPC, rules FILE, or FILE#LIST: as it is to be.")
  private String after;

  @Option(
      names = "--examples",
      paramLabel = "N",
      description = "Regions and flows shown for each pair of rules (default: ${DEFAULT-VALUE}).")
  private int examples = 3;

  @Option(names = "--html", paramLabel = "FILE", description = "Also write the changes as a page.")
  private String html;

  /** The rules that decide before and after, by position. */
  private record Rules(int before, int after) {}

  /** What one pair of rules changes. */
  private record Change(List<Box> regions, List<Header> flows) {}

  @Override
  public Integer call() throws IOException {
    if (examples < 0) {
      throw usage("--examples is " + examples + ", legal from 0");
    }
    Duration limit = options.limit();
    if (traffic.isGiven()) {
      return new CaptureDiffRun(spec, global, traffic, examples, this::page)
          .run(before, after, options.from());
    }
    FilterList one;
    FilterList other;
    try {
      Optional<VpcPair> vpcs = VpcPair.read(before, after, options.from());
      if (vpcs.isPresent()) {
        return new VpcDiff(spec, global, vpcs.get(), examples, this::page).run(limit);
      }
      one = list(before);
      other = list(after);
    } catch (ConfigException e) {
      e.problems().forEach(problem -> err().println(problem));
      err().flush();
      return ExitCode.USAGE;
    } catch (MalformedLineException e) {
      err().println("vpcrig: " + e.getMessage());
      err().flush();
      return ExitCode.USAGE;
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
    Map<Rules, Change> changes = new LinkedHashMap<>();
    int[] regions = new int[1];
    String undecided = null;
    try {
      Difference.each(
          one,
          other,
          limit,
          cell -> {
            verify(one, other, cell);
            Change change =
                changes.computeIfAbsent(
                    new Rules(cell.one(), cell.other()),
                    rules -> new Change(new ArrayList<>(), new ArrayList<>()));
            change.regions.add(cell.box());
            change.flows.add(cell.example());
            return ++regions[0] < MOST_REGIONS;
          });
      if (regions[0] == MOST_REGIONS) {
        undecided = "stopped after " + MOST_REGIONS + " regions";
      }
    } catch (UndecidedException e) {
      undecided = e.getMessage();
    }
    if (global.format == GlobalOptions.Format.json) {
      out().println(json(one, other, changes, undecided));
    } else if (!global.quiet) {
      print(one, other, changes, Action.ALLOW);
      print(one, other, changes, Action.DENY);
    }
    page(json(one, other, changes, undecided));
    out().flush();
    return close(one, changes, regions[0], undecided);
  }

  /** Takes the comparison as JSON tells it. */
  @FunctionalInterface
  interface Output {
    void take(ObjectNode json) throws IOException;
  }

  /** Writes the page, if it was asked for. */
  private void page(ObjectNode json) throws IOException {
    if (html == null) {
      return;
    }
    try (WholeFile file = new WholeFile(html)) {
      file.stream().write(DiffPage.of(before, after, json));
      file.commit();
    }
  }

  private FilterList list(String argument) throws IOException {
    List<FilterList> lists = RuleSource.filterLists(argument, options.from());
    if (lists.size() != 1) {
      throw new IllegalArgumentException(
          argument
              + " has "
              + lists.size()
              + " lists"
              + lists.stream().map(FilterList::name).toList()
              + "; name one, FILE#LIST");
    }
    return lists.getFirst();
  }

  /** Asks both lists themselves. */
  private static void verify(FilterList one, FilterList other, Difference.Cell cell) {
    Header header = cell.example();
    boolean holds =
        decider(one, header) == cell.one()
            && decider(other, header) == cell.other()
            && one.action(cell.one()) != other.action(cell.other());
    if (!holds) {
      throw new IllegalStateException("the lists do not differ on " + header + " as was found");
    }
  }

  private static int decider(FilterList list, Header header) {
    return list.firstMatch(
        header.source(), header.destination(), header.ports(), header.protocol());
  }

  private void print(FilterList one, FilterList other, Map<Rules, Change> changes, Action becomes) {
    changes.forEach(
        (rules, change) -> {
          if (other.action(rules.after) == becomes) {
            out()
                .printf(
                    "newly %s: %s, was %s%n",
                    becomes == Action.ALLOW ? "allowed" : "denied",
                    words(other, rules.after),
                    words(one, rules.before));
            int shown = Math.min(change.regions.size(), global.verbose ? MOST_REGIONS : examples);
            for (int k = 0; k < shown; k++) {
              out().println("  " + change.regions.get(k) + "   e.g. " + change.flows.get(k).flow());
            }
            if (shown < change.regions.size()) {
              out().println("  and " + (change.regions.size() - shown) + " more regions");
            }
          }
        });
  }

  private static String words(FilterList list, int position) {
    String verdict = list.action(position).name().toLowerCase(Locale.ROOT);
    if (position == FilterList.NONE) {
      return verdict + ", no rule matches";
    }
    FilterRule rule = list.rules().get(position);
    return verdict + " by rule " + rule.label() + " (" + rule.origin() + ")";
  }

  private ObjectNode json(
      FilterList one, FilterList other, Map<Rules, Change> changes, String undecided) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("complete", undecided == null);
    if (undecided != null) {
      root.put("why", undecided);
    }
    ArrayNode all = root.putArray("changes");
    changes.forEach(
        (rules, change) -> {
          ObjectNode node = all.addObject();
          node.put("becomes", other.action(rules.after).name().toLowerCase(Locale.ROOT));
          node.put("before", words(one, rules.before)).put("after", words(other, rules.after));
          node.put("regions", change.regions.size());
          ArrayNode some = node.putArray("examples");
          for (int k = 0; k < Math.min(examples, change.regions.size()); k++) {
            some.addObject()
                .put("region", change.regions.get(k).toString())
                .put("flow", change.flows.get(k).flow().toString());
          }
        });
    return root;
  }

  private int close(FilterList one, Map<Rules, Change> changes, int regions, String undecided) {
    err()
        .printf(
            "%s: %d pairs of rules change the verdict, %d regions%s%n",
            one.name(),
            changes.size(),
            regions,
            undecided == null ? "" : "; not complete: " + undecided);
    err().flush();
    if (undecided != null) {
      return ExitCode.UNDECIDED;
    }
    return changes.isEmpty() ? ExitCode.OK : ExitCode.DIFFERENT;
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
