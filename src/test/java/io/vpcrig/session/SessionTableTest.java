package io.vpcrig.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.frame.BytesLedger;
import io.vpcrig.header.Ipv4;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionTableTest {
  private static final long SECOND = 1_000_000_000L;
  private static final int CLIENT = 0x0a0a0105;
  private static final int SERVER = 0x0a0a0209;
  private static final int PUBLIC = 0xcb00710a;
  private static final int PORTS = 40_000 << 16 | 443;

  private final List<Integer> closed = new ArrayList<>();
  private final long heldBefore = BytesLedger.heldBytes();
  private final SessionTable table = new SessionTable(100, (t, number) -> closed.add(number));

  @AfterEach
  void givesItsMemoryBack() {
    table.close();
    assertEquals(heldBefore, BytesLedger.heldBytes());
  }

  @Test
  void findsASessionFromBothDirections() {
    int number = plain(PORTS, 10 * SECOND);
    assertEquals(number << 1, find(CLIENT, SERVER, PORTS, 0));
    assertEquals(number << 1 | 1, find(SERVER, CLIENT, Tuples.invertPorts(PORTS, Ipv4.TCP), 0));
    assertEquals(SessionTable.NONE, find(SERVER, CLIENT, PORTS, 0));
    assertEquals(SessionTable.NONE, table.find(CLIENT, SERVER, PORTS, Ipv4.UDP, 0));
  }

  @Test
  void rewritesEachDirectionToTheInverseOfTheOther() {
    int number =
        table.create(CLIENT, SERVER, PORTS, SERVER, PUBLIC, 443 << 16 | 1024, Ipv4.TCP, 0, 0);
    assertEquals(PUBLIC, table.newSource(number, 0));
    assertEquals(SERVER, table.newDestination(number, 0));
    assertEquals(1024 << 16 | 443, table.newPorts(number, 0));
    assertEquals(SERVER, table.newSource(number, 1));
    assertEquals(CLIENT, table.newDestination(number, 1));
    assertEquals(443 << 16 | 40_000, table.newPorts(number, 1));
  }

  @Test
  void aSessionIsOverAtItsEndWhetherSweptOrNot() {
    int number = plain(PORTS, 10 * SECOND);
    assertEquals(number << 1, find(CLIENT, SERVER, PORTS, 10 * SECOND - 1));
    assertEquals(1, table.size());
    assertEquals(SessionTable.NONE, find(CLIENT, SERVER, PORTS, 10 * SECOND));
    assertEquals(List.of(number), closed);
    assertEquals(0, table.size());
  }

  @Test
  void theWheelGivesBackWhatNobodyAsksFor() {
    for (int k = 0; k < 50; k++) {
      plain(PORTS + k, (k + 1) * 3_600L * SECOND);
    }
    for (int hour = 0; hour <= 50; hour++) {
      table.expire(hour * 3_600L * SECOND + 4 * SECOND, Integer.MAX_VALUE);
      assertEquals(50 - hour, table.size());
    }
  }

  @Test
  void sweepingLooksAtNoMoreThanItsLimit() {
    for (int k = 0; k < 50; k++) {
      plain(PORTS + k, SECOND);
    }
    table.expire(100 * SECOND, 20);
    assertEquals(30, table.size());
  }

  @Test
  void refusesATupleThatALiveSessionHas() {
    plain(PORTS, 10 * SECOND);
    assertEquals(
        SessionTable.TAKEN,
        table.create(1, 2, 3, SERVER, CLIENT, Tuples.invertPorts(PORTS, Ipv4.TCP), Ipv4.TCP, 0, 0));
    assertTrue(
        table.create(
                1,
                2,
                3,
                SERVER,
                CLIENT,
                Tuples.invertPorts(PORTS, Ipv4.TCP),
                Ipv4.TCP,
                10 * SECOND,
                10 * SECOND)
            >= 0);
  }

  @Test
  void aHostTalkingToItselfHasOneEntry() {
    int number =
        table.create(CLIENT, CLIENT, 0x50005, CLIENT, CLIENT, 0x50005, Ipv4.UDP, 0, SECOND);
    assertEquals(number << 1, table.find(CLIENT, CLIENT, 0x50005, Ipv4.UDP, 0));
    table.end(number);
    assertEquals(SessionTable.NONE, table.find(CLIENT, CLIENT, 0x50005, Ipv4.UDP, 0));
    assertEquals(0, table.index().size());
  }

  @Test
  void whenFullOneThatIsNotAssuredGivesWay() {
    for (int k = 0; k < 100; k++) {
      int number = plain(PORTS + k, 10 * SECOND);
      if (k != 37) {
        table.setAssured(number);
      }
    }
    int before = closed.size();
    int tries = 0;
    int number = SessionTable.FULL;
    // The one that may go is found only from tuples whose home is near it.
    while (number == SessionTable.FULL) {
      number = plain(PORTS + 1000 + tries++, 10 * SECOND);
    }
    assertEquals(List.of(37), closed.subList(before, closed.size()));
    assertEquals(1, table.droppedEarly());
    assertEquals(100, table.size());
    assertEquals(SessionTable.NONE, find(CLIENT, SERVER, PORTS + 37, 0));
    table.setAssured(number);
    assertEquals(SessionTable.FULL, plain(PORTS + 5000, 10 * SECOND));
  }

  @Test
  void whenFullSessionsThatAreOverGoFirstWhateverWasSwept() {
    for (int k = 0; k < 100; k++) {
      table.setAssured(plain(PORTS + k, (k == 50 ? 5 : 10) * SECOND));
    }
    assertEquals(SessionTable.FULL, createAt(PORTS + 1000, 4 * SECOND));
    assertTrue(createAt(PORTS + 1000, 9 * SECOND) >= 0);
    assertEquals(List.of(50), closed);
    assertEquals(0, table.droppedEarly());
  }

  @Test
  void anEndedNumberStaysReadableForManyCreations() {
    int first = plain(PORTS, SECOND);
    table.count(first, 0, 60);
    table.end(first);
    for (int k = 0; k < SessionTable.REUSE_DISTANCE - 1; k++) {
      int number = plain(PORTS + k, SECOND);
      assertFalse(number == first);
      table.end(number);
    }
    assertEquals(CLIENT, table.source(first, 0));
    assertEquals(60, table.bytes(first, 0));
    assertFalse(table.isInUse(first));
  }

  @Test
  void keepsEveryFieldOfARecordApart() {
    int a = plain(PORTS, SECOND);
    int b = plain(PORTS + 1, SECOND);
    table.setHop(a, 0, 3, 0xffff_ffff_ffffL, -1);
    table.setHop(a, 1, SessionTable.NONE, 0x0200_0000_0001L, 7);
    table.setDecision(a, 99, 11, 12, 13, 14, 15, 16);
    table.setNat(a, 255);
    table.setState(a, 9);
    table.setSeenReply(a);
    table.count(a, 0, 100);
    table.count(a, 1, 200);
    table.count(a, 1, 300);

    assertEquals(3, table.outSegment(a, 0));
    assertEquals(0xffff_ffff_ffffL, table.nextHopMac(a, 0));
    assertEquals(-1, table.nextHopEndpoint(a, 0));
    assertEquals(SessionTable.NONE, table.outSegment(a, 1));
    assertEquals(0x0200_0000_0001L, table.nextHopMac(a, 1));
    assertEquals(7, table.nextHopEndpoint(a, 1));
    assertEquals(List.of(11, 12), List.of(table.list(a), table.rule(a)));
    assertEquals(List.of(13, 14), List.of(table.egressList(a), table.egressRule(a)));
    assertEquals(List.of(15, 16), List.of(table.ingressList(a), table.ingressRule(a)));
    assertEquals(255, table.nat(a));
    assertEquals(99, table.generation(a));
    assertEquals(9, table.state(a));
    assertTrue(table.hasSeenReply(a));
    assertFalse(table.isAssured(a));
    assertEquals(List.of(1L, 2L), List.of(table.packets(a, 0), table.packets(a, 1)));
    assertEquals(List.of(100L, 500L), List.of(table.bytes(a, 0), table.bytes(a, 1)));
    assertEquals(SECOND, table.expiresNs(a));
    assertEquals(CLIENT, table.source(a, 0));
    assertEquals(Ipv4.TCP, table.protocol(a));

    assertEquals(SessionTable.NONE, table.outSegment(b, 0));
    assertEquals(SessionTable.NONE, table.list(b));
    assertEquals(0, table.packets(b, 1));
  }

  @Test
  void drainingTellsTheListenerOfEachSessionOnce() {
    for (int k = 0; k < 10; k++) {
      plain(PORTS + k, SECOND);
    }
    table.end(4);
    List<Integer> seen = new ArrayList<>();
    table.forEach(seen::add);
    assertEquals(List.of(0, 1, 2, 3, 5, 6, 7, 8, 9), seen);
    table.drain();
    assertEquals(List.of(4, 0, 1, 2, 3, 5, 6, 7, 8, 9), closed);
    assertEquals(0, table.size());
    assertEquals(10, table.created());
    assertEquals(0, table.index().size());
  }

  @Test
  void namesTheLegalCapacities() {
    var error =
        assertThrows(
            IllegalArgumentException.class, () -> new SessionTable(0, SessionListener.NONE));
    assertEquals("session capacity 0, legal 1..10000000", error.getMessage());
  }

  @Test
  void invertsPortsOfQueriesAndOfPortProtocolsOnly() {
    assertEquals(443 << 16 | 40_000, Tuples.invertPorts(PORTS, Ipv4.TCP));
    assertEquals(443 << 16 | 40_000, Tuples.invertPorts(PORTS, Ipv4.UDP));
    assertEquals(0, Tuples.invertPorts(PORTS, 47));
    int id = 0xbeef_0000;
    int[][] pairs = {{8, 0}, {13, 14}, {15, 16}, {17, 18}};
    for (int[] pair : pairs) {
      assertEquals(id | pair[1] << 8 | 3, Tuples.invertPorts(id | pair[0] << 8 | 3, Ipv4.ICMP));
      assertEquals(id | pair[0] << 8 | 3, Tuples.invertPorts(id | pair[1] << 8 | 3, Ipv4.ICMP));
    }
    assertEquals(0, Tuples.invertPorts(id | 3 << 8, Ipv4.ICMP));
    assertEquals(0, Tuples.invertPorts(id | 255 << 8, Ipv4.ICMP));
  }

  private int plain(int ports, long expiresNs) {
    int number = createAt(ports, 0);
    if (number >= 0) {
      table.setExpiresNs(number, expiresNs);
    }
    return number;
  }

  private int createAt(int ports, long nowNs) {
    return table.create(
        CLIENT,
        SERVER,
        ports,
        SERVER,
        CLIENT,
        Tuples.invertPorts(ports, Ipv4.TCP),
        Ipv4.TCP,
        nowNs,
        nowNs);
  }

  private int find(int source, int destination, int ports, long nowNs) {
    return table.find(source, destination, ports, Ipv4.TCP, nowNs);
  }
}
