package io.vpcrig.live.dns;

import io.vpcrig.live.host.Datagram;
import io.vpcrig.live.host.Network;
import io.vpcrig.live.host.UdpService;
import io.vpcrig.model.Vpc;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;

/** The name server: answers what it knows, asks others for the rest. Thread: the router's. */
public final class DnsServer implements UdpService {
  public static final int PORT = 53;

  private final Forwarder forwarder;
  private Vpc known;
  private Zone zone;

  /**
   * @param random for identifiers nobody can guess (RFC 5452 4.3)
   */
  public DnsServer(RandomGenerator random) {
    forwarder = new Forwarder(random);
  }

  @Override
  public void receive(Datagram datagram, Network network) {
    Consumer<byte[]> reply =
        answer ->
            network.send(
                datagram.destination(), PORT, datagram.source(), datagram.sourcePort(), answer);
    Optional<Message> parsed = Answerer.parse(datagram.payload());
    if (parsed.isEmpty()) {
      Answerer.identifier(datagram.payload())
          .ifPresent(identifier -> reply.accept(Answerer.malformed(identifier)));
      return;
    }
    Message question = parsed.get();
    if (question.getHeader().getFlag(Flags.QR)) {
      return; // An answer to nothing: answering it could go on for ever.
    }
    int longest = Answerer.longest(question);
    answer(question, datagram, network, reply)
        .ifPresent(answer -> reply.accept(answer.toWire(longest)));
  }

  /** The answer; empty if it comes later. */
  private Optional<Message> answer(
      Message question, Datagram datagram, Network network, Consumer<byte[]> reply) {
    int fault = Answerer.fault(question);
    if (fault != Rcode.NOERROR) {
      return Optional.of(Answerer.refusal(question, fault));
    }
    Optional<Message> own = Answerer.answer(question, zone(network.vpc()), datagram.segment());
    if (own.isPresent()) {
      return own;
    }
    Forwarder.Outcome outcome =
        forwarder.ask(
            new Forwarder.Asker(
                datagram.source(), datagram.sourcePort(), question.getHeader().getID()),
            Answerer.passedOn(question, datagram.payload()),
            reply,
            () -> reply.accept(Answerer.refusal(question, Rcode.SERVFAIL).toWire()),
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
  public void tick(Network network) {
    forwarder.tick(network);
  }
}
