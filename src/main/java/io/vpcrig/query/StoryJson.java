package io.vpcrig.query;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.frame.Verdict;
import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Flow;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Quirk;
import io.vpcrig.telemetry.Reason;
import java.util.Locale;
import java.util.Optional;

/** A story as programs read it. Names are public: they are added to, never changed. */
public final class StoryJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private StoryJson() {}

  public static ObjectNode of(Explanation explanation) {
    ObjectNode json = story(explanation.story());
    ArrayNode hints = json.putArray("hints");
    explanation.hints().forEach(hints::add);
    ArrayNode notes = json.putArray("notes");
    explanation.notes().forEach(notes::add);
    explanation
        .reply()
        .ifPresentOrElse(reply -> json.set("reply", story(reply)), () -> json.putNull("reply"));
    return json;
  }

  /** A frame that was decided before the policy could see a packet in it. */
  public static ObjectNode undecoded(byte verdict, Reason reason, Optional<String> in) {
    ObjectNode json = NODES.objectNode();
    json.put("verdict", Verdict.name(verdict));
    json.put("reason", reason.dottedName());
    json.putNull("list");
    json.putNull("rule");
    json.put("in", in.orElse(null));
    json.putNull("out");
    json.putNull("flow");
    json.putNull("rewritten");
    json.putArray("steps");
    json.putNull("reply");
    return json;
  }

  private static ObjectNode story(Story story) {
    ObjectNode json = NODES.objectNode();
    json.put("verdict", Verdict.name(story.verdict()));
    json.put("reason", story.reason().dottedName());
    json.put("sentence", story.reason().sentence());
    json.put("list", story.list().map(AclList::name).orElse(null));
    json.put("rule", story.rule().map(AclRule::number).orElse(null));
    json.put("origin", story.rule().map(rule -> rule.origin().toString()).orElse(null));
    json.put("quirk", story.quirk() == Quirk.NONE ? null : story.quirk().label());
    json.put("in", story.packet().in());
    json.put("out", story.out().orElse(null));
    json.put("flow", flow(story));
    json.put("rewritten", story.rewritten().map(Flow::toString).orElse(null));
    json.put("portChosen", story.portChosen());
    story
        .otherSemantics()
        .ifPresent(
            other ->
                json.putObject("otherSemantics")
                    .put("semantics", lower(other.semantics()))
                    .put("verdict", Verdict.name(other.verdict()))
                    .put("reason", other.reason().dottedName())
                    .put("quirk", other.quirk().label()));
    ArrayNode steps = json.putArray("steps");
    story.steps().forEach(step -> steps.add(step(step)));
    return json;
  }

  private static String flow(Story story) {
    Flow flow = story.packet().flow();
    return story.packet().arp()
        ? "arp " + Ipv4Text.format(flow.source()) + " > " + Ipv4Text.format(flow.destination())
        : Flows.plain(flow).toString();
  }

  private static ObjectNode step(Step step) {
    ObjectNode json = NODES.objectNode();
    return switch (step) {
      case Step.SegmentStep s ->
          json.put("step", "segment")
              .put("segment", s.segment())
              .put("kind", s.kind())
              .put("subnet", s.subnet().toString())
              .put("sourceBelongs", s.sourceBelongs());
      case Step.SwitchStep s -> json.put("step", "switch").put("why", s.why());
      case Step.SessionStep s ->
          json.put("step", "session")
              .put("finding", lower(s.finding()))
              .put("direction", s.reply() ? "reply" : "original")
              .put("state", s.state());
      case Step.EgressStep s -> trial(json.put("step", "acl-out"), s.trial());
      case Step.EgressSkippedStep s ->
          json.put("step", "acl-out").put("segment", s.segment()).put("skipped", s.why());
      case Step.DnatStep s ->
          json.put("step", "dnat")
              .put("kind", lower(s.kind()))
              .put("public", Ipv4Text.format(s.publicAddress()))
              .put("address", Ipv4Text.format(s.address()))
              .put("port", s.port())
              .put("origin", s.origin().toString());
      case Step.BalanceStep s ->
          json.put("step", "balance")
              .put("balancer", s.balancer().name())
              .put("algorithm", s.balancer().algorithm().label())
              .put("public", Ipv4Text.format(s.balancer().address()))
              .put("member", s.member().map(member -> member.host().name()).orElse(null))
              .put(
                  "address",
                  s.member().map(member -> Ipv4Text.format(member.host().address())).orElse(null))
              .put("port", s.balancer().toPort())
              .put("why", s.why())
              .put("origin", s.balancer().origin().toString());
      case Step.LocalStep s ->
          json.put("step", "input").put("accepted", s.accepted()).put("what", s.what());
      case Step.RouteStep s ->
          json.put("step", "route")
              .put("kind", lower(s.kind()))
              .put("prefix", s.prefix().map(Object::toString).orElse(null))
              .put("segment", s.segment())
              .put(
                  "nextHop",
                  s.nextHop().isPresent() ? Ipv4Text.format(s.nextHop().getAsInt()) : null);
      case Step.TtlStep s -> json.put("step", "ttl").put("ttl", s.ttl());
      case Step.ForwardStep s ->
          json.put("step", "forward").put("accepted", s.accepted()).put("why", s.why());
      case Step.IngressStep s -> trial(json.put("step", "acl-in"), s.trial());
      case Step.IngressSkippedStep s ->
          json.put("step", "acl-in").put("segment", s.segment()).put("skipped", s.why());
      case Step.SnatStep s ->
          json.put("step", "snat")
              .put("kind", lower(s.kind()))
              .put("address", Ipv4Text.format(s.address()))
              .put("port", s.port())
              .put("kept", s.kept());
    };
  }

  private static ObjectNode trial(ObjectNode json, ListTrial trial) {
    json.put("segment", trial.segment());
    json.put("list", trial.list().map(AclList::name).orElse(null));
    json.put("direction", lower(trial.direction()));
    json.put("action", lower(trial.action()));
    json.put("rule", trial.hit().map(hit -> hit.rule().number()).orElse(null));
    ArrayNode tried = json.putArray("tried");
    for (RuleTrial one : trial.tried()) {
      ObjectNode rule = tried.addObject();
      rule.put("rule", one.rule().number());
      rule.put("action", lower(one.rule().action()));
      rule.put("cidr", one.cidr().toString());
      rule.put("matches", one.matches());
      ArrayNode misses = rule.putArray("misses");
      one.misses().forEach(miss -> misses.add(lower(miss)));
      rule.put("origin", one.rule().origin().toString());
    }
    return json;
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
