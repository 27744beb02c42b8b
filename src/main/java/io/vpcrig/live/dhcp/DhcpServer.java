package io.vpcrig.live.dhcp;

import io.vpcrig.live.host.Datagram;
import io.vpcrig.live.host.Network;
import io.vpcrig.live.host.UdpService;
import io.vpcrig.model.Host;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The server (RFC 2131 4.3): a host of the VPC file has its address for ever; who is not in it gets
 * no answer. The server is the tier's gateway, also to clients behind a relay.
 *
 * <pre>
 *   DISCOVER                                     OFFER
 *   REQUEST  to another server                   -
 *            for its own address                 ACK
 *            for another                         NAK
 *   INFORM   from an address of the tier         ACK without address and time
 *   RELEASE, DECLINE, from strangers, malformed  -
 * </pre>
 *
 * Options are those of the real router (cloudstack.md 8) and the host's name, each if it is asked
 * for, or nothing is asked for. Thread: the router's.
 */
public final class DhcpServer implements UdpService {
  public static final int PORT = 67;
  private static final int CLIENT_PORT = 68;
  private static final int EVERYBODY = -1;
  private static final int FOREVER = -1;

  private record Client(String tier, long mac) {}

  private final Map<Client, Host> hosts = new HashMap<>();
  private Vpc known;
  private long malformed;
  private long unknown;

  /** Messages that were none. */
  public long malformed() {
    return malformed;
  }

  /** Messages of clients that the VPC file does not name. */
  public long unknown() {
    return unknown;
  }

  @Override
  public void receive(Datagram datagram, Network network) {
    follow(network.vpc());
    DhcpMessage message = DhcpMessage.parse(datagram.payload()).orElse(null);
    if (message == null || message.op != DhcpMessage.REQUEST) {
      malformed++;
      return;
    }
    Segment.Tier tier = tier(datagram.segment(), message.relay);
    if (tier == null) {
      unknown++;
      return;
    }
    Host host = hosts.get(new Client(tier.name(), message.mac));
    DhcpMessage reply = answer(message, tier, host);
    if (reply != null) {
      send(reply, message, datagram, tier, network);
    } else if (host == null) {
      unknown++;
    }
  }

  // The same VPC, not an equal one.
  @SuppressWarnings("ReferenceEquality")
  private void follow(Vpc vpc) {
    if (vpc == known) {
      return;
    }
    known = vpc;
    hosts.clear();
    for (Host host : vpc.hosts()) {
      hosts.putIfAbsent(new Client(host.tier(), host.macOrDerived()), host);
    }
  }

  /** The tier a client is in: the relay's, if there is one. */
  private Segment.Tier tier(int segment, int relay) {
    if (relay == 0) {
      return known.segments().get(segment) instanceof Segment.Tier tier ? tier : null;
    }
    return known.tiers().stream()
        .filter(tier -> tier.subnet().contains(relay))
        .findFirst()
        .orElse(null);
  }

  /** The answer, null if there is none. */
  private DhcpMessage answer(DhcpMessage message, Segment.Tier tier, Host host) {
    if (host == null) {
      return null;
    }
    return switch (message.number(DhcpMessage.TYPE, 0)) {
      case DhcpMessage.DISCOVER -> lease(DhcpMessage.OFFER, message, tier, host);
      case DhcpMessage.SELECT -> select(message, tier, host);
      case DhcpMessage.INFORM -> inform(message, tier, host);
      default -> null;
    };
  }

  private DhcpMessage select(DhcpMessage message, Segment.Tier tier, Host host) {
    if (message.number(DhcpMessage.SERVER, tier.address()) != tier.address()) {
      return null;
    }
    int wanted = message.number(DhcpMessage.REQUESTED_ADDRESS, message.clientAddress);
    return wanted == host.address()
        ? lease(DhcpMessage.ACK, message, tier, host)
        : reply(DhcpMessage.NAK, message, tier)
            .with(DhcpMessage.TEXT, "the address is another's".getBytes(StandardCharsets.US_ASCII));
  }

