package io.vpcrig.live.dhcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.config.ConfigException;
import io.vpcrig.config.VpcFile;
import io.vpcrig.live.host.Datagram;
import io.vpcrig.live.host.Network;
import io.vpcrig.live.host.RecordingNetwork;
import io.vpcrig.live.host.RecordingNetwork.Sent;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Vpc;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Every kind of DHCP message, byte by byte: requests are written by hand, answers read at the
 * offsets of RFC 2131.
 */
final class DhcpServerTest {
  private static final String VPC =
      """
      vpc: {name: lab, cidr: 10.10.0.0/16, domain: lab.internal}
      tiers:
        web: {gateway: 10.10.1.1/24, vlan: 101}
        app: {gateway: 10.10.2.1/24, vlan: 102, mtu: 1400}
      hosts:
        web1: {tier: web, address: 10.10.1.10, mac: "52:54:00:00:01:10"}
        app1: {tier: app, address: 10.10.2.10, mac: "52:54:00:00:02:10"}
      """;

  private static final int WEB = 0;
  private static final int APP = 1;
  private static final long WEB1 = 0x5254_0000_0110L;
  private static final long APP1 = 0x5254_0000_0210L;
  private static final int XID = 0x1234_5678;
  private static final int OPTIONS = 240;

  private final RecordingNetwork network = new RecordingNetwork(vpc(VPC));
  private final DhcpServer server = new DhcpServer();

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

  /** A request without options; those are given whole: code, length, data. */
  private static ByteBuffer request(long mac, int... options) {
    ByteBuffer message = ByteBuffer.allocate(OPTIONS + options.length + 1);
    message.put(0, (byte) 1).put(1, (byte) 1).put(2, (byte) 6);
    message.putInt(4, XID).putLong(28, mac << 16).putInt(236, 0x6382_5363);
    for (int k = 0; k < options.length; k++) {
      message.put(OPTIONS + k, (byte) options[k]);
    }
    return message.put(OPTIONS + options.length, (byte) 255);
  }

  private List<Sent> ask(int segment, ByteBuffer message) {
    byte[] bytes = new byte[message.capacity()];
    message.get(0, bytes);
    return ask(segment, bytes);
  }

  private List<Sent> ask(int segment, byte[] message) {
    server.receive(new Datagram(segment, WEB1, 0, 68, -1, 67, message), network);
    return network.take();
  }

  /** Data of an option of an answer; empty if it is not there. */
  private static byte[] option(byte[] message, int code) {
    for (int at = OPTIONS; (message[at] & 0xff) != 255; at += 2 + message[at + 1]) {
      if ((message[at] & 0xff) == code) {
        return java.util.Arrays.copyOfRange(message, at + 2, at + 2 + message[at + 1]);
      }
    }
    return new byte[0];
  }

  private static byte[] bytes(int... values) {
    byte[] all = new byte[values.length];
    for (int k = 0; k < all.length; k++) {
      all[k] = (byte) values[k];
    }
    return all;
  }

  private static byte[] one(List<Sent> sent) {
    assertEquals(1, sent.size(), sent::toString);
    return sent.getFirst().bytes();
  }

  private static void assertType(int type, byte[] answer) {
    assertEquals(2, answer[0], "op");
    assertEquals(XID, ByteBuffer.wrap(answer).getInt(4), "xid");
    assertArrayEquals(bytes(type), option(answer, 53), "type");
    assertTrue(answer.length >= 300, "shorter than BOOTP");
  }

  private static void assertSilent(List<Sent> sent) {
    assertEquals(List.of(), sent);
  }

  @Test
  void discoverIsAnsweredWithAnOfferToTheClientsMac() {
    Sent sent;
    byte[] offer = one(List.of(sent = ask(WEB, request(WEB1, 53, 1, 1)).getFirst()));
    assertType(2, offer);
    assertEquals(ip("10.10.1.10"), ByteBuffer.wrap(offer).getInt(16), "yiaddr");
    assertEquals(WEB1, ByteBuffer.wrap(offer).getLong(28) >>> 16, "chaddr");
    assertArrayEquals(bytes(10, 10, 1, 1), option(offer, 54), "server");
    assertArrayEquals(bytes(255, 255, 255, 255), option(offer, 51), "time");
    assertArrayEquals(bytes(255, 255, 255, 0), option(offer, 1), "mask");
    assertArrayEquals(bytes(10, 10, 1, 1), option(offer, 3), "router");
    assertArrayEquals(bytes(10, 10, 1, 1), option(offer, 6), "name server");
    assertArrayEquals("lab.internal".getBytes(StandardCharsets.US_ASCII), option(offer, 15));
    assertArrayEquals("web1".getBytes(StandardCharsets.US_ASCII), option(offer, 12));
    assertArrayEquals(bytes(), option(offer, 26), "mtu of a tier without limit");
    assertEquals(WEB, sent.segment());
    assertEquals(WEB1, sent.mac());
    assertEquals(ip("10.10.1.1"), sent.source());
    assertEquals(67, sent.sourcePort());
    assertEquals(ip("10.10.1.10"), sent.destination());
    assertEquals(68, sent.destinationPort());
  }

