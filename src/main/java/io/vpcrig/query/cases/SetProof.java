package io.vpcrig.query.cases;

import io.vpcrig.model.AclList;
import io.vpcrig.model.Action;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Direction;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.Flow;
import io.vpcrig.model.FlowSet;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.AclFilters;
import io.vpcrig.query.Explainer;
import io.vpcrig.query.ListTrial;
import io.vpcrig.query.ReferenceRouter;
import io.vpcrig.query.Step;
import io.vpcrig.query.Story;
import io.vpcrig.symbolic.Box;
import io.vpcrig.symbolic.Difference;
import io.vpcrig.symbolic.Field;
import io.vpcrig.symbolic.Header;
import io.vpcrig.symbolic.UndecidedException;
import io.vpcrig.tunnel.Addresses;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides a set of flows through a VPC whose lists are too large for asking a flow for each of
 * their edges ({@link SetTrial}).
 *
 * <p>The edges of everything but the lists cut the space into cells. In a cell all headers go one
 * way, if the lists let them: the reference tells which, in a VPC whose lists let everything pass.
 * Where it passes, the lists on that way are asked as sets, by cutting boxes: the egress list on
 * the header as it came, the ingress list on the header as translated. What is found is asked of
 * the reference and of the data path before it is told. Load balancers are left out: which member
 * they choose is no matter of edges. One thread.
 */
final class SetProof {
  private record Asked(String list, Direction direction) {}

  /**
   * Headers that only the lists tell apart.
   *
   * @param flow one of them
   */
  private record Cell(Flow flow, List<Box> boxes) {}

  private final Vpc vpc;
  private final Vpc open;
  private final Explainer explainer;
  private final Edges edges;
  private final Map<Asked, FilterList> filters = new HashMap<>();
  private long deadlineNs;

  SetProof(Vpc vpc) {
    this.vpc = vpc;
    this.open = open(vpc);
    this.explainer = new Explainer(vpc);
    this.edges = new Edges(open);
  }

  private static Vpc open(Vpc vpc) {
    Vpc open = vpc;
    for (AclList list : vpc.lists().values()) {
      open = open.withList(new AclList(list.name(), AclList.DEFAULT_ALLOW.rules(), list.origin()));
    }
    return open;
  }

  /**
   * Some flow that passes, or one that does not; empty if there is none.
   *
   * @param passing which is looked for
   * @throws UndecidedException if that takes longer, or a load balancer decides
   */
  Optional<Flow> first(FlowSet set, boolean passing, Duration limit) {
    deadlineNs = System.nanoTime() + limit.toNanos();
    int[] sources = edges.addresses(set.source());
    int[] destinations = edges.addresses(set.destination());
    for (int protocol : edges.protocols(set)) {
      for (int s = 0; s < sources.length; s++) {
        Box from = Box.ALL.with(Field.SOURCE, unsigned(sources[s]), end(sources, s, set.source()));
        for (int d = 0; d < destinations.length; d++) {
          Box box =
              from.with(
                  Field.DESTINATION,
                  unsigned(destinations[d]),
                  end(destinations, d, set.destination()));
          for (Cell cell : cells(set, protocol, box)) {
            Optional<Header> found = first(cell, passing);
            if (found.isPresent()) {
              Header header = found.get();
              return Optional.of(
                  Flow.of(
                      header.protocol(),
                      header.source(),
                      header.destination(),
                      header.ports(),
                      set.via()));
            }
          }
        }
      }
    }
    return Optional.empty();
  }

  private static long unsigned(int address) {
    return address & 0xffff_ffffL;
  }

  /** Last address of the group that begins at an edge. */
  private static long end(int[] firsts, int at, Cidr within) {
    return at + 1 < firsts.length ? unsigned(firsts[at + 1]) - 1 : unsigned(within.last());
  }

  private Duration left() {
    long left = deadlineNs - System.nanoTime();
    if (left <= 0) {
      throw new UndecidedException("not decided in time");
    }
    return Duration.ofNanos(left);
  }

