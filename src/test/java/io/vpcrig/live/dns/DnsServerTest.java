package io.vpcrig.live.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.config.ConfigException;
import io.vpcrig.config.VpcFile;
import io.vpcrig.live.host.Datagram;
import io.vpcrig.live.host.RecordingNetwork;
import io.vpcrig.live.host.RecordingNetwork.Sent;
import io.vpcrig.live.host.UdpService;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Vpc;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Questions to the router's name server, and its own to resolvers. */
final class DnsServerTest {
  private static final Vpc VPC =
      vpc(
          """
          vpc: {name: lab, cidr: 10.10.0.0/16, domain: lab.internal, dns: [192.0.2.53, 192.0.2.54]}
          tiers:
            web: {gateway: 10.10.1.1/24, vlan: 101}
            app: {gateway: 10.10.2.1/24, vlan: 102}
          hosts:
            web1: {tier: web, address: 10.10.1.10}
            App-2: {tier: app, address: 10.10.2.10}
          """);

  private static final int WEB = 0;
  private static final int APP = 1;
  private static final int GUEST = ip("10.10.1.10");
  private static final int FIRST = ip("192.0.2.53");
  private static final int SECOND = ip("192.0.2.54");
  private static final int OWN = ip("203.0.113.10");

  private final RecordingNetwork network = new RecordingNetwork(VPC);
  private final DnsServer server = new DnsServer(new Random(3), network);

  DnsServerTest() {
    network.sourceAddress(OWN);
  }

