package io.vpcrig.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.acl.RuleTable;
import io.vpcrig.engine.StoryTap;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.LinkType;
import io.vpcrig.frame.Verdict;
import io.vpcrig.header.ChecksumPolicy;
import io.vpcrig.model.Flow;
import io.vpcrig.model.Segment;
import io.vpcrig.query.FrameStories;
import io.vpcrig.query.FrameStory;
import io.vpcrig.query.Story;
import io.vpcrig.query.StoryJson;
import io.vpcrig.query.StoryText;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.telemetry.TraceStep;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The story of a frame that a running router carried: what its path noted, and what the reference
 * says of the frame and why, which knows the connection the frame belongs to if the path knew it.
 * What the path did is told first; where the reference does not agree, that is said. One thread.
 */
final class TraceStory {
  private static final long NS = 1_000_000_000L;

  private final StoryTap.Told told;
  private final List<Segment> segments;
  private final ObjectNode json = JsonNodeFactory.instance.objectNode();
  private final StringBuilder text = new StringBuilder();

  private TraceStory(StoryTap.Told told) {
    this.told = told;
    this.segments = told.snapshot().vpc().segments();
  }

  /** As JSON; {@code text} is for people. */
  static ObjectNode of(StoryTap.Told told, List<String> links) {
    return new TraceStory(told).tell(links);
  }

  private ObjectNode tell(List<String> links) {
    Instant time = Instant.ofEpochSecond(told.timestampNs() / NS, told.timestampNs() % NS);
    String segment = segment(told.segment());
    json.put("frame", told.number())
        .put("time", time.toString())
        .put("port", links.get(told.port()))
        .put("in", segment)
        .put("generation", told.snapshot().generation());
    text.append("frame %d by %s, %s%n".formatted(told.number(), links.get(told.port()), time));
    path();
    outcome();
    reference();
    return json.put("text", text.toString());
  }

  private void path() {
    ArrayNode steps = json.putArray("path");
    text.append("path  ");
    for (StoryTap.Note note : told.notes()) {
      if (note.step() != TraceStep.DISPOSITION) {
        String step = words(note);
        text.append(steps.isEmpty() ? "" : ", ").append(step);
        steps.add(step);
      }
    }
    text.append('\n');
  }

  private String words(StoryTap.Note note) {
    String name = note.step().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return switch (note.step()) {
      case DECAP, ENCAP, ROUTE -> name + " " + segment(note.a());
      case SESSION_HIT -> name + (note.b() == 0 ? " (forth)" : " (back)");
      case ACL_EGRESS, ACL_INGRESS -> name + (note.c() == 1 ? " allows" : " denies");
      default -> name;
    };
  }

  private void outcome() {
    Reason reason = Reason.of(told.reason());
    RuleTable rules = told.snapshot().acls().rules();
    String list = told.list() < 0 ? null : rules.list(told.list()).name();
    Integer rule = told.rule() < 0 ? null : (Integer) rules.rule(told.rule()).number();
    json.put("verdict", Verdict.name(told.verdict()))
        .put("reason", reason.dottedName())
        .put("list", list)
        .put("rule", rule);
    text.append("done  %s  %s".formatted(Verdict.name(told.verdict()), reason.dottedName()));
    if (list != null) {
      text.append("  ").append(list).append(rule == null ? "" : " #" + rule);
    }
    text.append('\n');
  }

  /** What the slow router says, which gives its reasons. */
  private void reference() {
    try (FrameStories stories =
            new FrameStories(
                told.snapshot().vpc(), Optional.empty(), ChecksumPolicy.VERIFY, told.number());
        FrameBatch batch = new FrameBatch(1)) {
      json.putNull("session");
      if (told.opening() != null && !open(stories)) {
        json.putNull("story");
        return;
      }
      int i = batch.add(told.bytes().length);
      batch.bytes.put(batch.start[i], told.bytes(), 0, told.bytes().length);
      batch.number[i] = told.number();
      batch.timestampNs[i] = told.timestampNs();
      batch.link[i] = LinkType.ETHERNET;
      stories.take(batch);
      stories.found().ifPresent(this::story);
    }
  }

  /** Has the reference know the connection; false if it would not let that begin now. */
  private boolean open(FrameStories stories) {
    StoryTap.Opening opening = told.opening();
    Flow flow =
        Flow.of(
            opening.protocol(),
            opening.source(),
            opening.destination(),
            opening.ports(),
            Optional.ofNullable(segment(opening.segment())));
    json.putObject("session")
        .put("opening", flow.toString())
        .put("generation", opening.generation());
    text.append("known since generation %d, begun by  %s%n".formatted(opening.generation(), flow));
    if (flow.via().isEmpty()) {
      return false;
    }
    Story opened = stories.open(flow, told.timestampNs());
    if (opened.verdict() != Verdict.FORWARD) {
      text.append(
          "note  the connection goes on, but could not begin now: %s%n"
              .formatted(StoryText.verdict(opened)));
      return false;
    }
    return true;
  }

  private void story(FrameStory story) {
    boolean agrees = story.verdict() == told.verdict() && story.reason().number() == told.reason();
    json.put("agrees", agrees);
    if (story.explanation().isPresent()) {
      json.set("story", StoryJson.of(story.explanation().get()));
      text.append(StoryText.of(story.explanation().get(), false));
    } else {
      json.putNull("story");
      text.append(story.reason().sentence()).append('\n');
    }
    if (!agrees) {
      text.append("note  the reference says otherwise than the path: it does not know all");
      text.append(" connections, addresses and fragments that the router knows\n");
    }
  }

  private String segment(int index) {
    return index < 0 || index >= segments.size() ? null : segments.get(index).name();
  }
}
