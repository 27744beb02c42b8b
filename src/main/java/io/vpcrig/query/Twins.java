package io.vpcrig.query;

import io.vpcrig.model.Flow;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What the reference and another router that took the same packet disagree in. */
public final class Twins {
  private Twins() {}

  /**
   * The source port or identifier a packet left with: the reference follows where it is a choice.
   */
  public static OptionalInt portOf(Outcome outcome) {
    if (outcome.rewritten().isEmpty()) {
      return OptionalInt.empty();
    }
    Flow flow = outcome.rewritten().get();
    return OptionalInt.of(flow.protocol() == Protocol.ICMP ? flow.icmpId() : flow.sourcePort());
  }

  /** As {@link #portOf(Outcome)}, of a router that may not have been asked. */
  public static OptionalInt portOf(Optional<Outcome> outcome) {
    return outcome.map(Twins::portOf).orElse(OptionalInt.empty());
  }

  /**
   * A sentence for each difference. List and rule count where a list decided. A router may name a
   * quirk where a list's answer, but not the verdict, depends on it; the reference names only the
   * latter.
   */
  public static List<String> differences(Story story, Outcome other) {
    Outcome mine = story.outcome();
    List<String> what = new ArrayList<>();
    compare(what, "verdict", mine.verdict(), other.verdict());
    compare(what, "reason", mine.reason(), other.reason());
    compare(what, "flow as it leaves", mine.rewritten(), other.rewritten());
    compare(what, "segment it leaves by", mine.out(), other.out());
    boolean byList =
        switch (mine.reason()) {
          case ALLOW_RULE,
              ALLOW_DEFAULT,
              DENY_RULE,
              DENY_DEFAULT,
              DENY_NO_LIST,
              BALANCED,
              ESTABLISHED,
              RELATED ->
              true;
          default -> false;
        };
    if (byList) {
      compare(what, "list", mine.list(), other.list());
      compare(what, "rule", mine.rule(), other.rule());
    }
    if (mine.quirk() != Quirk.NONE && other.quirk() == Quirk.NONE) {
      what.add("quirk: " + mine.quirk() + " against none");
    }
    return what;
  }

  private static void compare(List<String> what, String name, Object mine, Object other) {
    if (!mine.equals(other)) {
      what.add(name + ": " + mine + " against " + other);
    }
  }
}
