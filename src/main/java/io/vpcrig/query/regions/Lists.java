package io.vpcrig.query.regions;

import io.vpcrig.acl.ListCompiler;
import io.vpcrig.acl.MatchRule;
import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Action;
import io.vpcrig.model.Direction;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import io.vpcrig.symbolic.Box;
import io.vpcrig.symbolic.HeaderSet;
import io.vpcrig.symbolic.HeaderSpace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The lists of a VPC as their router tries them. Thread: that of the space. */
final class Lists {
  /** A rule with one of its CIDRs. */
  private record Line(AclRule rule, Box box) {}

  private record Key(String list, Direction direction) {}

  private final HeaderSpace space;
  private final Vpc vpc;
  private final Map<Key, List<Line>> lines = new HashMap<>();
  private final Map<Box, HeaderSet> sets = new HashMap<>();

  Lists(HeaderSpace space, Vpc vpc) {
    this.space = space;
    this.vpc = vpc;
  }

  /** The list that goes with a segment, if any. */
  Optional<AclList> of(Segment segment) {
    return switch (segment) {
      case Segment.Tier tier -> vpc.list(tier);
      case Segment.PrivateGateway gateway -> Optional.of(vpc.list(gateway.acl()));
      case Segment.Public network -> Optional.empty();
    };
  }

  /**
   * Who decides which of some headers, in the order of the rules.
   *
   * @param as what the list sees of them
   * @param among all within {@code hull}
   * @param hull what of the lines, as they are written, can concern them
   */
  List<Judged> judge(AclList list, Direction direction, HeaderSet among, Rewriting as, Box hull) {
    List<Judged> judged = new ArrayList<>();
    HeaderSet left = among;
    for (Line line : lines(list, direction)) {
      if (left.isEmpty()) {
        break;
      }
      Optional<Box> seen = line.box.overlaps(hull) ? as.pullBack(line.box) : Optional.empty();
      if (seen.isPresent()) {
        HeaderSet matched = sets.computeIfAbsent(seen.get(), space::of);
        HeaderSet decided = left.and(matched);
        if (!decided.isEmpty()) {
          judged.add(
              new Judged(decided, Optional.of(list), Optional.of(line.rule), line.rule.action()));
          left = left.minus(matched);
        }
      }
    }
    if (!left.isEmpty()) {
      Action otherwise = direction == Direction.EGRESS ? Action.ALLOW : Action.DENY;
      judged.add(new Judged(left, Optional.of(list), Optional.empty(), otherwise));
    }
    return judged;
  }

  private List<Line> lines(AclList list, Direction direction) {
    return lines.computeIfAbsent(
        new Key(list.name(), direction),
        key -> {
          List<Line> made = new ArrayList<>();
          for (MatchRule line : ListCompiler.compile(list, direction, vpc.semantics()).rules()) {
            made.add(
                new Line(
                    list.rules().get(line.id()),
                    Box.of(
                        line.source(),
                        line.destination(),
                        line.sourcePorts(),
                        line.destinationPorts(),
                        line.protocol())));
          }
          return made;
        });
  }
}