  private DhcpMessage inform(DhcpMessage message, Segment.Tier tier, Host host) {
    if (!tier.subnet().contains(message.clientAddress)) {
      return null;
    }
    DhcpMessage reply = reply(DhcpMessage.ACK, message, tier);
    reply.clientAddress = message.clientAddress;
    configure(reply, message, tier, host);
    return reply;
  }

  private DhcpMessage lease(int type, DhcpMessage message, Segment.Tier tier, Host host) {
    DhcpMessage reply = reply(type, message, tier);
    reply.yourAddress = host.address();
    reply.clientAddress = type == DhcpMessage.ACK ? message.clientAddress : 0;
    reply.with32(DhcpMessage.LEASE_TIME, FOREVER);
    configure(reply, message, tier, host);
    return reply;
  }

  private static DhcpMessage reply(int type, DhcpMessage message, Segment.Tier tier) {
    DhcpMessage reply = message.reply();
    reply.with8(DhcpMessage.TYPE, type).with32(DhcpMessage.SERVER, tier.address());
    message.option(DhcpMessage.CLIENT).ifPresent(id -> reply.with(DhcpMessage.CLIENT, id));
    return reply;
  }

  private void configure(DhcpMessage reply, DhcpMessage message, Segment.Tier tier, Host host) {
    int gateway = tier.address();
    if (wants(message, DhcpMessage.SUBNET_MASK)) {
      reply.with32(DhcpMessage.SUBNET_MASK, tier.subnet().mask());
    }
    if (wants(message, DhcpMessage.ROUTER)) {
      reply.with32(DhcpMessage.ROUTER, gateway);
    }
    if (wants(message, DhcpMessage.NAME_SERVER)) {
      reply.with32(DhcpMessage.NAME_SERVER, gateway);
    }
    if (wants(message, DhcpMessage.HOST_NAME)) {
      reply.with(DhcpMessage.HOST_NAME, ascii(host.name().toLowerCase(Locale.ROOT)));
    }
    if (wants(message, DhcpMessage.DOMAIN)) {
      reply.with(DhcpMessage.DOMAIN, ascii(known.guests().domain()));
    }
    if (known.mtu(tier.name()) != Vpc.NO_MTU && wants(message, DhcpMessage.INTERFACE_MTU)) {
      reply.with16(DhcpMessage.INTERFACE_MTU, known.mtu(tier.name()));
    }
    if (wants(message, DhcpMessage.BROADCAST_ADDRESS)) {
      reply.with32(DhcpMessage.BROADCAST_ADDRESS, tier.subnet().last());
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static boolean wants(DhcpMessage message, int code) {
    byte[] wanted = message.option(DhcpMessage.WANTED).orElse(null);
    boolean found = wanted == null;
    for (int k = 0; !found && k < wanted.length; k++) {
      found = (wanted[k] & 0xff) == code;
    }
    return found;
  }

  /** Where an answer goes: RFC 2131 4.1. */
  private static void send(
      DhcpMessage reply,
      DhcpMessage message,
      Datagram datagram,
      Segment.Tier tier,
      Network network) {
    boolean refusal = reply.number(DhcpMessage.TYPE, 0) == DhcpMessage.NAK;
    if (message.relay != 0) {
      // The relay must know that the client has no address, and gets its information back (RFC
      // 3046 2.2).
      reply.flags |= refusal ? DhcpMessage.BROADCAST : 0;
      message
          .option(DhcpMessage.RELAY_AGENT)
          .ifPresent(data -> reply.with(DhcpMessage.RELAY_AGENT, data));
      network.send(tier.address(), PORT, message.relay, PORT, reply.bytes());
      return;
    }
    int to = message.clientAddress != 0 ? message.clientAddress : reply.yourAddress;
    long mac = message.mac;
    boolean deaf = message.clientAddress == 0 && (message.flags & DhcpMessage.BROADCAST) != 0;
    if (refusal || deaf) {
      to = EVERYBODY;
      mac = Network.BROADCAST_MAC;
    }
    network.sendTo(datagram.segment(), mac, tier.address(), PORT, to, CLIENT_PORT, reply.bytes());
  }
}
