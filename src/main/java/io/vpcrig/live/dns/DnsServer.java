package io.vpcrig.live.dns;

import io.vpcrig.live.host.Datagram;
import io.vpcrig.live.host.Network;
import io.vpcrig.live.host.Stream;
import io.vpcrig.live.host.StreamService;
import io.vpcrig.live.host.UdpService;
import io.vpcrig.model.Vpc;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;

/**
 * The name server, by UDP and TCP: answers what it knows, asks others for the rest, by UDP only:
 * what a resolver has cut short is not to be had. Thread: the router's.
 */
public final class DnsServer implements UdpService, StreamService {
  public static final int PORT = 53;
  private static final int MOST_BY_TCP = 65_535;

  private final Forwarder forwarder;
  private final Network network;
  private Vpc known;
  private Zone zone;

  /**
   * @param random for identifiers nobody can guess (RFC 5452 4.3)
   */
  public DnsServer(RandomGenerator random, Network network) {
    forwarder = new Forwarder(random);
    this.network = network;
  }

  /** Who asks, and how. */
  private record Client(int segment, int address, int port, boolean byTcp) {}

  @Override
  public void receive(Datagram datagram, Network unused) {
    answer(
        new Client(datagram.segment(), datagram.source(), datagram.sourcePort(), false),
        datagram.payload(),
        answer ->
            network.send(
                datagram.destination(), PORT, datagram.source(), datagram.sourcePort(), answer));
  }

  @Override
  public Reader accept(Stream stream) {
    Client client = new Client(stream.segment(), stream.far(), stream.farPort(), true);
    return new MessageReader(
        message -> answer(client, message, answer -> stream.write(MessageReader.framed(answer))));
  }

  private void answer(Client client, byte[] message, Consumer<byte[]> reply) {
    Optional<Message> parsed = Answerer.parse(message);
    if (parsed.isEmpty()) {
      Answerer.identifier(message)
          .ifPresent(identifier -> reply.accept(Answerer.malformed(identifier)));
      return;
    }
    Message question = parsed.get();
    if (question.getHeader().getFlag(Flags.QR)) {
      return; // An answer to nothing: answering it could go on for ever.
    }
    int longest = client.byTcp ? MOST_BY_TCP : Answerer.longest(question);
    answer(client, question, message, reply)
        .ifPresent(answer -> reply.accept(answer.toWire(longest)));
  }

  /** The answer; empty if it comes later. */
  private Optional<Message> answer(
      Client client, Message question, byte[] message, Consumer<byte[]> reply) {
    int fault = Answerer.fault(question);
    if (fault != Rcode.NOERROR) {
      return Optional.of(Answerer.refusal(question, fault));
    }
    Optional<Message> own = Answerer.answer(question, zone(network.vpc()), client.segment);
    if (own.isPresent()) {
      return own;
    }
    Runnable failed = () -> reply.accept(Answerer.refusal(question, Rcode.SERVFAIL).toWire());
    Forwarder.Outcome outcome =
        forwarder.ask(
            new Forwarder.Asker(client.address, client.port, question.getHeader().getID()),
            Answerer.passedOn(question, message),
            answer -> {
              if (client.byTcp && Answerer.isCutShort(answer)) {
                failed.run();
              } else {
                reply.accept(answer);
              }
            },
            failed,
            network);
    return outcome == Forwarder.Outcome.UNDER_WAY
        ? Optional.empty()
        : Optional.of(Answerer.refusal(question, Rcode.REFUSED));
  }

  // The same VPC, not an equal one.
  @SuppressWarnings("ReferenceEquality")
  private Zone zone(Vpc vpc) {
    if (vpc != known) {
      known = vpc;
      zone = new Zone(vpc);
    }
    return zone;
  }

  @Override
  public void tick(Network unused) {
    forwarder.tick(network);
  }
}
