package io.vpcrig.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.engine.Accounting;
import io.vpcrig.engine.PacketPath;
import io.vpcrig.engine.PathOptions;
import io.vpcrig.engine.Pipeline;
import io.vpcrig.engine.PipelineMode;
import io.vpcrig.engine.PipelineOptions;
import io.vpcrig.engine.Snapshot;
import io.vpcrig.engine.SnapshotCell;
import io.vpcrig.frame.FrameSink;
import io.vpcrig.frame.LinkType;
import io.vpcrig.io.DigestSink;
import io.vpcrig.io.OutputLayout;
import io.vpcrig.io.PcapngWriter;
import io.vpcrig.model.Segment;
import io.vpcrig.model.TestCase;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.FrameText;
import io.vpcrig.query.cases.CaseResult;
import io.vpcrig.query.cases.Coverage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A golden capture: replayed, and held against what came out earlier. With {@code update} what
 * comes out now is prepared to take its place, at {@link #commit}.
 */
final class GoldenRun implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TestCase.Golden test;
  private final boolean update;
  private PcapngWriter writer;
  private WholeFile reportFile;

  GoldenRun(TestCase.Golden test, boolean update) {
    this.test = test;
    this.update = update;
  }

  CaseResult run(Vpc vpc, Coverage coverage) {
    long start = System.nanoTime();
    List<String> wrong = new ArrayList<>();
    String passed = "";
    try {
      passed = compare(vpc, coverage, wrong);
    } catch (IOException e) {
      wrong.add(Sentence.of(e));
    } catch (IllegalArgumentException e) {
      wrong.add(e.getMessage());
    }
    return new CaseResult(
        test,
        wrong.isEmpty() ? CaseResult.Outcome.PASSED : CaseResult.Outcome.FAILED,
        wrong.isEmpty() ? List.of(passed) : wrong,
        (System.nanoTime() - start) / 1e9);
  }

  private String compare(Vpc vpc, Coverage coverage, List<String> wrong) throws IOException {
    Snapshot snapshot = Snapshot.compile(vpc, 1, test.untagged());
    FrameText text = new FrameText(snapshot);
    Accounting counts = new Accounting(vpc.segments().size());
    DigestSink digest = new DigestSink();
    StoriesSink stories = new StoriesSink(snapshot);
    List<FrameSink> sinks = new ArrayList<>(List.of(counts, digest, stories));
    ExpectSink expected = null;
    PathOptions options = new PathOptions(vpc.conntrack().max(), test.repair(), test.untagged());
    try (PacketPath path = new PacketPath(options);
        digest;
        SeveralCaptures captures = new SeveralCaptures(List.of(test.capture()))) {
      if (update && test.output().isPresent()) {
        List<String> names = vpc.segments().stream().map(Segment::name).toList();
        OutputLayout layout = new OutputLayout(names, LinkType.ETHERNET);
        writer = new PcapngWriter(test.output().get(), layout, text::comment, false, true);
        sinks.add(writer);
      } else if (test.output().isPresent()) {
        expected = new ExpectSink(test.output().get(), text, vpc.vxlan().acceptPorts());
        sinks.add(expected);
      }
      PacketPath[] paths = {path};
      new Pipeline(
              PipelineOptions.of(PipelineMode.RTC, 1, options), new SnapshotCell(snapshot), paths)
          .run(captures, new Fanout(sinks));
      ReplayResult result =
          Replay.result(
              snapshot,
              List.of(test.capture()),
              captures,
              counts,
              digest.finish(),
              paths,
              "rtc, 1 worker",
              0);
      result.damage().forEach(wrong::add);
      if (result.packets() == 0) {
        wrong.add("no frames in " + test.capture());
      }
      if (expected != null) {
        expected.finish();
        expected.difference().ifPresent(wrong::add);
      }
      compareCounts(result, wrong);
      report(result, wrong);
      result
          .rules()
          .forEach(
              hits -> coverage.decided(hits.list().name(), hits.rule().number(), hits.packets()));
      stories.read((story, packets) -> coverage.takeEdges(story));
      return "%,d frames%s".formatted(result.packets(), update ? ", updated" : " as expected");
    } finally {
      if (expected != null) {
        expected.close();
      }
    }
  }

  private void compareCounts(ReplayResult result, List<String> wrong) {
    Map<String, Long> actual =
        Map.of(
            "packets", result.packets(),
            "forwarded", result.forwarded(),
            "dropped", result.dropped(),
            "switched", result.switched(),
            "local", result.local(),
            "held", result.held());
    for (String verdict : new java.util.TreeSet<>(test.counts().keySet())) {
      long want = test.counts().get(verdict);
      if (want != actual.get(verdict)) {
        wrong.add("%s: expected %,d, is %,d".formatted(verdict, want, actual.get(verdict)));
      }
    }
  }

  /** The report without the time it took and the names it was called by. */
  private void report(ReplayResult result, List<String> wrong) throws IOException {
    if (test.report().isEmpty()) {
      return;
    }
    ObjectNode now = comparable(ReplayJson.of(result));
    if (update) {
      reportFile = new WholeFile(test.report().get());
      reportFile.stream().write((now.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
      return;
    }
    JsonNode read = JSON.readTree(Files.readString(Path.of(test.report().get())));
    if (!(read instanceof ObjectNode object)) {
      wrong.add(test.report().get() + " is no report of replay --format json");
      return;
    }
    ObjectNode before = comparable(object);
    // Numbers are compared as they are written: one reader's int is another's long.
    for (Iterator<String> names = before.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      String want = before.get(name).toString();
      String got = Optional.ofNullable(now.get(name)).map(JsonNode::toString).orElse("absent");
      if (!want.equals(got)) {
        wrong.add("%s: expected %s, is %s".formatted(name, want, got));
      }
    }
  }

  private static ObjectNode comparable(ObjectNode report) {
    ObjectNode copy = report.deepCopy();
    copy.remove(List.of("seconds", "captures"));
    return copy;
  }

  /** Puts what came out in its place. */
  void commit() throws IOException {
    if (writer != null) {
      writer.close();
      writer = null;
    }
    if (reportFile != null) {
      reportFile.commit();
    }
  }

  /** Without {@link #commit} nothing has changed. */
  @Override
  public void close() throws IOException {
    if (writer != null) {
      writer.abort();
    }
    if (reportFile != null) {
      reportFile.close();
    }
  }
}
