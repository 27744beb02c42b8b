package io.vpcrig.cli;

import io.vpcrig.model.Vpc;
import io.vpcrig.query.Story;
import io.vpcrig.query.regions.VpcDifference;
import io.vpcrig.query.regions.VpcRegions;
import io.vpcrig.query.regions.Witness;
import io.vpcrig.query.regions.Witnesses;
import io.vpcrig.symbolic.Header;
import io.vpcrig.symbolic.HeaderSpace;
import io.vpcrig.symbolic.UndecidedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks of two VPCs, for each segment that packets enter by, whether they decide alike. */
final class VpcProofs {
  private static final String UNKNOWN = "there is no such segment";

  private final VpcPair pair;
  private final Duration limit;

  VpcProofs(VpcPair pair, Duration limit) {
    this.pair = pair;
    this.limit = limit;
  }

  /** One answer for each segment of either VPC. */
  List<ProveAnswer> answers() {
    List<ProveAnswer> answers = new ArrayList<>();
    try (HeaderSpace space = new HeaderSpace()) {
      VpcDifference difference = new VpcDifference(space, pair.before(), pair.after());
      for (String segment : difference.segments()) {
        space.limit(limit);
        answers.add(answer(difference, segment));
      }
      for (String segment : VpcDifference.missing(pair.before(), pair.after())) {
        space.limit(limit);
        answers.add(alone(space, segment, pair.before(), true));
      }
      for (String segment : VpcDifference.missing(pair.after(), pair.before())) {
        space.limit(limit);
        answers.add(alone(space, segment, pair.after(), false));
      }
    }
    return answers;
  }

  private static ProveAnswer answer(VpcDifference difference, String segment) {
    String what = "via " + segment;
    try {
      VpcDifference.Changes changes = difference.changes(segment);
      if (changes.changes().isEmpty()) {
        return ProveAnswer.equal(what);
      }
      Optional<Witness> found = difference.witnesses(changes).any(changes.changes());
      return found
          .map(witness -> different(what, segment, witness))
          .orElseGet(() -> ProveAnswer.undecided(what, Witnesses.NOT_SHOWN));
    } catch (UndecidedException e) {
      return ProveAnswer.undecided(what, e.getMessage());
    }
  }

  private static ProveAnswer different(String what, String segment, Witness witness) {
    String count =
        witness.connections() == 1 ? "" : " (connection number " + witness.connections() + ")";
    return new ProveAnswer(
        what,
        Optional.of(Header.of(witness.flow())),
        Optional.of(segment),
        VpcPair.words(witness.before()) + count,
        VpcPair.words(witness.after()) + count,
        Optional.empty());
  }

  /** A segment that only one of the two has: any packet that it lets enter will do. */
  private static ProveAnswer alone(HeaderSpace space, String segment, Vpc vpc, boolean isFirst) {
    String what = "via " + segment;
    try {
      Header header = new VpcRegions(space, vpc).likely(segment);
      Story story = Witnesses.story(vpc, segment, header);
      return new ProveAnswer(
          what,
          Optional.of(header),
          Optional.of(segment),
          isFirst ? VpcPair.words(story) : UNKNOWN,
          isFirst ? UNKNOWN : VpcPair.words(story),
          Optional.empty());
    } catch (UndecidedException e) {
      return ProveAnswer.undecided(what, e.getMessage());
    }
  }
}
