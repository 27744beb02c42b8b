package io.vpcrig.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.query.regions.VpcChange;
import io.vpcrig.query.regions.VpcDifference;
import io.vpcrig.query.regions.Witness;
import io.vpcrig.query.regions.Witnesses;
import io.vpcrig.symbolic.HeaderSet;
import io.vpcrig.symbolic.HeaderSpace;
import io.vpcrig.symbolic.UndecidedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/** {@code diff} of two VPCs: what changes for packets that enter by each segment. */
final class VpcDiff {
  /** Boxes shown of a change, if all are asked for. */
  private static final int MOST_BOXES = 1000;

  private final CommandSpec spec;
  private final GlobalOptions global;
  private final VpcPair pair;
  private final int examples;
  private final DiffCommand.Output output;
  private final List<Row> rows = new ArrayList<>();
  private final List<String> undecided = new ArrayList<>();
  private int segments;

  /**
   * One change.
   *
   * @param headers how many
   * @param belongs whether their sources are expected behind the segment
   * @param witness empty where a load balancer's other choice did not show
   */
  private record Row(
      String segment,
      VpcChange.Kind kind,
      BigInteger headers,
      boolean belongs,
      Optional<Witness> witness,
      Witnesses.Parts parts) {}

  /**
   * @param examples boxes shown of each change
   * @param output also takes the result
   */
  VpcDiff(
      CommandSpec spec,
      GlobalOptions global,
      VpcPair pair,
      int examples,
      DiffCommand.Output output) {
    this.spec = spec;
    this.global = global;
    this.pair = pair;
    this.examples = examples;
    this.output = output;
  }

  /** Writes the result; the exit code. */
  int run(Duration limit) throws IOException {
    List<String> gone = VpcDifference.missing(pair.before(), pair.after());
    List<String> added = VpcDifference.missing(pair.after(), pair.before());
    try (HeaderSpace space = new HeaderSpace()) {
      VpcDifference difference = new VpcDifference(space, pair.before(), pair.after());
      for (String segment : difference.segments()) {
        segments++;
        space.limit(limit);
        try {
          compare(difference, segment);
        } catch (UndecidedException e) {
          undecided.add("via " + segment + ": " + e.getMessage());
        }
      }
    }
    if (global.format == GlobalOptions.Format.json) {
      out().println(json(gone, added));
    } else if (!global.quiet) {
      gone.forEach(segment -> out().println("via " + segment + ": the segment is gone"));
      added.forEach(segment -> out().println("via " + segment + ": the segment is new"));
      for (VpcChange.Kind kind : VpcChange.Kind.values()) {
        rows.stream().filter(row -> row.kind == kind && isShown(row.belongs)).forEach(this::print);
      }
      long strangers = rows.stream().filter(row -> !isShown(row.belongs)).count();
      if (strangers > 0) {
        out()
            .printf(
                "and %d changes for sources that do not belong behind the segment (-v)%n",
                strangers);
      }
    }
    out().flush();
    output.take(json(gone, added));
    return close(gone.size() + added.size());
  }

  private void compare(VpcDifference difference, String segment) {
    VpcDifference.Changes changes = difference.changes(segment);
    Witnesses witnesses = difference.witnesses(changes);
    for (List<VpcChange> alike : VpcChange.alike(changes.changes())) {
      HeaderSet all = VpcChange.union(alike);
      HeaderSet belonging = all.and(changes.belonging());
      row(changes, witnesses, alike, belonging, true);
      row(changes, witnesses, alike, all.minus(belonging), false);
    }
  }

  private void row(
      VpcDifference.Changes changes,
      Witnesses witnesses,
      List<VpcChange> alike,
      HeaderSet among,
      boolean belongs) {
    if (among.isEmpty()) {
      return;
    }
    String segment = changes.in().name();
    Optional<Witness> witness = witnesses.of(alike, among);
    if (witness.isEmpty()) {
      undecided.add("via " + segment + ": " + Witnesses.NOT_SHOWN);
    }
    int most = global.verbose ? MOST_BOXES : isShown(belongs) ? examples : 0;
    rows.add(
        new Row(
            segment,
            alike.getFirst().kind(),
            among.size(),
            belongs,
            witness,
            witnesses.parts(alike, among, changes, most)));
  }

