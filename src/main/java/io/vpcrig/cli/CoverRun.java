package io.vpcrig.cli;

import io.vpcrig.acl.RuleTable;
import io.vpcrig.engine.Accounting;
import io.vpcrig.engine.PacketPath;
import io.vpcrig.engine.PathOptions;
import io.vpcrig.engine.Pipeline;
import io.vpcrig.engine.PipelineMode;
import io.vpcrig.engine.PipelineOptions;
import io.vpcrig.engine.Snapshot;
import io.vpcrig.engine.SnapshotCell;
import io.vpcrig.model.AclList;
import io.vpcrig.model.Direction;
import io.vpcrig.model.Flow;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.ListTrial;
import io.vpcrig.query.Story;
import io.vpcrig.query.cases.Coverage;
import io.vpcrig.query.cases.OrderAdvice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Captures through the data path, and what that says of the rules. */
final class CoverRun {
  /** One direction of a list. */
  private record Side(String list, Direction direction) {}

  private final Snapshot snapshot;
  private final PathOptions options;
  private final Accounting counts;
  private final StoriesSink stories;
  private final Coverage coverage;
  private final Map<Side, OrderAdvice> advice = new LinkedHashMap<>();
  private List<String> damage = List.of();

  CoverRun(Vpc vpc, Optional<String> untagged, boolean repair) {
    snapshot = Snapshot.compile(vpc, 1, untagged);
    options = new PathOptions(vpc.conntrack().max(), repair, untagged);
    counts = new Accounting(vpc.segments().size());
    stories = new StoriesSink(snapshot);
    coverage = new Coverage(vpc);
    for (AclList list : vpc.lists().values()) {
      for (Direction direction : Direction.values()) {
        advice.put(
            new Side(list.name(), direction), new OrderAdvice(list, direction, vpc.semantics()));
      }
    }
  }

  void replay(List<String> files) throws IOException {
    try (PacketPath path = new PacketPath(options);
        SeveralCaptures captures = new SeveralCaptures(files)) {
      new Pipeline(
              PipelineOptions.of(PipelineMode.RTC, 1, options),
              new SnapshotCell(snapshot),
              new PacketPath[] {path})
          .run(captures, new Fanout(List.of(counts, stories)));
      path.drain();
      RuleTable table = snapshot.acls().rules();
      path.hits().ensure(table.ruleCount());
      for (int r = 0; r < table.ruleCount(); r++) {
        coverage.decided(
            table.list(table.listOf(r)).name(), table.rule(r).number(), path.hits().packets(r));
      }
      damage = List.copyOf(captures.damage());
    }
    stories.read(this::take);
  }

  private void take(Story story, long packets) {
    coverage.takeEdges(story);
    for (ListTrial trial : Coverage.trials(story)) {
      if (trial.list().isEmpty()) {
        continue;
      }
      OrderAdvice side = advice.get(new Side(trial.list().get().name(), trial.direction()));
      if (side != null) {
        Flow flow =
            trial.direction() == Direction.EGRESS ? story.packet().flow() : Coverage.leaving(story);
        side.asked(
            story.packet().flow().source(),
            flow.destination(),
            flow.ports(),
            flow.protocol(),
            packets);
      }
    }
  }

  Coverage coverage() {
    return coverage;
  }

  long packets() {
    return counts.packets();
  }

  /** What was wrong with which capture. */
  List<String> damage() {
    return damage;
  }

  /** Frames whose headers were too many to keep. */
  long left() {
    return stories.left();
  }

  /** For each direction of a list that another order would suit better. */
  List<OrderAdvice.Advice> advice() {
    List<OrderAdvice.Advice> all = new ArrayList<>();
    advice.values().forEach(side -> side.find().ifPresent(all::add));
    return all;
  }
}
