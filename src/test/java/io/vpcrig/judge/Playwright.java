package io.vpcrig.judge;

import io.vpcrig.model.AclRule;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.Flow;
import io.vpcrig.model.PortForward;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Semantics;
import io.vpcrig.model.Vpc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Writes random conversations for a VPC, many at once, each a step a round: whole TCP connections
 * in all their ways, streams, pings, errors about them, fragments, and single packets at what the
 * VPC mentions. Source ports are few, so that connections clash and tuples are used again.
 *
 * <p>TCP scripts, a letter for who (c client, s server) and one for what:
 *
 * <pre>
 *   S SYN   N new SYN   Y SYN+ACK   A ACK   D data   F FIN+ACK   R RST   r RST+ACK
 * </pre>
 */
final class Playwright {
  private static final String[] TAME = {
    "cS sY cA cD sA sD cA cF sA sF cA",
    "cS sY cA cD sD cF sF cA sA",
    "cS sY cA sD cA sD cA cR",
    "cA sA cD sD cF sA sF cA",
    "cS sY cA sD cD sF cA cF sA",
    "cS sY cA cF sF sA cA",
  };

  /** What not everybody's TCP does. */
  private static final String[] WILD = {
    "cS sY cA cD sA sD cA cF sA sF cA",
    "cS sY cA cD sD cF sF cA sA",
    "cS cS sY sY cA cD sA sF cA cF sA cN sY cA",
    "cS sY cA sD cA sD cA cR",
    "cS sr cN sY cA cD sR",
    "cS sS cY sA cA cD sD cF sF cA",
    "cS sY cA cS sA cD sY sD",
    "cA sA cD sD cF sA sF cA",
    "cD sR cN sY cA",
    "cS sY cA cF sF sA cA cN sY cA cD",
    "cS sY sD cA cD cR cN sY",
    "cF sA cS sY cA",
    "cY sA cN",
    "cS sA cA sY cA",
    "cS sY cR cS sY cA",
    "cS sF cA sR",
    "cS sY cA sS cA sY cD",
  };

  private static final int[] FLAGS = {2, 16, 18, 17, 4, 20, 24, 1, 0};

  /** Seconds that pass at once: beside all time-outs. */
  private static final int[] PAUSES = {4, 7, 14, 25, 35, 50, 70, 100, 130, 200, 310, 605, 4000};

  private static final int CROWD = 120;
  private static final int ACK = 16;

  /** Rounds between pauses. */
  private static final int PAUSE_EVERY = 12;

  private final Random random;
  private final boolean wild;
  private final String[] scripts;
  private final Vpc vpc;
  private final List<Segment> segments;
  private final List<Integer> addresses = new ArrayList<>();
  private final List<Integer> ports = new ArrayList<>(List.of(22, 53, 67, 80, 443, 8080, 3922, 1));
  private final List<Play> plays = new ArrayList<>();
  private boolean slow;
  private int rounds;

  /** A conversation under way. */
  private static final class Play {
    final Conversation conversation;
    final String[] script;
    int at;
    int left;

    Play(Conversation conversation, String[] script, int left) {
      this.conversation = conversation;
      this.script = script;
      this.left = left;
    }
  }

  /**
   * @param wild whether TCP does what it likes: any segment at any time, see WILD
   */
  Playwright(Vpc vpc, long seed, boolean wild) {
    random = new Random(seed);
    this.wild = wild;
    scripts = wild ? WILD : TAME;
    this.vpc = vpc;
    segments = vpc.segments();
    slow = random.nextInt(20) == 0;
    vpc.hosts().forEach(host -> addresses.add(host.address()));
    for (Segment segment : segments) {
      addresses.add(segment.address());
      addresses.add(segment.subnet().network() + 5);
    }
    addresses.addAll(vpc.publicAddresses());
    addresses.addAll(vpc.publicAddresses());
    vpc.staticRoutes().forEach(route -> addresses.add(route.cidr().network() + 9));
    vpc.lists().values().forEach(list -> list.rules().forEach(this::corners));
    vpc.portForwards().forEach(forward -> corners(forward.ports()));
  }