  private static Vpc vpc(String text) {
    try {
      return VpcFile.read("-", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static int ip(String text) {
    return Ipv4Text.parse(text);
  }

  private static Message question(String name, int type) {
    return Message.newQuery(Record.newRecord(Name.fromConstantString(name), type, DClass.IN));
  }

  private List<Sent> ask(int segment, byte[] message) {
    server.receive(new Datagram(segment, 2, GUEST, 40_000, ip("10.10.1.1"), 53, message), network);
    return network.take();
  }

  private Message answer(int segment, Message question) throws IOException {
    List<Sent> sent = ask(segment, question.toWire());
    assertEquals(1, sent.size(), sent::toString);
    assertEquals(GUEST, sent.getFirst().destination());
    assertEquals(40_000, sent.getFirst().destinationPort());
    assertEquals(ip("10.10.1.1"), sent.getFirst().source());
    assertEquals(53, sent.getFirst().sourcePort());
    Message answer = new Message(sent.getFirst().bytes());
    assertEquals(question.getHeader().getID(), answer.getHeader().getID());
    assertTrue(answer.getHeader().getFlag(Flags.QR));
    assertEquals(question.getQuestion(), answer.getQuestion());
    return answer;
  }

  /** {@code NOERROR aa: data, data}. */
  private String said(int segment, String name, int type) throws IOException {
    Message answer = answer(segment, question(name, type));
    return Rcode.string(answer.getRcode())
        + (answer.getHeader().getFlag(Flags.AA) ? " aa:" : ":")
        + answer.getSection(Section.ANSWER).stream()
            .map(record -> " " + record.rdataToString())
            .collect(Collectors.joining());
  }

  @Test
  void hostsAreNamesInTheDomainAndWithoutItWhateverTheCase() throws IOException {
    assertEquals("NOERROR aa: 10.10.1.10", said(APP, "web1.lab.internal.", Type.A));
    assertEquals("NOERROR aa: 10.10.1.10", said(APP, "web1.", Type.A));
    assertEquals("NOERROR aa: 10.10.2.10", said(WEB, "aPP-2.LAB.internal.", Type.A));
    assertEquals("NOERROR aa: 10.10.2.10", said(WEB, "app-2.lab.internal.", Type.ANY));
    assertEquals("NOERROR aa:", said(WEB, "web1.lab.internal.", Type.AAAA));
  }

  @Test
  void theDataServerIsTheGatewayOfWhoAsks() throws IOException {
    assertEquals("NOERROR aa: 10.10.1.1", said(WEB, "data-server.lab.internal.", Type.A));
    assertEquals("NOERROR aa: 10.10.2.1", said(APP, "data-server.", Type.A));
  }

  @Test
  void addressesHaveTheirNames() throws IOException {
    assertEquals("NOERROR aa: web1.lab.internal.", said(WEB, "10.1.10.10.in-addr.arpa.", Type.PTR));
    assertEquals(
        "NOERROR aa: data-server.lab.internal.", said(WEB, "1.2.10.10.in-addr.arpa.", Type.PTR));
    assertEquals("NXDOMAIN aa:", said(WEB, "77.1.10.10.in-addr.arpa.", Type.PTR));
    assertEquals("NXDOMAIN aa:", said(WEB, "7.1.168.192.in-addr.arpa.", Type.PTR));
  }

  @Test
  void whatCanOnlyBeMeantForHereIsNotPassedOn() throws IOException {
    assertEquals("NXDOMAIN aa:", said(WEB, "nobody.lab.internal.", Type.A));
    assertEquals("NXDOMAIN aa:", said(WEB, "nobody.", Type.A));
  }

  @Test
  void faultsAreTold() throws IOException {
    Message update = question("web1.", Type.A);
    update.getHeader().setOpcode(Opcode.UPDATE);
    assertEquals(Rcode.NOTIMP, answer(WEB, update).getRcode());
    Message chaos = Message.newQuery(Record.newRecord(Name.root, Type.TXT, DClass.CH));
    assertEquals(Rcode.REFUSED, answer(WEB, chaos).getRcode());
    Message later = question("web1.", Type.A);
    later.addRecord(new OPTRecord(1232, 0, 1), Section.ADDITIONAL);
    assertEquals(Rcode.BADVERS, answer(WEB, later).getRcode());
    byte[] cut = Arrays.copyOf(question("web1.", Type.A).toWire(), 14);
    Message told = new Message(ask(WEB, cut).getFirst().bytes());
    assertEquals(Rcode.FORMERR, told.getRcode());
    assertEquals(List.of(), ask(WEB, new byte[11]));
    Message none = new Message(7);
    assertEquals(Rcode.FORMERR, new Message(ask(WEB, none.toWire()).getFirst().bytes()).getRcode());
  }

  @Test
  void answersAreNotAnswered() {
    Message stray = question("web1.", Type.A);
    stray.getHeader().setFlag(Flags.QR);
    assertEquals(List.of(), ask(WEB, stray.toWire()));
  }

  // --- other people's names ---

  private static byte[] response(byte[] query, String address) throws IOException {
    Message message = new Message(query);
    message.getHeader().setFlag(Flags.QR);
    Name name = message.getQuestion().getName();
    message.addRecord(
        new ARecord(name, DClass.IN, 60, InetAddress.getByName(address)), Section.ANSWER);
    return message.toWire();
  }

  private Sent passedOn(Message question) {
    List<Sent> sent = ask(WEB, question.toWire());
    assertEquals(1, sent.size(), sent::toString);
    assertEquals(53, sent.getFirst().destinationPort());
    assertEquals(OWN, sent.getFirst().source());
    return sent.getFirst();
  }

  /** Brings an answer, if anybody waits for it; what is sent then. */
  private List<Sent> bring(Sent query, int from, byte[] message) {
    Datagram datagram = new Datagram(0, 2, from, 53, query.source(), query.sourcePort(), message);
    UdpService service = network.sockets().find(datagram);
    if (service != null) {
      service.receive(datagram, network);
    }
    return network.take();
  }

  @Test
  void otherNamesAreAskedForAndTheAnswerComesBack() throws IOException {
    Message question = question("example.org.", Type.A);
    Sent query = passedOn(question);
    assertEquals(FIRST, query.destination());
    assertTrue(query.sourcePort() >= 32_768, query::toString);
    List<Sent> back = bring(query, FIRST, response(query.bytes(), "198.51.100.7"));
    Message answer = new Message(back.getFirst().bytes());
    assertEquals(question.getHeader().getID(), answer.getHeader().getID());
    assertEquals("198.51.100.7", answer.getSection(Section.ANSWER).getFirst().rdataToString());
    assertEquals(GUEST, back.getFirst().destination());
    assertEquals(
        List.of(), bring(query, FIRST, response(query.bytes(), "198.51.100.8")), "a second one");
  }

  @Test
  void onlyTheAnswerOfWhoWasAskedCounts() throws IOException {
    Sent query = passedOn(question("example.org.", Type.A));
    byte[] forged = response(query.bytes(), "198.51.100.66");
    assertEquals(List.of(), bring(query, SECOND, forged), "from another");
    byte[] otherId = forged.clone();
    otherId[1]++;
    assertEquals(List.of(), bring(query, FIRST, otherId), "with another identifier");
    byte[] otherName = forged.clone();
    otherName[13]++;
    assertEquals(List.of(), bring(query, FIRST, otherName), "to another question");
    assertEquals(List.of(), bring(query, FIRST, query.bytes()), "a question");
    assertEquals(List.of(), bring(query, FIRST, new byte[5]), "hardly anything");
    assertEquals(1, bring(query, FIRST, response(query.bytes(), "198.51.100.7")).size());
  }

  @Test
  void whoDoesNotAnswerIsPassedOverForTheNextAndThenTheGuestIsTold() throws IOException {
    Message question = question("example.org.", Type.A);
    Sent first = passedOn(question);
    network.pass(Forwarder.PATIENCE_NS + 1);
    server.tick(network);
    Sent second = network.take().getFirst();
    assertEquals(SECOND, second.destination());
    assertEquals(List.of(), bring(first, FIRST, response(first.bytes(), "198.51.100.7")), "late");
    network.pass(Forwarder.PATIENCE_NS + 1);
    server.tick(network);
    Message told = new Message(network.take().getFirst().bytes());
    assertEquals(Rcode.SERVFAIL, told.getRcode());
    assertEquals(question.getHeader().getID(), told.getHeader().getID());
    server.tick(network);
    assertEquals(List.of(), network.take());
  }

  @Test
  void whoAsksAgainIsHelpedByTheNext() {
    Message question = question("example.org.", Type.A);
    assertEquals(FIRST, passedOn(question).destination());
    assertEquals(SECOND, passedOn(question).destination());
  }

  @Test
  void questionsUnderWayAreBounded() throws IOException {
    for (int k = 0; k < Forwarder.MOST; k++) {
      Message question = question("n" + k + ".example.org.", Type.A);
      question.getHeader().setID(k);
      passedOn(question);
    }
    Message one = question("more.example.org.", Type.A);
    one.getHeader().setID(9_999);
    assertEquals(Rcode.REFUSED, answer(WEB, one).getRcode());
  }

  @Test
  void withoutAWayToAResolverItIsRefused() throws IOException {
    network.sourceAddress(0);
    assertEquals(Rcode.REFUSED, answer(WEB, question("example.org.", Type.A)).getRcode());
  }

  @Test
  void answersInFragmentsAreNotWishedFor() throws IOException {
    Message question = question("example.org.", Type.A);
    question.addRecord(new OPTRecord(4096, 0, 0, 0x8000), Section.ADDITIONAL);
    OPTRecord option = new Message(passedOn(question).bytes()).getOPT();
    assertEquals(Answerer.MOST, option.getPayloadSize());
    assertEquals(0x8000, option.getFlags(), "DNSSEC OK");
  }

  @Test
  void noMessageBringsItDown() throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    Message model = question("web1.lab.internal.", Type.A);
    model.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);
    byte[] good = model.toWire();
    for (int run = 0; run < 50_000; run++) {
      byte[] bad = Arrays.copyOf(good, random.nextInt(8) == 0 ? random.nextInt(60) : good.length);
      for (int k = random.nextInt(5); k > 0 && bad.length > 0; k--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      for (Sent each : ask(WEB, bad)) {
        if (each.destination() == FIRST) {
          byte[] answer = each.bytes().clone();
          answer[2] |= (byte) 0x80;
          answer[random.nextInt(answer.length)] ^= 1;
          bring(each, FIRST, answer);
        }
      }
      if (random.nextInt(50) == 0) {
        network.pass(Forwarder.PATIENCE_NS + 1);
        server.tick(network);
      }
    }
    network.take();
    assertEquals("NOERROR aa: 10.10.1.10", said(WEB, "web1.", Type.A));
  }
}
