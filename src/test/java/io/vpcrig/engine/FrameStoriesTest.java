package io.vpcrig.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.vpcrig.acl.RuleTable;
import io.vpcrig.config.VpcFile;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.Verdict;
import io.vpcrig.header.ChecksumPolicy;
import io.vpcrig.header.Ipv4;
import io.vpcrig.io.CaptureReader;
import io.vpcrig.io.Captures;
import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Flow;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.FrameStories;
import io.vpcrig.query.FrameStory;
import io.vpcrig.query.Story;
import io.vpcrig.telemetry.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * {@code explain --capture} says of every frame of the shipped captures what the data path does.
 */
class FrameStoriesTest {
  private static final Path CAPTURES = Path.of("pcaps");

  /** The data path finds the session that the first fragment began; explain tells how it began. */
  private static final Reason LATER_FRAGMENT = Reason.FRAGMENT;

  @TestFactory
  Stream<DynamicTest> everyFrameHasTheStoryOfItsFate() throws IOException {
    try (Stream<Path> files = Files.list(CAPTURES)) {
      return files
          .filter(file -> file.toString().endsWith(".pcap") && !file.toString().contains("kernel"))
          .sorted()
          .toList()
          .stream()
          .map(file -> dynamicTest(file.getFileName().toString(), () -> assertTold(file)));
    }
  }

  private static void assertTold(Path file) throws Exception {
    Vpc vpc = VpcFile.read(CAPTURES.resolve("vpc.yaml"));
    Map<Long, String> done = done(vpc, file);
    for (Map.Entry<Long, String> frame : done.entrySet()) {
      assertEquals(frame.getValue(), told(vpc, file, frame.getKey()), "frame " + frame.getKey());
    }
  }

  /** What the data path did, by frame number. */
  private static Map<Long, String> done(Vpc vpc, Path file) throws IOException {
    Snapshot snapshot = Snapshot.compile(vpc, 1, Optional.empty());
    RuleTable rules = snapshot.acls().rules();
    Map<Long, String> done = new TreeMap<>();
    try (PacketPath path = new PacketPath(new PathOptions(1 << 16, false, Optional.empty()));
        FrameBatch batch = new FrameBatch(64);
        CaptureReader reader = Captures.open(file)) {
      while (reader.read(batch) > 0) {
        path.process(batch, snapshot);
        for (int i = 0; i < batch.size; i++) {
          batch.spread(i);
          done.put(batch.number[i], words(batch, i, rules));
        }
        batch.clear();
      }
    }
    return done;
  }

  private static String words(FrameBatch batch, int i, RuleTable rules) {
    boolean forwarded = batch.verdict[i] == Verdict.FORWARD;
    boolean byList = forwarded || isDenied(batch.reason[i]);
    Flow sent =
        Flow.of(
            batch.protocol[i],
            batch.newSource[i],
            batch.newDestination[i],
            batch.newPorts[i],
            Optional.empty());
    boolean later =
        forwarded && Ipv4.isFragment(batch.fragment[i]) && batch.l4[i] == FrameBatch.NONE;
    return words(
        batch.verdict[i],
        later ? LATER_FRAGMENT : Reason.of(batch.reason[i]),
        byList && batch.list[i] >= 0 ? rules.list(batch.list[i]).name() : "-",
        byList && batch.rule[i] >= 0 ? rules.rule(batch.rule[i]).number() : 0,
        forwarded ? sent.toString() : "-");
  }

  private static String told(Vpc vpc, Path file, long number) throws IOException {
    try (FrameStories stories =
            new FrameStories(vpc, Optional.empty(), ChecksumPolicy.VERIFY, number);
        FrameBatch batch = new FrameBatch(64);
        CaptureReader reader = Captures.open(file)) {
      while (stories.found().isEmpty() && reader.read(batch) > 0) {
        stories.take(batch);
        batch.clear();
      }
      FrameStory frame = stories.found().orElseThrow();
      if (frame.explanation().isEmpty()) {
        return words(frame.verdict(), frame.reason(), "-", 0, "-");
      }
      Story story = frame.explanation().get().story();
      boolean byList = story.verdict() == Verdict.FORWARD || isDenied(story.reason().number());
      return words(
          story.verdict(),
          isLaterFragment(frame) ? LATER_FRAGMENT : story.reason(),
          byList ? story.list().map(AclList::name).orElse("-") : "-",
          byList ? story.rule().map(AclRule::number).orElse(0) : 0,
          story.rewritten().map(Flow::toString).orElse("-"));
    }
  }

  /** The shipped datagrams in fragments arrive in order: the last completes. */
  private static boolean isLaterFragment(FrameStory frame) {
    return frame.verdict() == Verdict.FORWARD
        && !frame.explanation().orElseThrow().notes().isEmpty();
  }

  private static boolean isDenied(int reason) {
    return reason == Reason.DENY_RULE.number() || reason == Reason.DENY_DEFAULT.number();
  }

  private static String words(byte verdict, Reason reason, String list, int rule, String sent) {
    return Verdict.name(verdict)
        + " "
        + reason.dottedName()
        + " "
        + list
        + " #"
        + rule
        + " sent as "
        + sent;
  }
}