  /** The steps of the next round; conversations are the trial's, by talk. */
  List<Step> round(Trial trial) {
    rounds++;
    if (rounds % PAUSE_EVERY == 0) {
      boolean really = slow && rounds == PAUSE_EVERY;
      return List.of(Step.time(really ? 3 : PAUSES[random.nextInt(PAUSES.length)], really));
    }
    List<Step> steps = new ArrayList<>();
    plays.removeIf(this::isOver);
    while (plays.size() < CROWD) {
      plays.add(play(trial));
    }
    for (Play play : plays) {
      for (int k = random.nextInt(8) == 0 ? 2 : 1; k > 0 && play.left > 0; k--) {
        steps.add(step(play));
      }
    }
    return steps;
  }

  private boolean isOver(Play play) {
    boolean nobodyHears = play.at > 0 && !play.conversation.reachedFarEnd();
    return play.left <= 0
        || play.conversation.isAbandoned()
        || nobodyHears && random.nextInt(4) != 0;
  }

  private Play play(Trial trial) {
    Talk talk = talk();
    for (int k = 0; k < 20 && !wild && talk.isTcp() && trial.knows(talk); k++) {
      talk = talk();
    }
    String[] script =
        talk.isTcp() ? scripts[random.nextInt(scripts.length)].split(" ") : new String[0];
    int length =
        talk.isTcp() ? script.length + (wild ? random.nextInt(4) : 0) : 1 + random.nextInt(8);
    return new Play(trial.conversation(talk), script, length);
  }

  // --- one step --------------------------------------------------------------------------------

  private Step step(Play play) {
    play.left--;
    Talk talk = play.conversation.talk;
    int kind = random.nextInt(100);
    if (kind < 8 && play.conversation.reachedFarEnd()) {
      return error(talk, kind < 5 ? Step.Kind.ERROR_TO_CLIENT : Step.Kind.ERROR_TO_SERVER);
    }
    if (kind == 99 && play.at > 0) {
      int flags = talk.isTcp() ? ACK : 0;
      return new Step(talk, side(random.nextBoolean()), flags, 0, ttl(), 0, 3);
    }
    boolean client = play.at == 0 || random.nextInt(3) != 0;
    if (!talk.isTcp()) {
      play.at++;
      int variant = random.nextInt(12) == 0 ? 2 : 0;
      return new Step(talk, side(client), 0, data(variant == 2), ttl(), 0, variant);
    }
    if (play.at >= play.script.length || wild && kind < 16 && play.at > 0) {
      int flags = FLAGS[random.nextInt(FLAGS.length)];
      return new Step(talk, side(random.nextBoolean()), flags, 0, ttl(), 0, random.nextInt(2));
    }
    return written(talk, play.script[play.at++]);
  }

  private Step written(Talk talk, String word) {
    char what = word.charAt(1);
    int flags =
        switch (what) {
          case 'S', 'N' -> 2;
          case 'Y' -> 18;
          case 'A' -> 16;
          case 'D' -> 24;
          case 'F' -> 17;
          case 'R' -> 4;
          case 'r' -> 20;
          default -> throw new IllegalStateException("no such word: " + word);
        };
    boolean cut = wild && what == 'D' && random.nextInt(10) == 0;
    int variant = what == 'N' ? 1 : cut ? 2 : 0;
    int data = what == 'D' ? data(cut) : 0;
    return new Step(talk, side(word.charAt(0) == 'c'), flags, data, ttl(), 0, variant);
  }

  private static Step.Kind side(boolean client) {
    return client ? Step.Kind.CLIENT : Step.Kind.SERVER;
  }

  private Step error(Talk talk, Step.Kind kind) {
    int type = any(List.of(3, 3, 3, 3, 11, 12, 4, 5));
    int code = type == 3 ? random.nextInt(5) : 0;
    int from = random.nextInt(3) == 0 ? outsider(0) : 0;
    return new Step(talk, kind, type << 8 | code, 0, ttl(), from, 0);
  }

  private int data(boolean cut) {
    return cut ? 40 + random.nextInt(300) : 1 + random.nextInt(32);
  }

  private int ttl() {
    int kind = random.nextInt(100);
    return kind < 3 ? 1 : kind < 5 ? 2 : kind < 6 ? 255 : 64;
  }

  // --- who talks to whom -----------------------------------------------------------------------

  /** Somebody who does not belong behind a segment, and comes by no other. */
  private int stranger(int segment) {
    return 0xac1f_0000 + segment * 16 + random.nextInt(4);
  }

