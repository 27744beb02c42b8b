package io.vpcrig.config;

import io.vpcrig.model.Flow;
import io.vpcrig.model.FlowSetSyntax;
import io.vpcrig.model.FlowSyntax;
import io.vpcrig.model.Names;
import io.vpcrig.model.Segment;
import io.vpcrig.model.TestCase;
import io.vpcrig.model.Vpc;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/** The root of a file of test cases. */
final class CaseReader {
  private static final List<String> FLAGS = List.of("fin", "syn", "rst", "psh", "ack", "urg");

  private static final List<String> VERDICTS =
      List.of("packets", "forwarded", "dropped", "switched", "local", "held");

  private static final String[] OF_PACKET = {
    "allow", "deny", "after", "flags", "rewritten", "in", "out", "list", "rule", "reason", "reply"
  };

  private static final String[] OF_CASE = {
    "name",
    "allow",
    "deny",
    "flags",
    "rewritten",
    "in",
    "out",
    "list",
    "rule",
    "reason",
    "reply",
    "sequence",
    "replay",
    "expect",
    "report",
    "counts",
    "untagged",
    "checksums"
  };

  private final Path file;
  private final CaseFile.ListReader lists;
  private final CaseNames names = new CaseNames();
  private Vpc vpc;

  CaseReader(Path file, CaseFile.ListReader lists) {
    this.file = file;
    this.lists = lists;
  }

  Optional<CaseFile> read(YamlValue root) {
    Optional<YamlFields> found = root.fields("vpc", "rules", "format", "cases");
    if (found.isEmpty()) {
      return Optional.empty();
    }
    YamlFields fields = found.get();
    if (fields.has("vpc") == fields.has("rules")) {
      if (fields.has("vpc")) {
        fields.at("rules").error("'vpc' stands here too; keep one of them");
      } else {
        fields.missing("vpc", "add it, or 'rules: FILE#LIST'");
      }
      return Optional.empty();
    }
    Optional<CaseFile.Subject> subject = fields.has("vpc") ? ofVpc(fields) : ofRules(fields);
    if (subject.isEmpty()) {
      return Optional.empty();
    }
    if (!fields.has("cases")) {
      fields.missing("cases", "add a list of them");
    }
    RuleCaseReader ofRules = new RuleCaseReader();
    List<TestCase> cases = new ArrayList<>();
    for (YamlValue item : fields.items("cases")) {
      (vpc != null ? readCase(item) : ofRules.read(item)).ifPresent(cases::add);
    }
    return Optional.of(new CaseFile(file.toString(), subject.get(), cases));
  }

  private Optional<CaseFile.Subject> ofVpc(YamlFields fields) {
    if (fields.has("format")) {
      fields.at("format").error("'format' has a meaning beside 'rules'; leave it out");
    }
    Optional<Vpc> read =
        fields.required("vpc", text -> text).flatMap(path -> readVpc(fields.at("vpc"), path));
    read.ifPresent(found -> vpc = found);
    return read.map(CaseFile.OfVpc::new);
  }

  private Optional<CaseFile.Subject> ofRules(YamlFields fields) {
    Optional<String> path = fields.required("rules", this::sibling);
    if (path.isEmpty()) {
      return Optional.empty();
    }
    try {
      Optional<String> format = fields.optional("format", text -> text);
      return Optional.of(new CaseFile.OfRules(lists.read(path.get(), format)));
    } catch (NoSuchFileException e) {
      fields.at("rules").error("there is no such file; check the path");
    } catch (IOException | IllegalArgumentException e) {
      fields.at("rules").error("its rules: " + e.getMessage());
    }
    return Optional.empty();
  }

  private Optional<Vpc> readVpc(YamlValue at, String path) {
    VpcFile.Outcome outcome = VpcFile.check(file.resolveSibling(path));
    for (Problem problem : outcome.problems()) {
      if (problem.isError()) {
        at.error("its VPC: " + problem);
      }
    }
    return outcome.vpc();
  }

  private Optional<TestCase> readCase(YamlValue item) {
    Optional<YamlFields> found = item.fields(OF_CASE);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    YamlFields fields = found.get();
    List<String> kinds =
        List.of("allow", "deny", "sequence", "replay").stream().filter(fields::has).toList();
    if (kinds.size() != 1) {
      if (kinds.isEmpty()) {
        fields.missing("allow", "add one of allow, deny, sequence and replay");
      } else {
        fields.at(kinds.get(1)).error("'" + kinds.get(0) + "' stands here too; keep one of them");
      }
      return Optional.empty();
    }
    String kind = kinds.getFirst();
    String name = names.of(fields, kind);
    return switch (kind) {
      case "sequence" -> sequence(fields, name);
      case "replay" -> golden(fields, name);
      default -> flows(fields, name, kind);
    };
  }

  private Optional<TestCase> flows(YamlFields fields, String name, String kind) {
    allow(
        fields, "name", kind, "flags", "rewritten", "in", "out", "list", "rule", "reason", "reply");
    Optional<String> text = fields.get(kind).flatMap(YamlValue::text);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (isOneFlow(text.get())) {
      return packet(fields)
          .map(expected -> new TestCase.Sequence(name, fields.origin(), List.of(expected)));
    }
    allow(fields, "name", kind);
    return fields
        .get(kind)
        .flatMap(value -> value.read(flows -> FlowSetSyntax.parse(flows, vpc)))
        .map(set -> new TestCase.Set(name, fields.origin(), kind.equals("allow"), set));
  }

