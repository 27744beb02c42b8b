package io.vpcrig.query.capture;

import io.vpcrig.acl.RuleTable;
import io.vpcrig.engine.PacketPath;
import io.vpcrig.engine.PathOptions;
import io.vpcrig.engine.Snapshot;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.OutputOrder;
import io.vpcrig.frame.Verdict;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Quirk;
import io.vpcrig.model.Vpc;
import io.vpcrig.telemetry.Reason;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A VPC's data path, with sessions of its own. Fragments are told of when their datagram is whole.
 */
final class VpcJudge implements FrameJudge {
  /** What goes into a ruling. */
  private record Columns(int verdict, int reason, int list, int rule, int quirk) {}

  private final Snapshot snapshot;
  private final PacketPath path;
  private final FrameBatch own;
  private final OutputOrder order = new OutputOrder();
  private final Map<Columns, Ruling> rulings = new HashMap<>();

  /**
   * @param capacity of the batches that come
   * @throws IllegalArgumentException if no segment has the name that untagged frames come by
   */
  VpcJudge(Vpc vpc, Optional<String> untagged, boolean repair, int capacity) {
    snapshot = Snapshot.compile(vpc, 1, untagged);
    path = new PacketPath(new PathOptions(vpc.conntrack().max(), repair, untagged));
    own = new FrameBatch(capacity);
  }

  @Override
  public void judge(FrameBatch batch, Receiver receiver) {
    own.clear();
    for (int i = 0; i < batch.size; i++) {
      own.addCopy(batch, i);
    }
    path.process(own, snapshot);
    order.over(own);
    while (order.nextFrame()) {
      for (int i = order.next(); i != FrameBatch.NONE; i = order.next()) {
        int verdict = own.verdict[i];
        if (verdict != Verdict.HELD && verdict != Verdict.ORIGINATED) {
          receiver.judged(own.number[i], judged(i));
        }
      }
    }
  }

  private Judged judged(int i) {
    own.spread(i);
    Judged.Leaving leaving =
        own.verdict[i] == Verdict.FORWARD
            ? new Judged.Leaving(
                snapshot.vpc().segments().get(own.outSegment[i]).name(),
                own.newSource[i],
                own.newDestination[i],
                own.newPorts[i])
            : null;
    Columns columns =
        new Columns(own.verdict[i], own.reason[i], own.list[i], own.rule[i], own.quirk[i]);
    return Judged.of(own, i, rulings.computeIfAbsent(columns, this::ruling), leaving);
  }

  private Ruling ruling(Columns columns) {
    RuleTable rules = snapshot.acls().rules();
    Optional<AclRule> rule =
        columns.rule < 0 ? Optional.empty() : Optional.of(rules.rule(columns.rule));
    return new Ruling(
        Verdict.name(columns.verdict),
        columns.verdict != Verdict.DROP,
        columns.list < 0 ? Optional.empty() : Optional.of(rules.list(columns.list).name()),
        rule.map(found -> Integer.toString(found.number())),
        rule.map(AclRule::origin),
        columns.list >= 0 ? "" : Reason.of(columns.reason).dottedName(),
        columns.quirk == 0 ? Optional.empty() : Optional.of(Quirk.values()[columns.quirk].label()));
  }

  @Override
  public void close() {
    path.close();
    own.close();
  }
}
