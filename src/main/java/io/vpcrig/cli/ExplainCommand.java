package io.vpcrig.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.config.ConfigException;
import io.vpcrig.config.VpcFile;
import io.vpcrig.frame.DamagedInputException;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.Verdict;
import io.vpcrig.header.ChecksumPolicy;
import io.vpcrig.io.CaptureReader;
import io.vpcrig.io.Captures;
import io.vpcrig.model.Flow;
import io.vpcrig.model.FlowSyntax;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.Explainer;
import io.vpcrig.query.Explanation;
import io.vpcrig.query.FrameStories;
import io.vpcrig.query.FrameStory;
import io.vpcrig.query.StoryJson;
import io.vpcrig.query.StoryText;
import java.io.IOException;
import java.io.PrintWriter;
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

/** {@code explain VPC FLOW}: the story of one flow, or of one frame of a capture. */
@Command(
    name = "explain",
    description = "Tells stage by stage what becomes of a flow, or of a frame of a capture.",
    footer = {
      "",
      "A flow is written like",
      "  'tcp 10.10.1.5:40000 > 10.10.2.9:443'",
      "  'icmp 10.10.1.5 > 10.10.2.9 echo-request'",
      "  'udp 198.51.100.7:5000 > 203.0.113.11:53 via public'",
      "",
      "Exit: 0 explained, whatever the verdict; 2 usage or configuration, also a frame that is not"
          + " in the",
      "capture; 3 capture unreadable."
    })
final class ExplainCommand implements Callable<Integer> {
  /** What has been before the packet. */
  enum State {
    NEW("new"),
    ESTABLISHED("established");

    private final String label;

    State(String label) {
      this.label = label;
    }

    @Override
    public String toString() {
      return label;
    }
  }

  @Spec private CommandSpec spec;
  @Mixin private GlobalOptions global;

  @Parameters(index = "0", paramLabel = "VPC", description = "VPC file, - for stdin.")
  private String vpcFile;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "FLOW",
      description = "One flow; quotes may be left out where the shell leaves '>' alone.")
  private List<String> words = List.of();

  @Option(
      names = "--capture",
      paramLabel = "FILE",
      description = "Takes the packet from a capture; all frames before it went through first.")
  private String capture;

  @Option(names = "--frame", paramLabel = "N", description = "Number of the frame, from 1.")
  private Long frame;

  @Option(
      names = "--state",
      paramLabel = "new|established",
      description =
          "Whether the flow's first packet and its answer went before (default: ${DEFAULT-VALUE}).")
  private State state = State.NEW;

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

  @Option(names = "--all-rules", description = "Shows every rule that was tried.")
  private boolean allRules;

  @Override
  public Integer call() throws IOException {
    checkUsage();
    Vpc vpc;
    try {
      vpc = VpcFile.read(vpcFile, System.in);
    } catch (ConfigException e) {
      e.problems().forEach(problem -> err().println(problem));
      err().flush();
      return ExitCode.USAGE;
    }
    if (capture != null) {
      return frame(vpc);
    }
    Explanation explanation;
    try {
      Flow flow = FlowSyntax.parse(String.join(" ", words), vpc);
      Explainer explainer = new Explainer(vpc);
      explanation = state == State.NEW ? explainer.first(flow) : explainer.established(flow);
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
    print(explanation, Optional.empty());
    return ExitCode.OK;
  }

  private void checkUsage() {
    if (capture == null && frame != null) {
      throw usage("--frame needs --capture");
    }
    if (capture == null && words.isEmpty()) {
      throw usage("a flow, or --capture FILE --frame N, is missing");
    }
    if (capture != null && !words.isEmpty()) {
      throw usage("a flow and --capture exclude each other");
    }
    if (capture != null && frame == null) {
      throw usage("--capture needs --frame N");
    }
    if (capture != null && state != State.NEW) {
      throw usage("--state is for flows; the frames before decide what a captured one meets");
    }
    if (frame != null && frame < 1) {
      throw usage("--frame " + frame + ", legal from 1");
    }
    if (vpcFile.equals("-") && "-".equals(capture)) {
      throw usage("VPC and capture can't both be read from stdin");
    }
  }

  private int frame(Vpc vpc) throws IOException {
    ChecksumPolicy policy =
        checksums == ReplayCommand.Checksums.repair ? ChecksumPolicy.REPAIR : ChecksumPolicy.VERIFY;
    try (CaptureReader reader = Captures.open(capture);
        FrameStories stories = stories(vpc, policy);
        FrameBatch batch = new FrameBatch(256)) {
      while (stories.found().isEmpty()) {
        batch.clear();
        if (reader.read(batch) == 0) {
          throw usage(
              "--frame %d is not in %s, which has %d frames"
                  .formatted(frame, capture, reader.frames()));
        }
        stories.take(batch);
      }
      print(stories.found().get());
      return ExitCode.OK;
    } catch (DamagedInputException e) {
      err().println("vpcrig: " + e.getMessage() + ", before frame " + frame);
      err().flush();
      return ExitCode.INPUT;
    }
  }

  private FrameStories stories(Vpc vpc, ChecksumPolicy policy) {
    try {
      return new FrameStories(vpc, Optional.ofNullable(untagged), policy, frame);
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
  }

  private void print(FrameStory story) {
    if (story.explanation().isPresent()) {
      print(story.explanation().get(), Optional.of(story));
      return;
    }
    if (global.format == GlobalOptions.Format.json) {
      print(withFrame(StoryJson.undecoded(story.verdict(), story.reason(), story.in()), story));
      return;
    }
    if (!global.quiet) {
      out().println(headline(story));
    }
    out()
        .println(
            "%s  %s  %s"
                .formatted(
                    story.verdict() == Verdict.HELD ? "HELD" : "DROP",
                    story.reason().dottedName(),
                    story.reason().sentence()));
    out().flush();
  }

  private void print(Explanation explanation, Optional<FrameStory> story) {
    if (global.format == GlobalOptions.Format.json) {
      ObjectNode json = StoryJson.of(explanation);
      print(story.map(from -> withFrame(json, from)).orElse(json));
      return;
    }
    String verdict = StoryText.verdict(explanation.story());
    String styled = styled(verdict, explanation.story().reason().isDrop());
    if (global.quiet) {
      out().println(styled);
    } else {
      story.ifPresent(from -> out().println(headline(from)));
      String text = StoryText.of(explanation, allRules || global.verbose);
      out().print(text.replace("\n" + verdict + "\n", "\n" + styled + "\n"));
    }
    out().flush();
  }

  private String styled(String verdict, boolean drop) {
    Style style = new Style(global.useColor());
    return style.bold(drop ? style.red(verdict) : style.green(verdict));
  }

  private String headline(FrameStory story) {
    return "frame " + story.number() + " of " + capture + " came " + story.came();
  }

  private ObjectNode withFrame(ObjectNode json, FrameStory story) {
    json.putObject("frame")
        .put("file", capture)
        .put("number", story.number())
        .put("came", story.came());
    return json;
  }

  private void print(ObjectNode json) {
    try {
      out().println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree always can be written", e);
    }
    out().flush();
  }

  private ParameterException usage(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