  /** Whether a text names one flow; where it names none, the set's reader says what is wrong. */
  private boolean isOneFlow(String text) {
    try {
      FlowSyntax.parse(text, vpc);
      return true;
    } catch (IllegalArgumentException e) {
      boolean several = text.matches(".*(/|,|\\bany\\b|^all\\b|:[0-9]+-).*");
      boolean segments =
          vpc.segments().stream()
              .map(Segment::name)
              .anyMatch(s -> text.matches(".*\\b" + s + "\\b.*"));
      return !several && !segments;
    }
  }

  private Optional<TestCase> sequence(YamlFields fields, String name) {
    allow(fields, "name", "sequence");
    List<TestCase.Expected> packets = new ArrayList<>();
    for (YamlValue item : fields.items("sequence")) {
      item.fields(OF_PACKET).flatMap(this::packet).ifPresent(packets::add);
    }
    if (packets.isEmpty() && fields.isClean()) {
      fields.at("sequence").error("has no packets; add some, or leave the case out");
    }
    return packets.isEmpty()
        ? Optional.empty()
        : Optional.of(new TestCase.Sequence(name, fields.origin(), packets));
  }

  private Optional<TestCase.Expected> packet(YamlFields fields) {
    if (fields.has("allow") == fields.has("deny")) {
      fields
          .self()
          .error("legal: one of allow and deny; it has " + (fields.has("allow") ? "both" : "none"));
      return Optional.empty();
    }
    boolean allow = fields.has("allow");
    Optional<Flow> flow =
        fields.required(allow ? "allow" : "deny", text -> FlowSyntax.parse(text, vpc));
    Optional<Integer> flags = fields.optional("flags", CaseReader::flags);
    Optional<Integer> rule = fields.optional("rule", Texts.number("rule", 1, Integer.MAX_VALUE));
    Optional<Flow> rewritten = fields.optional("rewritten", text -> FlowSyntax.parse(text, vpc));
    List<String> segments = vpc.segments().stream().map(Segment::name).toList();
    List<String> lists = new ArrayList<>(vpc.lists().keySet());
    lists.addAll(List.of("default_allow", "default_deny"));
    return flow.map(
        found ->
            new TestCase.Expected(
                fields.origin(),
                fields.optional("after", Texts.duration("after", "0s", "365d"), 0L),
                allow,
                found,
                flags.map(OptionalInt::of).orElse(OptionalInt.empty()),
                rewritten,
                fields.optional("in", one("segment", segments)),
                fields.optional("out", one("segment", segments)),
                fields.optional("list", one("list", lists)),
                rule.map(OptionalInt::of).orElse(OptionalInt.empty()),
                fields.optional("reason", text -> text),
                fields
                    .optional("reply", Texts.word("reply", List.of("allow", "deny")))
                    .map("allow"::equals)));
  }

  private Optional<TestCase> golden(YamlFields fields, String name) {
    allow(fields, "name", "replay", "expect", "report", "counts", "untagged", "checksums");
    Optional<String> capture = fields.required("replay", this::sibling);
    Optional<String> output = fields.optional("expect", this::sibling);
    Optional<String> report = fields.optional("report", this::sibling);
    Map<String, Long> counts = new LinkedHashMap<>();
    fields
        .get("counts")
        .flatMap(value -> value.fields(VERDICTS.toArray(String[]::new)))
        .ifPresent(
            found ->
                VERDICTS.forEach(
                    verdict ->
                        found
                            .optional(verdict, Texts.number(verdict, 0, Integer.MAX_VALUE))
                            .ifPresent(count -> counts.put(verdict, (long) count))));
    if (output.isEmpty() && report.isEmpty() && counts.isEmpty()) {
      fields
          .self()
          .error(
              "nothing is expected of it; add 'expect: OUT.pcapng', 'report: OUT.json' or 'counts:"
                  + " {...}'");
    }
    boolean repair =
        fields
            .optional("checksums", Texts.word("checksums", List.of("verify", "repair")), "verify")
            .equals("repair");
    List<String> segments = vpc.segments().stream().map(Segment::name).toList();
    Optional<String> untagged = fields.optional("untagged", one("segment", segments));
    return capture.map(
        from ->
            new TestCase.Golden(
                name, fields.origin(), from, output, report, counts, untagged, repair));
  }

  /** Reports keys that are legal, but not in a case of this kind. */
  private static void allow(YamlFields fields, String... legal) {
    for (String key : OF_CASE) {
      if (fields.has(key) && !List.of(legal).contains(key)) {
        fields
            .at(key)
            .error("'" + key + "' has no meaning here; legal: " + String.join(", ", legal));
      }
    }
  }

  private String sibling(String path) {
    return file.resolveSibling(path).toString();
  }

  private static Function<String, String> one(String what, List<String> legal) {
    return text -> {
      if (!legal.contains(text)) {
        throw new IllegalArgumentException(
            "'"
                + YamlValue.shown(text)
                + "' is no "
                + what
                + " of the VPC"
                + Names.suggest(text, legal));
      }
      return text;
    };
  }

  private static int flags(String text) {
    int flags = 0;
    for (String flag : text.split("[, ]+", -1)) {
      flags |= 1 << FLAGS.indexOf(Texts.word("flag", FLAGS).apply(flag));
    }
    return flags;
  }
}