  @Test
  void onlyWhatIsAskedForIsTold() {
    byte[] offer = one(ask(APP, request(APP1, 53, 1, 1, 55, 2, 1, 26)));
    assertArrayEquals(bytes(255, 255, 255, 0), option(offer, 1));
    assertArrayEquals(bytes(1400 >> 8, 1400 & 0xff), option(offer, 26));
    assertArrayEquals(bytes(), option(offer, 3));
    assertArrayEquals(bytes(), option(offer, 15));
  }

  @Test
  void theBroadcastFlagHasTheAnswerSentToAll() {
    Sent sent = ask(WEB, request(WEB1, 53, 1, 1).putShort(10, (short) 0x8000)).getFirst();
    assertEquals(Network.BROADCAST_MAC, sent.mac());
    assertEquals(-1, sent.destination());
  }

  @Test
  void aRequestForItsOwnAddressIsAcknowledged() {
    byte[] ack = one(ask(WEB, request(WEB1, 53, 1, 3, 54, 4, 10, 10, 1, 1, 50, 4, 10, 10, 1, 10)));
    assertType(5, ack);
    assertEquals(ip("10.10.1.10"), ByteBuffer.wrap(ack).getInt(16));
  }

  @Test
  void aClientThatRenewsIsAnsweredAtItsAddress() {
    Sent sent = ask(WEB, request(WEB1, 53, 1, 3).putInt(12, ip("10.10.1.10"))).getFirst();
    assertType(5, sent.bytes());
    assertEquals(ip("10.10.1.10"), sent.destination());
    assertEquals(ip("10.10.1.10"), ByteBuffer.wrap(sent.bytes()).getInt(12), "ciaddr");
  }

  @Test
  void aRequestToAnotherServerIsNoneOfOurs() {
    assertSilent(ask(WEB, request(WEB1, 53, 1, 3, 54, 4, 10, 10, 1, 2, 50, 4, 10, 10, 1, 10)));
  }

  @Test
  void aRequestForAnotherAddressIsRefusedSoThatAllHear() {
    Sent sent = ask(WEB, request(WEB1, 53, 1, 3, 50, 4, 10, 10, 1, 77)).getFirst();
    assertType(6, sent.bytes());
    assertEquals(0, ByteBuffer.wrap(sent.bytes()).getInt(16), "yiaddr");
    assertEquals(Network.BROADCAST_MAC, sent.mac());
    assertEquals(-1, sent.destination());
    Sent renewed = ask(WEB, request(WEB1, 53, 1, 3).putInt(12, ip("10.10.1.77"))).getFirst();
    assertType(6, renewed.bytes());
    assertEquals(-1, renewed.destination());
  }

  @Test
  void informIsAnsweredWithoutAnAddress() {
    Sent sent = ask(WEB, request(WEB1, 53, 1, 8).putInt(12, ip("10.10.1.10"))).getFirst();
    byte[] ack = sent.bytes();
    assertType(5, ack);
    assertEquals(0, ByteBuffer.wrap(ack).getInt(16), "yiaddr");
    assertArrayEquals(bytes(), option(ack, 51), "time");
    assertArrayEquals(bytes(10, 10, 1, 1), option(ack, 3));
    assertEquals(ip("10.10.1.10"), sent.destination());
    assertSilent(ask(WEB, request(WEB1, 53, 1, 8).putInt(12, ip("192.0.2.7"))));
    assertSilent(ask(WEB, request(0x5254_0000_9999L, 53, 1, 8).putInt(12, ip("10.10.1.10"))));
  }

  @Test
  void releaseAndDeclineAreHeardInSilence() {
    assertSilent(ask(WEB, request(WEB1, 53, 1, 7).putInt(12, ip("10.10.1.10"))));
    assertSilent(ask(WEB, request(WEB1, 53, 1, 4, 50, 4, 10, 10, 1, 10)));
    assertType(2, one(ask(WEB, request(WEB1, 53, 1, 1))));
  }

