package io.vpcrig.live;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.engine.Snapshot;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.PlainChecksum;
import io.vpcrig.live.host.Datagram;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Protocol;
import io.vpcrig.telemetry.Reason;
import io.vpcrig.testing.FrameBuilder;
import io.vpcrig.testing.PlainParser;
import io.vpcrig.testing.Vpcs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What comes to the router's programs, and how what they send leaves. */
final class LocalHostTest {
  private static final int GUEST = Ipv4Text.parse("10.10.1.10");
  private static final int GATEWAY = Ipv4Text.parse("10.10.1.1");
  private static final long GUEST_MAC = 0x0200_0a0a_010aL;

  private final FrameBatch batch = new FrameBatch(4);
  private final Outbox out = new Outbox(List.of());
  private final List<byte[]> left = new ArrayList<>();
  private final List<Integer> leftBy = new ArrayList<>();
  private final OwnFrames own =
      new OwnFrames(
          out,
          (segment, bytes, start, length, isResolved) -> {
            left.add(bytes.copy(start, length));
            leftBy.add(segment);
          });

  private final LocalHost host = new LocalHost(own, new Random(5));

  @BeforeEach
  void use() {
    Snapshot snapshot =
        Snapshot.compile(
            Vpcs.vpc("10.10.0.0/16")
                .publicNetwork(
                    "public", new Encapsulation.Vlan(100), "203.0.113.10/24", "203.0.113.1")
                .tier("t1", new Encapsulation.Vlan(101), "10.10.1.1/24")
                .tier("t2", new Encapsulation.Vxlan(5002), "10.10.2.1/24")
                .sourceNat("203.0.113.99")
                .build(),
            1,
            Optional.empty());
    own.use(snapshot.segments());
    host.use(snapshot);
  }

  @AfterEach
  void free() {
    own.close();
    out.close();
    batch.close();
  }

  private void bring(FrameBuilder frame) {
    batch.clear();
    int i = frame.addTo(batch, 1);
    PlainParser.parse(batch, i, 1);
    batch.reason[i] = Reason.LOCAL_INPUT.number();
    host.receive(batch, i);
  }

  private static FrameBuilder datagram(int port) {
    return FrameBuilder.udp("10.10.1.10", 4000, "10.10.1.1", port).payload(5);
  }

  @Test
  void aDatagramComesToWhoHasItsPort() {
    List<Datagram> heard = new ArrayList<>();
    host.sockets().bind(999, (datagram, network) -> heard.add(datagram));
    bring(datagram(999).padding(20));
    bring(datagram(998));
    assertEquals(1, heard.size());
    Datagram datagram = heard.getFirst();
    assertEquals(GUEST, datagram.source());
    assertEquals(4000, datagram.sourcePort());
    assertEquals(GATEWAY, datagram.destination());
    assertEquals(GUEST_MAC, datagram.mac());
    assertEquals(1, datagram.segment());
    assertArrayEquals(new byte[] {0, 1, 2, 3, 4}, datagram.payload(), "without padding");
    assertEquals(1, host.unclaimed());
  }

  @Test
  void whatAProgramCannotTakeEndsThere() {
    IllegalStateException fault = new IllegalStateException("bad luck");
    host.sockets()
        .bind(
            999,
            (datagram, network) -> {
              throw fault;
            });
    bring(datagram(999));
    bring(datagram(999));
    assertEquals(2, host.faults());
    assertSame(fault, host.lastFault().orElseThrow());
  }

  @Test
  void datagramsLeaveWhereTheRoutesLead() {
    host.send(GATEWAY, 53, Ipv4Text.parse("198.51.100.7"), 9, new byte[] {7, 8, 9});
    host.send(GATEWAY, 53, Ipv4Text.parse("10.10.2.20"), 9, new byte[] {7, 8, 9});
    assertEquals(List.of(0, 2), leftBy);
    byte[] tagged = left.getFirst();
    assertEquals(0x8100, PlainParser.u16(tagged, 12));
    assertEquals(100, PlainParser.u16(tagged, 14));
    assertEquals(0x0200_cb00, PlainParser.i32(tagged, 0), "next hop 203.0.113.1");
    byte[] datagram = Arrays.copyOfRange(tagged, 18, tagged.length);
    assertEquals("", PlainParser.wrong(datagram));
    byte[] tunnelled = left.getLast();
    assertEquals(50 + 14 + 31, tunnelled.length);
    assertEquals("", PlainParser.wrong(Arrays.copyOfRange(tunnelled, 64, tunnelled.length)));
    assertEquals(0xffff, PlainChecksum.sum(tunnelled, 14, 20), "outer header");
  }

  @Test
  void theRoutersOwnQuestionsAreTranslatedAsGuestsAre() {
    assertEquals("203.0.113.99", Ipv4Text.format(host.sourceFor(Ipv4Text.parse("198.51.100.7"))));
    assertEquals("10.10.2.1", Ipv4Text.format(host.sourceFor(Ipv4Text.parse("10.10.2.20"))));
  }

  @Test
  void onlyWhatIsOpenIsSaidToBe() {
    int far = Ipv4Text.parse("198.51.100.7");
    int port = host.sockets().open(GATEWAY, far, 53, (datagram, network) -> {});
    assertTrue(host.connections().isOpen(Protocol.UDP, far, GATEWAY, 53 << 16 | port));
    assertTrue(!host.connections().isOpen(Protocol.UDP, far, GATEWAY, 54 << 16 | port));
    assertTrue(!host.connections().isOpen(Protocol.TCP, far, GATEWAY, 53 << 16 | port));
    host.sockets().close(GATEWAY, port, far, 53);
    assertTrue(!host.connections().isOpen(Protocol.UDP, far, GATEWAY, 53 << 16 | port));
  }
}
