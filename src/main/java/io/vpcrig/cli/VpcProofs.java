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
  private final CounterExamples found;
  private final String after;

  /**
   * @param found takes what they differ in
   * @param after file of the second
   */
  VpcProofs(VpcPair pair, Duration limit, CounterExamples found, String after) {
    this.pair = pair;
    this.limit = limit;
    this.found = found;
    this.after = after;
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

  private ProveAnswer answer(VpcDifference difference, String segment) {
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

  private ProveAnswer different(String what, String segment, Witness witness) {
    String count =
        witness.connections() == 1 ? "" : " (connection number " + witness.connections() + ")";
    ProveAnswer answer =
        new ProveAnswer(
            what,
            Optional.of(Header.of(witness.flow())),
            Optional.of(segment),
            VpcPair.words(witness.before()) + count,
            VpcPair.words(witness.after()) + count,
            Optional.empty());
    String comment = comment(answer);
    // A case has one connection.
    found.add(
        witness.connections() == 1
            ? CounterExamples.Example.ofVpc(after, answer.flow(), witness.before(), comment)
            : CounterExamples.Example.withoutCase(after, answer.flow(), comment));
    return answer;
  }

  /** A segment that only one of the two has: any packet that it lets enter will do. */
  private ProveAnswer alone(HeaderSpace space, String segment, Vpc vpc, boolean isFirst) {
    String what = "via " + segment;
    try {
      Header header = new VpcRegions(space, vpc).likely(segment);
      Story story = Witnesses.story(vpc, segment, header);
      ProveAnswer answer =
          new ProveAnswer(
              what,
              Optional.of(header),
              Optional.of(segment),
              isFirst ? VpcPair.words(story) : UNKNOWN,
              isFirst ? UNKNOWN : VpcPair.words(story),
              Optional.empty());
      // A case can't be about a segment that its VPC does not have.
      found.add(CounterExamples.Example.withoutCase(after, answer.flow(), comment(answer)));
      return answer;
    } catch (UndecidedException e) {
      return ProveAnswer.undecided(what, e.getMessage());
    }
  }

  private static String comment(ProveAnswer answer) {
    return answer.flow() + "; A: " + answer.one() + "; B: " + answer.other();
  }
}
