package io.vpcrig.query.regions;

import io.vpcrig.model.Flow;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.Packet;
import io.vpcrig.query.ReferenceRouter;
import io.vpcrig.query.Story;
import io.vpcrig.symbolic.Box;
import io.vpcrig.symbolic.Field;
import io.vpcrig.symbolic.Header;
import io.vpcrig.symbolic.HeaderSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Replays what the sets say in two reference routers. What they tell otherwise is an error of ours,
 * and thrown.
 */
public final class Witnesses {
  /** Of one client, of several, and of several half a minute apart. */
  private static final int CONNECTIONS = 3 * 64;

  /** Why there may be no example of a change. */
  public static final String NOT_SHOWN =
      "members of a load balancer are chosen otherwise, but "
          + CONNECTIONS
          + " connections went the same way";

  private static final int TTL = 64;

  private static final long SOON_NS = 1_000_000;
  private static final long LATE_NS = 30_000_000_000L;

  private final Vpc before;
  private final Vpc after;
  private final String in;
  private final Likely likely;
  private final Headers headers;

  Witnesses(Vpc before, Vpc after, String in, Likely likely, Headers headers) {
    this.before = before;
    this.after = after;
    this.in = in;
    this.likely = likely;
    this.headers = headers;
  }

  /** The most telling example of several changes; empty if none shows, {@link #NOT_SHOWN}. */
  public Optional<Witness> any(List<VpcChange> changes) {
    List<VpcChange> plain = changes.stream().filter(change -> !change.isBalanced()).toList();
    return plain.isEmpty()
        ? changes.stream().flatMap(c -> of(List.of(c), c.headers()).stream()).findFirst()
        : of(plain, VpcChange.union(plain));
  }

  /**
   * An example among some headers of several changes; empty if it does not show, {@link
   * #NOT_SHOWN}.
   */
  public Optional<Witness> of(List<VpcChange> changes, HeaderSet among) {
    Header header = likely.of(among);
    VpcChange change =
        changes.stream().filter(c -> c.headers().contains(header)).findFirst().orElseThrow();
    return change.isBalanced()
        ? balanced(change, among.and(change.headers()))
        : Optional.of(first(change, header));
  }

  private Witness first(VpcChange change, Header header) {
    Witness witness =
        new Witness(
            header.flow().via(in),
            told(before, change.before(), header),
            told(after, change.after(), header),
            1);
    if (!differ(witness.before(), witness.after())) {
      throw new IllegalStateException(
          "the VPCs do not differ on " + witness.flow() + ", as was found");
    }
    return witness;
  }

  /** What a router that has seen nothing tells, if it is what the region says. */
  private Story told(Vpc vpc, Region region, Header header) {
    Story story = story(vpc, in, header);
    if (!region.effect().isTold(header, story) || !region.ground().equals(Ground.of(story))) {
      throw new IllegalStateException(
          header.flow().via(in)
              + " does not replay: "
              + region.effect()
              + " "
              + region.ground()
              + " was found, "
              + story.outcome()
              + " is told");
    }
    return story;
  }

  /** What a router that has seen nothing tells of a first packet. */
  public static Story story(Vpc vpc, String in, Header header) {
    return new ReferenceRouter(vpc).send(packet(in, header, 0));
  }

  private static Packet packet(String in, Header header, long timeNs) {
    int flags = header.protocol() == Protocol.TCP ? Packet.SYN : 0;
    return Packet.of(in, header.flow(), flags, TTL, timeNs);
  }

  private static boolean differ(Story one, Story other) {
    return one.verdict() != other.verdict()
        || !one.out().equals(other.out())
        || !one.rewritten().equals(other.rewritten())
        || !Effect.nextHop(one).equals(Effect.nextHop(other));
  }

  /** Opens connections in both routers until one of them goes elsewhere. */
  private Optional<Witness> balanced(VpcChange change, HeaderSet among) {
    Header client = likely.of(among);
    told(before, change.before(), client);
    told(after, change.after(), client);
    ReferenceRouter one = new ReferenceRouter(before);
    ReferenceRouter other = new ReferenceRouter(after);
    Box clients =
        among.regions(CONNECTIONS).stream()
            .max(Comparator.comparingLong(b -> b.last(Field.SOURCE) - b.first(Field.SOURCE)))
            .orElseThrow();
    long timeNs = 0;
    for (int k = 0; k < CONNECTIONS; k++) {
      timeNs += k < 2 * CONNECTIONS / 3 ? SOON_NS : LATE_NS;
      Header header = k < CONNECTIONS / 3 ? again(client, k) : client(clients, k);
      if (among.contains(header)) {
        Packet packet = packet(in, header, timeNs);
        Story was = one.send(packet);
        Story is = other.send(packet);
        if (differ(was, is)) {
          Flow flow = header.flow().via(in);
          return Optional.of(new Witness(flow, was, is, k + 1));
        }
      }
    }
    return Optional.empty();
  }

  /** The same client, from another port. */
  private static Header again(Header client, int k) {
    return new Header(
        client.source(),
        client.destination(),
        client.sourcePort() + k & 0xffff,
        client.destinationPort(),
        client.protocol());
  }

  /** One of many clients, spread over the addresses of a box. */
  private static Header client(Box clients, int k) {
    long size = clients.last(Field.SOURCE) - clients.first(Field.SOURCE) + 1;
    long source = clients.first(Field.SOURCE) + k * 0x9e37_79b9L % size;
    return clients.with(Field.SOURCE, source, source).pick();
  }

  /**
   * What changes as boxes, each as wide as can be.
   *
   * @param isAll whether they hold all of it
   */
  public record Parts(List<Part> parts, boolean isAll) {}

  /**
   * A box of a change.
   *
   * @param witness empty where a load balancer's other choice did not show
   */
  public record Part(Box box, Optional<Witness> witness) {}

  /**
   * Some headers of several changes as at most {@code most} boxes, each with an example. The boxes
   * also hold what {@link VpcDifference.Changes#idle} holds, and strangers with the rest.
   *
   * @param among all of them belonging behind the segment, or all strangers
   */
  public Parts parts(List<VpcChange> changes, HeaderSet among, VpcDifference.Changes of, int most) {
    WideBoxes wide = new WideBoxes(headers.space(), among, of.slack(among));
    List<Part> parts =
        wide.take(likely, most).stream()
            .map(box -> new Part(box, of(changes, among.and(headers.space().of(box)))))
            .toList();
    return new Parts(parts, wide.isAllTaken());
  }
}