  private List<Cell> cells(FlowSet set, int protocol, Box box) {
    List<Cell> cells = new ArrayList<>();
    switch (protocol) {
      case Protocol.TCP, Protocol.UDP -> {
        int[] ports = edges.ports(set.destinationPorts());
        int source = set.sourcePorts().first();
        for (int k = 0; k < ports.length; k++) {
          int last = k + 1 < ports.length ? ports[k + 1] - 1 : set.destinationPorts().last();
          cells.add(cell(set, box, protocol, source, ports[k], last));
        }
      }
      case Protocol.ICMP -> icmp(set, box, cells);
      default -> {
        Cell one = cell(set, box, protocol, 0, 0, 0);
        cells.add(edges.names(protocol) || !set.protocols().isEmpty() ? one : others(one));
      }
    }
    return cells;
  }

  private Cell cell(FlowSet set, Box box, int protocol, int sourcePort, int first, int last) {
    Box own =
        box.with(Field.PROTOCOL, protocol, protocol)
            .with(Field.SOURCE_PORT, sourcePort, sourcePort)
            .with(Field.DESTINATION_PORT, first, last);
    Flow flow =
        Flow.of(
            protocol,
            (int) box.first(Field.SOURCE),
            (int) box.first(Field.DESTINATION),
            sourcePort << 16 | first,
            set.via());
    return new Cell(flow, List.of(own));
  }

  /** A type and code is one number to lists; types that nothing tells apart have a box each. */
  private void icmp(FlowSet set, Box box, List<Cell> cells) {
    int[] types = edges.icmpTypes(set);
    int[] codes = edges.icmpCodes(set);
    for (int t = 0; t < types.length; t++) {
      int lastType = set.icmpType() >= 0 ? types[t] : t + 1 < types.length ? types[t + 1] - 1 : 255;
      for (int c = 0; c < codes.length; c++) {
        int lastCode =
            set.icmpCode() >= 0 ? codes[c] : c + 1 < codes.length ? codes[c + 1] - 1 : 255;
        List<Box> boxes = new ArrayList<>();
        Flow flow = null;
        for (int type = types[t]; type <= lastType; type++) {
          Cell one = cell(set, box, Protocol.ICMP, 0, type << 8 | codes[c], type << 8 | lastCode);
          boxes.addAll(one.boxes);
          flow = flow == null ? one.flow : flow;
        }
        cells.add(new Cell(flow, boxes));
      }
    }
  }

  /** All protocols without a meaning to the router. */
  private Cell others(Cell one) {
    List<Box> boxes = new ArrayList<>();
    for (int first = 0; first <= 255; first++) {
      int last = first;
      while (last <= 255 && !edges.names(last)) {
        last++;
      }
      if (last > first) {
        boxes.add(one.boxes.getFirst().with(Field.PROTOCOL, first, last - 1));
        first = last;
      }
    }
    return new Cell(one.flow, boxes);
  }

