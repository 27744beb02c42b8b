package io.vpcrig.query.capture;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.model.Action;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import io.vpcrig.symbolic.Header;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.tunnel.BareHeaders;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A rule list, asked about the header of each frame alone: it keeps no sessions, so answers of a
 * connection are judged as if they began one. Fragments but the first have no ports, and are not
 * judged.
 */
final class ListJudge implements FrameJudge {
  /** Headers whose rule is remembered. */
  private static final int MOST_KNOWN = 1 << 18;

  private final FilterList list;
  private final BareHeaders headers = new BareHeaders();
  private final Map<Header, Integer> known = new HashMap<>();
  private final Map<Integer, Ruling> rulings = new HashMap<>();

  ListJudge(FilterList list) {
    this.list = list;
  }

  @Override
  public void judge(FrameBatch batch, Receiver receiver) {
    for (int i = 0; i < batch.size; i++) {
      Reason unread = headers.read(batch, i);
      if (unread == null && batch.l4[i] != FrameBatch.NONE) {
        Header header =
            Header.of(
                batch.sourceAddress[i],
                batch.destinationAddress[i],
                batch.ports[i],
                batch.protocol[i]);
        Ruling ruling = rulings.computeIfAbsent(rule(header), this::ruling);
        receiver.judged(batch.number[i], Judged.of(batch, i, ruling, null));
      }
    }
  }

  private int rule(Header header) {
    Integer rule = known.get(header);
    if (rule == null) {
      rule =
          list.firstMatch(header.source(), header.destination(), header.ports(), header.protocol());
      if (known.size() < MOST_KNOWN) {
        known.put(header, rule);
      }
    }
    return rule;
  }

  private Ruling ruling(int position) {
    Optional<FilterRule> rule =
        position == FilterList.NONE ? Optional.empty() : Optional.of(list.rules().get(position));
    Action action = list.action(position);
    return new Ruling(
        action.name().toLowerCase(Locale.ROOT),
        action == Action.ALLOW,
        Optional.of(list.name()),
        rule.map(found -> found.label().isEmpty() ? "" + (position + 1) : found.label()),
        rule.map(FilterRule::origin),
        "",
        Optional.empty());
  }

  @Override
  public void close() {}
}