  /**
   * An address of the router's own; in a tier also somebody who does not belong there, unless the
   * rules of the shipped router have no idea of him.
   */
  private int impostor(int in) {
    boolean known =
        vpc.semantics() == Semantics.INTENDED && segments.get(in) instanceof Segment.Tier;
    return known && random.nextBoolean() ? stranger(4 + in) : any(segments).address();
  }

  private Talk talk() {
    int in = random.nextInt(segments.size());
    int source = random.nextInt(50) == 0 ? impostor(in) : source(segments.get(in));
    int kind = random.nextInt(100);
    if (kind < 20 && !vpc.portForwards().isEmpty()) {
      PortForward forward = any(vpc.portForwards());
      int port = forward.ports().first() + random.nextInt(forward.ports().size());
      return new Talk(
          in, ported(forward.protocol(), source, sourcePort(), forward.publicAddress(), port));
    }
    int destination = destination();
    if (kind < 35) {
      int type = any(List.of(8, 8, 8, 8, 8, 13, 15, 17));
      int ports = random.nextInt(4) << 16 | type << 8;
      return new Talk(in, Flow.of(Protocol.ICMP, source, destination, ports, Optional.empty()));
    }
    if (kind < 39) {
      int protocol = any(List.of(50, 50, 89, 2, 4));
      return new Talk(in, Flow.of(protocol, source, destination, 0, Optional.empty()));
    }
    int port = random.nextInt(5) == 0 ? random.nextInt(65536) : any(ports);
    return new Talk(
        in,
        ported(kind < 60 ? Protocol.UDP : Protocol.TCP, source, sourcePort(), destination, port));
  }

  private static Flow ported(int protocol, int source, int port, int destination, int to) {
    return Flow.of(protocol, source, destination, port << 16 | to, Optional.empty());
  }

  private int sourcePort() {
    return switch (random.nextInt(8)) {
      case 0 -> 1 + random.nextInt(65535);
      case 1 -> 500 + random.nextInt(20);
      case 2 -> 600 + random.nextInt(400);
      default -> 40000 + random.nextInt(8);
    };
  }

  private int source(Segment in) {
    Cidr subnet = in.subnet();
    int near = subnet.network() + 4 + random.nextInt(Math.max(1, Math.min(12, ~subnet.mask() - 5)));
    return switch (in) {
      case Segment.Tier tier -> near;
      case Segment.Public network ->
          random.nextInt(4) == 0 ? near : outsider(vpc.publics().indexOf(network));
      case Segment.PrivateGateway gateway -> {
        var behind =
            vpc.staticRoutes().stream().filter(r -> r.gateway().equals(gateway.name())).toList();
        int kind = random.nextInt(8);
        yield kind == 0
            ? stranger(vpc.privateGateways().indexOf(gateway))
            : kind < 4 && !behind.isEmpty()
                ? any(behind).cidr().network() + 1 + random.nextInt(8)
                : near;
      }
    };
  }

  private static final int OUTSIDE = 0xc612_0000;

  /** Somebody who comes by public network {@code k}, and by no other. */
  private int outsider(int k) {
    return OUTSIDE + k * 16 + 1 + random.nextInt(12);
  }

  private int destination() {
    return switch (random.nextInt(24)) {
      case 0 -> vpc.cidr().network() + random.nextInt(65536);
      case 1 -> (random.nextInt(4) == 0 ? 0xf000_0000 : 0x0100_0000) + random.nextInt(0x0800_0000);
      case 2, 3, 4, 5, 6 -> outsider(random.nextInt(2));
      default -> any(addresses);
    };
  }

  private void corners(AclRule rule) {
    rule.ports().ifPresent(this::corners);
    for (Cidr cidr : rule.cidrs()) {
      corner(cidr.network());
      corner(cidr.last());
      corner(cidr.last() + 1);
    }
  }

  private void corners(PortRange range) {
    for (int port : new int[] {range.first() - 1, range.first(), range.last(), range.last() + 1}) {
      if (port > 0 && port <= 65535) {
        ports.add(port);
      }
    }
  }

  /** Only what one host can have, and nothing of the marker's network. */
  private void corner(int address) {
    int first = address >>> 24;
    boolean broadcast = segments.stream().anyMatch(s -> s.subnet().last() == address);
    if (first != 0 && first != 127 && first < 224 && address >>> 16 != 0xa9fe && !broadcast) {
      addresses.add(address);
    }
  }

  private <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
