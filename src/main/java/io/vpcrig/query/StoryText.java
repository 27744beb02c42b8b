package io.vpcrig.query;

import io.vpcrig.frame.Verdict;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.LoadBalancer;
import io.vpcrig.model.Origin;
import io.vpcrig.model.Protocol;
import io.vpcrig.telemetry.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** A story as people read it: one line per step, the one that decides marked, the verdict last. */
public final class StoryText {
  private static final String MARK = "  <-- decides";
  private static final int NEAR_MISSES = 3;

  /** A line of the table; {@code station} is empty where the line belongs to the one before. */
  private record Row(String station, String subject, String word, String note, boolean decides) {}

  private final Explanation explanation;
  private final Story story;
  private final boolean allRules;
  private final List<Row> rows = new ArrayList<>();

  private StoryText(Explanation explanation, boolean allRules) {
    this.explanation = explanation;
    this.story = explanation.story();
    this.allRules = allRules;
  }

  /**
   * Several lines, each ended.
   *
   * @param allRules whether rules that do not match at all are shown too
   */
  public static String of(Explanation explanation, boolean allRules) {
    return new StoryText(explanation, allRules).write();
  }

  private String write() {
    story.steps().forEach(this::row);
    StringBuilder text = new StringBuilder();
    text.append(headline(story, state())).append('\n');
    table(text);
    story
        .rewritten()
        .ifPresent(
            sent ->
                text.append("sent  ")
                    .append(sent)
                    .append("  by ")
                    .append(story.out().orElseThrow())
                    .append(story.portChosen() ? "  (the engine may choose another port)" : "")
                    .append('\n'));
    explanation.reply().ifPresent(reply -> reply(text, reply));
    text.append(verdict(story)).append('\n');
    Hints.quirk(story).ifPresent(sentence -> text.append("quirk ").append(sentence).append('\n'));
    explanation.notes().forEach(note -> text.append("note  ").append(note).append('\n'));
    explanation.hints().forEach(hint -> text.append("hint  ").append(hint).append('\n'));
    return text.toString();
  }

  private static void reply(StringBuilder text, Story reply) {
    text.append("reply ").append(headline(reply, "")).append("  ").append(verdict(reply));
    reply.rewritten().ifPresent(sent -> text.append("  sent as ").append(sent));
    text.append('\n');
  }

  private static String headline(Story story, String state) {
    Packet packet = story.packet();
    String flow =
        packet.arp()
            ? "arp who has "
                + Ipv4Text.format(packet.flow().destination())
                + " tell "
                + Ipv4Text.format(packet.flow().source())
            : Flows.plain(packet.flow()).toString();
    String out = story.out().map(name -> " -> " + name).orElse("");
    return flow + "   " + packet.in() + out + (state.isEmpty() ? "" : "   " + state);
  }

  private String state() {
    return switch (story.reason()) {
      case ESTABLISHED -> "established";
      case RELATED -> "related";
      default -> "new";
    };
  }

  /** {@code DENY acl.deny.rule app #20 (vpc.yaml:41)}. */
  public static String verdict(Story story) {
    return word(story.verdict(), story.reason())
        + "  "
        + story.reason().dottedName()
        + decider(story);
  }

  /** Two spaces, list, rule and where it stands; empty if no list counted. */
  static String decider(Story story) {
    if (story.list().isEmpty()) {
      return "";
    }
    Origin origin = story.rule().map(AclRule::origin).orElse(story.list().get().origin());
    return "  "
        + story.list().get().name()
        + story.rule().map(rule -> " #" + rule.number()).orElse(" default")
        + "  ("
        + origin
        + ")";
  }

  static String word(byte verdict, Reason reason) {
    return switch (verdict) {
      case Verdict.FORWARD -> "ALLOW";
      case Verdict.DROP -> Hints.byList(reason) ? "DENY" : "DROP";
      default -> Verdict.name(verdict).toUpperCase(Locale.ROOT);
    };
  }

  // --- rows ----------------------------------------------------------------------------------

  private void table(StringBuilder text) {
    int station = width(Row::station);
    int subject = width(Row::subject);
    int noted = width(Row::note);
    int number = 0;
    boolean marked = rows.stream().anyMatch(Row::decides);
    for (int k = 0; k < rows.size(); k++) {
      Row row = rows.get(k);
      number += row.station.isEmpty() ? 0 : 1;
      boolean decides = marked ? row.decides : k == rows.size() - 1;
      String line =
          "%3s %s  %s  %-5s %s%s"
              .formatted(
                  row.station.isEmpty() ? "" : Integer.toString(number),
                  pad(row.station, station),
                  pad(row.subject, subject),
                  row.word,
                  decides ? pad(row.note, Math.min(noted, 60)) : row.note,
                  decides ? MARK : "");
      text.append(line.stripTrailing()).append('\n');
    }
  }