  /** People are told of strangers only if they ask. */
  private boolean isShown(boolean belongs) {
    return belongs || global.verbose || global.format == GlobalOptions.Format.json;
  }

  private void print(Row row) {
    String what =
        switch (row.kind) {
          case ALLOWED -> "newly allowed";
          case DENIED -> "newly denied";
          case OTHERWISE -> "goes otherwise";
        };
    out().println("via " + row.segment + ": " + what);
    if (row.witness.isPresent()) {
      line("was", VpcPair.verdict(row.witness.get().before()));
      line("now", VpcPair.verdict(row.witness.get().after()));
    } else {
      line("now", Witnesses.NOT_SHOWN);
    }
    for (Witnesses.Part part : row.parts.parts()) {
      line("region", part.box().toString());
      part.witness().ifPresent(this::print);
    }
    if (!row.parts.isAll()) {
      line("", row.parts.parts().isEmpty() ? "some regions" : "and more regions");
    }
  }

  private void print(Witness witness) {
    String count = witness.connections() == 1 ? "" : ", connection number " + witness.connections();
    line("", "e.g. " + witness.flow() + count);
    VpcPair.sent(witness.before()).ifPresent(sent -> line("", "was " + sent));
    VpcPair.sent(witness.after()).ifPresent(sent -> line("", "now " + sent));
  }

  private void line(String what, String text) {
    out().printf("  %-8s%s%n", what, text);
  }

  private ObjectNode json(List<String> gone, List<String> added) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("complete", undecided.isEmpty());
    if (!undecided.isEmpty()) {
      root.put("why", String.join("; ", undecided));
    }
    gone.forEach(root.putArray("gone")::add);
    added.forEach(root.putArray("added")::add);
    ArrayNode all = root.putArray("changes");
    for (Row row : rows) {
      ObjectNode node = all.addObject();
      node.put("via", row.segment).put("belongs", row.belongs);
      node.put(
          "becomes",
          switch (row.kind) {
            case ALLOWED -> "allow";
            case DENIED -> "deny";
            case OTHERWISE -> "otherwise";
          });
      row.witness.ifPresent(
          witness ->
              node.put("before", VpcPair.words(witness.before()))
                  .put("after", VpcPair.words(witness.after())));
      node.put("headers", row.headers.toString());
      ArrayNode some = node.putArray("examples");
      for (Witnesses.Part part : row.parts.parts()) {
        ObjectNode example = some.addObject().put("region", part.box().toString());
        part.witness()
            .ifPresent(
                witness ->
                    example
                        .put("flow", witness.flow().toString())
                        .put("connection", witness.connections())
                        .put("before", VpcPair.words(witness.before()))
                        .put("after", VpcPair.words(witness.after())));
      }
      node.put("all", row.parts.isAll());
    }
    return root;
  }

  private int close(int unpaired) {
    err()
        .printf(
            "%d segments: %d changes newly allow, %d newly deny, %d go otherwise%s%n",
            segments + unpaired,
            count(VpcChange.Kind.ALLOWED),
            count(VpcChange.Kind.DENIED),
            count(VpcChange.Kind.OTHERWISE),
            undecided.isEmpty() ? "" : "; not complete: " + String.join("; ", undecided));
    err().flush();
    if (!undecided.isEmpty()) {
      return ExitCode.UNDECIDED;
    }
    return rows.isEmpty() && unpaired == 0 ? ExitCode.OK : ExitCode.DIFFERENT;
  }

  private long count(VpcChange.Kind kind) {
    return rows.stream().filter(row -> row.kind == kind).count();
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