  private Optional<Header> first(Cell cell, boolean passing) {
    left();
    if (!Addresses.areLegal(cell.flow.source(), cell.flow.destination())) {
      return Optional.empty();
    }
    Story story = new ReferenceRouter(open).send(explainer.opening(cell.flow));
    if (!story.outcome().passes()) {
      return passing ? Optional.empty() : Optional.of(Header.of(cell.flow));
    }
    Optional<FilterList> egress = Optional.empty();
    Optional<FilterList> ingress = Optional.empty();
    for (Step step : story.steps()) {
      switch (step) {
        case Step.EgressStep asked -> egress = filter(asked.trial());
        case Step.IngressStep asked -> ingress = filter(asked.trial());
        case Step.BalanceStep balanced ->
            throw new UndecidedException("a load balancer decides; ask fewer flows");
        default -> {}
      }
    }
    Translation translation = Translation.of(cell.flow, Coverage.leaving(story));
    for (Box box : cell.boxes) {
      Optional<Header> found =
          passing
              ? passing(box, egress, ingress, translation)
              : denied(box, egress, ingress, translation);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** What a list on the way is in the VPC itself; empty if the segment has none. */
  private Optional<FilterList> filter(ListTrial trial) {
    if (trial.list().isEmpty()) {
      return Optional.empty();
    }
    Segment segment = vpc.segments().get(vpc.segmentIndex(trial.segment()));
    AclList list =
        switch (segment) {
          case Segment.Tier tier -> vpc.list(tier).orElseThrow();
          case Segment.PrivateGateway gateway -> vpc.list(gateway.acl());
          case Segment.Public network -> throw new IllegalStateException("public has no list");
        };
    return Optional.of(
        filters.computeIfAbsent(
            new Asked(list.name(), trial.direction()),
            asked -> AclFilters.of(list, asked.direction, vpc.semantics())));
  }

  private Optional<Header> denied(
      Box box, Optional<FilterList> egress, Optional<FilterList> ingress, Translation translation) {
    Optional<Header> found = Optional.empty();
    if (egress.isPresent()) {
      found = find(egress.get(), box, Action.DENY).map(Difference.Cell::example);
    }
    if (found.isEmpty() && ingress.isPresent()) {
      found =
          find(ingress.get(), translation.of(box), Action.DENY)
              .map(cell -> translation.back(cell.example()));
    }
    return found;
  }

  /** Boxes of which one list lets all pass are asked of the other, until none is left. */
  private Optional<Header> passing(
      Box box, Optional<FilterList> egress, Optional<FilterList> ingress, Translation translation) {
    Deque<Box> left = new ArrayDeque<>(List.of(box));
    while (!left.isEmpty()) {
      Box next = left.pop();
      Box allowed = next;
      if (egress.isPresent()) {
        Optional<Difference.Cell> cell = find(egress.get(), next, Action.ALLOW);
        if (cell.isEmpty()) {
          continue;
        }
        allowed = cell.get().box();
      }
      if (ingress.isEmpty()) {
        return Optional.of(allowed.pick());
      }
      Optional<Difference.Cell> both = find(ingress.get(), translation.of(allowed), Action.ALLOW);
      if (both.isPresent()) {
        return Optional.of(translation.back(both.get().example()));
      }
      left.addAll(next.minus(allowed));
    }
    return Optional.empty();
  }

  /** A box of which a list gives every header an action, and one of them. */
  private Optional<Difference.Cell> find(FilterList list, Box within, Action action) {
    Action other = action == Action.ALLOW ? Action.DENY : Action.ALLOW;
    return Difference.first(list, new FilterList("", List.of(), other), within, left());
  }

  /**
   * What destination NAT does to all headers of a cell.
   *
   * @param address that all of them have then; empty: their own
   * @param shift added to the destination port
   */
  private record Translation(int from, Optional<Integer> address, int shift) {
    static Translation of(Flow came, Flow leaving) {
      boolean moved = came.destination() != leaving.destination();
      return new Translation(
          came.destination(),
          moved ? Optional.of(leaving.destination()) : Optional.empty(),
          leaving.destinationPort() - came.destinationPort());
    }

    Box of(Box box) {
      if (address.isEmpty()) {
        return box;
      }
      if (box.first(Field.DESTINATION) != box.last(Field.DESTINATION)) {
        throw new IllegalStateException("a public address that is no edge, in " + box);
      }
      return box.with(Field.DESTINATION, unsigned(address.get()), unsigned(address.get()))
          .with(
              Field.DESTINATION_PORT,
              box.first(Field.DESTINATION_PORT) + shift,
              box.last(Field.DESTINATION_PORT) + shift);
    }

    Header back(Header header) {
      return address.isEmpty()
          ? header
          : new Header(
              header.source(),
              from,
              header.sourcePort(),
              header.destinationPort() - shift,
              header.protocol());
    }
  }
}