  private int width(Function<Row, String> column) {
    return rows.stream().map(column).mapToInt(String::length).max().orElse(0);
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  private void add(String station, String subject, String word, String note) {
    rows.add(new Row(station, subject, word, note, false));
  }

  private void row(Step step) {
    switch (step) {
      case Step.SegmentStep s ->
          add(
              "segment",
              s.segment(),
              "ok",
              s.kind()
                  + (s.sourceBelongs() ? "; source is in " : "; source is not in ")
                  + plain(s.subnet()));
      case Step.SwitchStep s -> add("switch", "", "hit", s.why());
      case Step.SessionStep s -> session(s);
      case Step.EgressStep s -> list("acl-out", s.trial());
      case Step.EgressSkippedStep s -> add("acl-out", s.segment(), "skip", s.why());
      case Step.DnatStep s -> dnat(s);
      case Step.BalanceStep s -> balance(s);
      case Step.LocalStep s -> add("input", "the router", s.accepted() ? "hit" : "drop", s.what());
      case Step.RouteStep s -> route(s);
      case Step.TtlStep s -> add("ttl", Integer.toString(s.ttl()), "drop", "runs out here");
      case Step.ForwardStep s -> add("forward", "", s.accepted() ? "ok" : "drop", s.why());
      case Step.IngressStep s -> list("acl-in", s.trial());
      case Step.IngressSkippedStep s -> add("acl-in", s.segment(), "skip", s.why());
      case Step.SnatStep s -> snat(s);
    }
  }

  private void session(Step.SessionStep s) {
    String direction = s.reply() ? "reply" : "original";
    switch (s.finding()) {
      case HIT -> add("session", direction, "hit", s.state() + admitted());
      case MISS -> add("session", "", "miss", "none has this flow");
      case EXPIRED -> add("session", direction, "miss", "its time is over (" + s.state() + ")");
      case INVALID -> add("session", direction, "drop", "does not fit its state, " + s.state());
      case CANNOT_BEGIN -> add("session", "", "drop", "no session begins with such a packet");
      case RELATED -> add("session", direction, "hit", "quotes a packet of it" + admitted());
      case UNRELATED -> add("session", "", "drop", "quotes a packet of no session");
      case CREATED -> add("session", "", "new", s.state());
    }
  }

  private String admitted() {
    return story.list().isEmpty() ? "" : "; admitted by " + decider(story).strip();
  }

  private void dnat(Step.DnatStep s) {
    String to =
        Ipv4Text.format(s.address())
            + (s.port() == 0 ? "" : ":" + s.port())
            + " ("
            + s.origin()
            + ")";
    String subject = Ipv4Text.format(s.publicAddress());
    switch (s.kind()) {
      case STATIC_NAT -> add("dnat", subject, "hit", "static NAT to " + to);
      case PORT_FORWARD -> add("dnat", subject, "hit", "port forwarding to " + to);
    }
  }

  private void balance(Step.BalanceStep s) {
    LoadBalancer balancer = s.balancer();
    String note =
        balancer.name()
            + " ("
            + balancer.algorithm().label()
            + ")"
            + s.member()
                .map(
                    member ->
                        " to "
                            + member.host().name()
                            + " "
                            + Ipv4Text.format(member.host().address())
                            + ":"
                            + balancer.toPort())
                .orElse(": " + s.why())
            + " ("
            + balancer.origin()
            + ")";
    rows.add(
        new Row(
            "balance",
            Ipv4Text.format(balancer.address()),
            s.member().isPresent() ? "hit" : "drop",
            note,
            story.reason() == Reason.BALANCED));
  }

  private void route(Step.RouteStep s) {
    String prefix = s.prefix().map(StoryText::plain).orElse("");
    String hop =
        s.nextHop().isPresent() ? ", next hop " + Ipv4Text.format(s.nextHop().getAsInt()) : "";
    switch (s.kind()) {
      case TIER -> add("route", prefix, "hit", "connected, tier " + s.segment());
      case PRIVATE_GATEWAY ->
          add("route", prefix, "hit", "connected, private gateway " + s.segment());
      case STATIC_ROUTE ->
          add("route", prefix, "hit", "static, private gateway " + s.segment() + hop);
      case PUBLIC -> add("route", prefix, "hit", "connected, " + s.segment());
      case DEFAULT -> add("route", prefix, "hit", "default, " + s.segment() + hop);
      case NONE -> add("route", "", "drop", "no route to the destination");
    }
  }

  private void snat(Step.SnatStep s) {
    String note =
        switch (s.kind()) {
          case NONE -> "source stays";
          case STATIC_NAT -> "static NAT";
          case SOURCE_NAT -> "source NAT";
          case PRIVATE_GATEWAY -> "source NAT of the private gateway";
          case HAIRPIN -> "back into its tier: source becomes the gateway";
          case BALANCER -> "members see the balancer";
          case MISSING -> "there is no source NAT address";
        };
    boolean missing = s.kind() == Step.SnatStep.Kind.MISSING;
    if (s.kind() != Step.SnatStep.Kind.NONE || !s.kept()) {
      add(
          "snat",
          missing ? "" : Ipv4Text.format(s.address()),
          missing ? "drop" : "hit",
          note + (s.kept() ? "" : "; port taken, " + s.port() + " instead"));
    }
  }

  // --- lists ---------------------------------------------------------------------------------

  private void list(String station, ListTrial trial) {
    boolean decides = trial.equals(deciding());
    if (trial.list().isEmpty()) {
      String note = trial.direction() == Direction.EGRESS ? "no list: allowed" : "no list: dropped";
      rows.add(new Row(station, trial.segment(), word(trial), note, decides));
      return;
    }
    String name = trial.list().get().name();
    String heading = station;
    List<RuleTrial> shown = shown(trial);
    for (RuleTrial tried : shown) {
      String subject = name + " #" + tried.rule().number();
      rows.add(
          tried.matches()
              ? new Row(heading, subject, "hit", rule(tried, trial.direction()), decides)
              : new Row(heading, subject, "miss", misses(tried, trial.direction()), false));
      heading = "";
    }
    int left = trial.tried().size() - shown.size();
    if (left > 0 && trial.hit().isEmpty()) {
      add(heading, name, "miss", others(left));
      heading = "";
    } else if (left > 0) {
      rows.add(rows.size() - 1, new Row("", name, "miss", others(left), false));
      if (shown.size() == 1) {
        Row hit = rows.removeLast();
        Row miss = rows.removeLast();
        rows.add(new Row(station, miss.subject, miss.word, miss.note, false));
        rows.add(new Row("", hit.subject, hit.word, hit.note, hit.decides));
      }
    }
    if (trial.hit().isEmpty()) {
      String note =
          trial.action() == Action.ALLOW
              ? "no egress rule matched: allowed"
              : "no ingress rule matched: dropped";
      rows.add(new Row(heading, name + " default", word(trial), note, decides));
    }
  }

  private static String others(int count) {
    return count + (count == 1 ? " rule does" : " rules do") + " not match (--all-rules)";
  }

  private static String word(ListTrial trial) {
    return trial.action() == Action.ALLOW ? "allow" : "deny";
  }

  /** All rules, or those that nearly match and the one that does. */
  private List<RuleTrial> shown(ListTrial trial) {
    if (allRules) {
      return trial.tried();
    }
    List<RuleTrial> near =
        trial.tried().stream().filter(tried -> tried.misses().size() == 1).toList();
    List<RuleTrial> shown =
        new ArrayList<>(near.subList(Math.max(0, near.size() - NEAR_MISSES), near.size()));
    trial.hit().ifPresent(shown::add);
    return shown;
  }

  /** The list that the verdict rests on. */
  private ListTrial deciding() {
    if (!Hints.byList(story.reason())) {
      return null;
    }
    for (Step step : story.steps().reversed()) {
      Optional<ListTrial> trial =
          switch (step) {
            case Step.IngressStep s -> Optional.of(s.trial());
            case Step.EgressStep s -> Optional.of(s.trial());
            default -> Optional.empty();
          };
      if (trial.isPresent()) {
        return trial.get();
      }
    }
    return null;
  }

  /** {@code deny tcp ports 443 from 10.10.1.0/24}. */
  private static String rule(RuleTrial tried, Direction direction) {
    AclRule rule = tried.rule();
    return rule.action().name().toLowerCase(Locale.ROOT)
        + " "
        + (rule.protocolByNumber() ? "protocol " + rule.protocol() : Protocol.name(rule.protocol()))
        + rule.ports().map(ports -> " ports " + ports).orElse("")
        + (rule.icmpType() < 0 ? "" : " type " + rule.icmpType())
        + (rule.icmpType() < 0 || rule.icmpCode() < 0 ? "" : " code " + rule.icmpCode())
        + (direction == Direction.INGRESS ? " from " : " to ")
        + plain(tried.cidr());
  }

  private static String misses(RuleTrial tried, Direction direction) {
    List<String> parts = new ArrayList<>();
    AclRule rule = tried.rule();
    for (RuleTrial.Miss miss : tried.misses()) {
      parts.add(
          switch (miss) {
            case PROTOCOL -> Protocol.name(rule.protocol()) + " only";
            case ADDRESS ->
                (direction == Direction.INGRESS ? "from " : "to ") + plain(tried.cidr()) + " only";
            case PORT -> "port " + rule.ports().map(Object::toString).orElse("0") + " only";
            case ICMP_TYPE ->
                "icmp type "
                    + rule.icmpType()
                    + (rule.icmpCode() < 0 ? "" : " code " + rule.icmpCode())
                    + " only";
          });
    }
    return String.join(", ", parts);
  }

  /** Without host bits. */
  private static String plain(Cidr cidr) {
    return new Cidr(cidr.network(), cidr.length()).toString();
  }
}