  @Test
  void strangersAndHostsOfOtherTiersGetNothing() {
    assertSilent(ask(WEB, request(0x5254_0000_9999L, 53, 1, 1)));
    assertSilent(ask(WEB, request(APP1, 53, 1, 1)));
    assertSilent(ask(WEB, request(APP1, 53, 1, 3, 50, 4, 10, 10, 2, 10)));
    assertEquals(3, server.unknown());
  }

  @Test
  void aRelayGetsTheAnswerForTheTierItIsIn() {
    ByteBuffer message = request(APP1, 53, 1, 1, 82, 4, 1, 2, 7, 9).putInt(24, ip("10.10.2.200"));
    Sent sent = ask(WEB, message).getFirst();
    byte[] offer = sent.bytes();
    assertType(2, offer);
    assertEquals(ip("10.10.2.10"), ByteBuffer.wrap(offer).getInt(16));
    assertEquals(ip("10.10.2.200"), ByteBuffer.wrap(offer).getInt(24), "giaddr");
    assertArrayEquals(bytes(1, 2, 7, 9), option(offer, 82), "relay agent information");
    assertEquals(RecordingNetwork.ROUTED, sent.mac());
    assertEquals(ip("10.10.2.1"), sent.source());
    assertEquals(ip("10.10.2.200"), sent.destination());
    assertEquals(67, sent.destinationPort());
    byte[] nak =
        one(ask(WEB, request(APP1, 53, 1, 3, 50, 4, 9, 9, 9, 9).putInt(24, ip("10.10.2.200"))));
    assertType(6, nak);
    assertEquals(0x80, nak[10] & 0x80, "broadcast flag");
    assertSilent(ask(WEB, request(APP1, 53, 1, 1).putInt(24, ip("192.0.2.200"))));
  }

  @Test
  void theClientsIdentifierComesBack() {
    assertArrayEquals(
        bytes(1, 2, 3), option(one(ask(WEB, request(WEB1, 53, 1, 1, 61, 3, 1, 2, 3))), 61));
  }

  @Test
  void optionsAreFoundInTheFieldsOfFileAndServerName() {
    ByteBuffer message = request(WEB1, 53, 1, 3, 52, 1, 3);
    message.put(108, (byte) 50).put(109, (byte) 4).putInt(110, ip("10.10.1.10"));
    message.put(114, (byte) 255).put(44, (byte) 55).put(45, (byte) 1).put(46, (byte) 3);
    message.put(47, (byte) 255);
    byte[] ack = one(ask(WEB, message));
    assertType(5, ack);
    assertArrayEquals(bytes(), option(ack, 1), "not asked for");
  }

  @Test
  void whatIsMalformedHasNoAnswer() {
    assertSilent(ask(WEB, new byte[0]));
    assertSilent(ask(WEB, new byte[239]));
    assertSilent(ask(WEB, request(WEB1, 53, 1, 1).putInt(236, 0)));
    assertSilent(ask(WEB, request(WEB1, 53, 1, 1).put(0, (byte) 2)));
    assertSilent(ask(WEB, request(WEB1, 53, 1, 1).put(2, (byte) 7)));
    assertSilent(ask(WEB, request(WEB1, 53, 1, 1, 55, 200)));
    assertEquals(6, server.malformed());
    assertSilent(ask(WEB, request(WEB1)));
    assertSilent(ask(WEB, request(WEB1, 53, 1, 2)));
    assertSilent(ask(WEB, request(WEB1, 53, 0)));
  }

  @Test
  void hostsOfALaterVpcAreServed() {
    network.use(vpc(VPC.replace("10.10.1.10", "10.10.1.11")));
    byte[] offer = one(ask(WEB, request(WEB1, 53, 1, 1)));
    assertEquals(ip("10.10.1.11"), ByteBuffer.wrap(offer).getInt(16));
  }

  @Test
  void noMessageBringsItDown() {
    SplittableRandom random = new SplittableRandom(11);
    ByteBuffer model = request(WEB1, 53, 1, 3, 50, 4, 10, 10, 1, 10, 52, 1, 3, 55, 2, 1, 3);
    byte[] good = new byte[model.capacity()];
    model.get(0, good);
    for (int run = 0; run < 50_000; run++) {
      byte[] bad = java.util.Arrays.copyOf(good, random.nextInt(good.length + 20));
      for (int k = random.nextInt(8); k > 0 && bad.length > 0; k--) {
        int at =
            random.nextInt(4) > 0
                ? bad.length - 1 - random.nextInt(Math.min(bad.length, 30))
                : random.nextInt(bad.length);
        bad[at] = (byte) random.nextInt(256);
      }
      ask(random.nextInt(2), bad);
    }
    assertType(2, one(ask(WEB, request(WEB1, 53, 1, 1))));
  }
}
