package io.vpcrig.cli;

import io.vpcrig.acl.Budget;
import io.vpcrig.acl.Classifier;
import io.vpcrig.acl.Classifiers;
import io.vpcrig.acl.OverBudgetException;
import io.vpcrig.acl.RuleSet;
import io.vpcrig.config.ConfigException;
import io.vpcrig.model.Action;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.MalformedLineException;
import io.vpcrig.query.prove.CompiledProof;
import io.vpcrig.symbolic.Difference;
import io.vpcrig.symbolic.Header;
import io.vpcrig.symbolic.UndecidedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code prove A B}: the same verdict for every header, or a counter-example. */
@Command(
    name = "prove",
    description =
        "Proves that two rule lists, two whole VPCs, or a list and its compiled form agree on every"
            + " header, or shows one on which they do not.",
    footer = {
      "",
      "Exit: 0 equal, 1 different, 2 usage or rules malformed, 3 unreadable, 4 no lists, 5 not"
          + " decided",
      "in the time given."
    })
public final class ProveCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private GlobalOptions global;
  @Mixin private ComparisonOptions options;

  @Parameters(
      index = "0",
      paramLabel = "A",
      description = "VPC, rules FILE, or FILE#LIST; - for stdin.")
  private String one;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "B",
      description = "The other VPC or list; left out with --engine.")
  private String other;

  @Option(
      names = "--engine",
      paramLabel = "NAME|all",
      description = "Holds A against its compiled form: auto, all, or an engine's name.")
  private String engine;

  @Option(
      names = "--save",
      paramLabel = "DIR",
      description =
          "Writes counter-examples there: a capture of their first frames, and test cases.")
  private Path save;

  private CounterExamples found;

  @Override
  public Integer call() throws IOException {
    if ((other == null) == (engine == null)) {
      throw usage("give two VPCs or lists A B, or one list A and --engine NAME");
    }
    if (save != null && "-".equals(engine == null ? other : one)) {
      throw usage("--save writes test cases, which name their list by its file; give it as a file");
    }
    found = new CounterExamples(save, options.from());
    options.limit();
    List<ProveAnswer> answers = new ArrayList<>();
    long start = System.nanoTime();
    try {
      Optional<VpcPair> vpcs =
          engine == null ? VpcPair.read(one, other, options.from()) : Optional.empty();
      if (vpcs.isPresent()) {
        answers.addAll(new VpcProofs(vpcs.get(), options.limit(), found, other).answers());
      } else if (engine != null) {
        List<FilterList> lists = RuleSource.filterLists(one, options.from());
        for (FilterList list : lists) {
          compiled(list, lists.size() == 1 ? one : one + "#" + list.name(), answers);
        }
      } else {
        pairs(answers);
      }
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
    for (ProveAnswer answer : answers) {
      show(answer);
    }
    if (save != null) {
      found.write();
    }
    return close(answers, System.nanoTime() - start);
  }

  private void pairs(List<ProveAnswer> answers) throws IOException {
    List<FilterList> ones = RuleSource.filterLists(one, options.from());
    List<FilterList> others = RuleSource.filterLists(other, options.from());
    if (ones.size() == 1 && others.size() == 1) {
      pair(ones.getFirst(), others.getFirst(), other, answers);
      return;
    }
    List<String> names = ones.stream().map(FilterList::name).toList();
    if (!names.equals(others.stream().map(FilterList::name).toList())) {
      throw new IllegalArgumentException(
          "A has the lists "
              + names
              + " and B "
              + others.stream().map(FilterList::name).toList()
              + "; name one of each, FILE#LIST");
    }
    for (int k = 0; k < ones.size(); k++) {
      FilterList b = others.get(k);
      pair(ones.get(k), b, other + "#" + b.name(), answers);
    }
  }

  private void pair(FilterList a, FilterList b, String rules, List<ProveAnswer> answers) {
    String what = a.name().equals(b.name()) ? a.name() : a.name() + " and " + b.name();
    try {
      Optional<Difference.Cell> cell = Difference.first(a, b, options.limit());
      Optional<Header> header = cell.map(Difference.Cell::example);
      if (header.isPresent() && judge(a, header.get()) == judge(b, header.get())) {
        throw new IllegalStateException("the counter-example " + header.get() + " is none");
      }
      header.ifPresent(h -> keep(rules, a, h, "B: " + words(b, h)));
      answers.add(
          new ProveAnswer(
              what,
              header,
              Optional.empty(),
              header.map(h -> words(a, h)).orElse(""),
              header.map(h -> words(b, h)).orElse(""),
              Optional.empty()));
    } catch (UndecidedException e) {
      answers.add(ProveAnswer.undecided(what, e.getMessage()));
    }
  }

  private void compiled(FilterList list, String named, List<ProveAnswer> answers) {
    RuleSet rules = RuleSet.matching(list.rules());
    List<String> engines = engine.equals("all") ? Classifiers.names() : List.of(engine);
    for (String name : engines) {
      String what = list.name() + " by " + name;
      try {
        Classifier form = compile(name, rules);
        String shown = list.name() + " by " + form.name();
        Optional<CompiledProof.Difference> differs = CompiledProof.of(rules, form, options.limit());
        differs.ifPresent(
            d ->
                keep(
                    named,
                    list,
                    d.header(),
                    form.name() + ", which 'test' does not ask: " + words(list, d.actual())));
        answers.add(
            new ProveAnswer(
                shown,
                differs.map(CompiledProof.Difference::header),
                Optional.empty(),
                differs.map(d -> words(list, d.expected())).orElse(""),
                differs.map(d -> words(list, d.actual())).orElse(""),
                Optional.empty()));
      } catch (OverBudgetException e) {
        err().println("vpcrig: " + name + " left out: " + e.getMessage());
      } catch (UndecidedException e) {
        answers.add(ProveAnswer.undecided(what, e.getMessage()));
      }
    }
  }

  /**
   * An engine that is asked for by name may take as long as its proof; auto takes what it would.
   */
  private Classifier compile(String name, RuleSet rules) throws OverBudgetException {
    return name.equals(Classifiers.AUTO)
        ? Classifiers.byName(name, rules)
        : Classifiers.compiler(name).compile(rules, Budget.DEFAULT.withTime(options.limit()));
  }

  /** Keeps a header with the verdict of A, for a test of the list that gives another. */
  private void keep(String rules, FilterList a, Header header, String othersWords) {
    found.add(
        CounterExamples.Example.ofList(
            rules, header, judge(a, header), "A: " + words(a, header) + "; " + othersWords));
  }

  private static int decider(FilterList list, Header header) {
    return list.firstMatch(
        header.source(), header.destination(), header.ports(), header.protocol());
  }

  private static Action judge(FilterList list, Header header) {
    return list.action(decider(list, header));
  }

  private static String words(FilterList list, Header header) {
    return words(list, decider(list, header));
  }

  private static String words(FilterList list, int rule) {
    if (rule == CompiledProof.BROKEN) {
      return "no answer: the look-up breaks";
    }
    if (rule < FilterList.NONE || rule >= list.rules().size()) {
      return "position " + rule + ", which is no rule";
    }
    String verdict = list.action(rule).name().toLowerCase(Locale.ROOT);
    if (rule == FilterList.NONE) {
      return verdict + ", no rule matches";
    }
    FilterRule decides = list.rules().get(rule);
    return verdict + " by rule " + decides.label() + " (" + decides.origin() + ")";
  }

  private void show(ProveAnswer answer) {
    if (global.format == GlobalOptions.Format.json) {
      out().println(answer.json());
    } else if (!global.quiet) {
      out().println(answer.text(engine == null ? "B" : "form"));
    }
    out().flush();
  }

  private int close(List<ProveAnswer> answers, long ns) {
    long undecided = answers.stream().filter(a -> a.undecided().isPresent()).count();
    long different = answers.stream().filter(a -> a.header().isPresent()).count();
    err()
        .printf(
            Locale.ROOT,
            "%d asked: %d equal, %d different, %d undecided; %.1f s%n",
            answers.size(),
            answers.size() - undecided - different,
            different,
            undecided,
            ns / 1e9);
    err().flush();
    if (answers.isEmpty()) {
      return global.allowEmpty ? ExitCode.OK : ExitCode.NOTHING;
    }
    if (different > 0) {
      return ExitCode.DIFFERENT;
    }
    return undecided > 0 ? ExitCode.UNDECIDED : ExitCode.OK;
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
