package io.vpcrig.nat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.model.Ipv4Text;
import io.vpcrig.testing.Allocation;
import io.vpcrig.testing.VpcBuilder;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SourcePortChooserTest {
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int ICMP = 1;
  private static final int GUEST = Ipv4Text.parse("10.10.1.10");
  private static final int OTHER = Ipv4Text.parse("10.10.1.11");
  private static final int SERVER = Ipv4Text.parse("198.51.100.50");
  private static final int FIRST = Ipv4Text.parse("203.0.113.10");
  private static final int SECOND = Ipv4Text.parse("203.0.113.11");

  /** Reply tuples of the connections there are. */
  private record Tuple(int source, int destination, int ports, int protocol) {}

  private final Set<Tuple> taken = new HashSet<>();
  private final TupleInUse sessions = (s, d, ports, p) -> taken.contains(new Tuple(s, d, ports, p));

  @Test
  void keepsTheSourcePortWhereItIsFree() {
    assertEquals(40_000, connect(GUEST, 40_000, 80, TCP));
    assertEquals(1, connect(GUEST, 1, 80, TCP));
    assertEquals(0, connect(GUEST, 0, 80, TCP));
  }

  @Test
  void keepsThePortForAnotherDestinationPortOrProtocol() {
    assertEquals(40_000, connect(GUEST, 40_000, 80, TCP));
    assertEquals(40_000, connect(OTHER, 40_000, 81, TCP));
    assertEquals(40_000, connect(OTHER, 40_000, 80, UDP));
  }

  @Test
  void takesAnotherPortOfTheSameClassInAClash() {
    assertClass(40_000, 1024, 65_535);
    assertClass(1024, 1024, 65_535);
    assertClass(1023, 600, 1023);
    assertClass(512, 600, 1023);
    assertClass(511, 1, 511);
    assertClass(0, 1, 511);
  }

  @Test
  void choosesTheSameForTheSameConnections() {
    connect(GUEST, 40_000, 80, TCP);
    int chosen = connect(OTHER, 40_000, 80, TCP);
    taken.clear();
    connect(GUEST, 40_000, 80, TCP);
    assertEquals(chosen, connect(OTHER, 40_000, 80, TCP));
  }

  @Test
  void refusesOnlyWhenEveryPortOfTheClassIsInUse() {
    Set<Integer> ports = new HashSet<>();
    ports.add(connect(GUEST, 700, 80, TCP));
    for (int k = 1; k < 424; k++) {
      assertTrue(ports.add(connect(GUEST + k, 700, 80, TCP)), "port given twice");
    }
    assertEquals(-1, connect(GUEST + 500, 700, 80, TCP));
    assertEquals(700, connect(GUEST + 500, 700, 81, TCP));
  }

  @Test
  void usesNearlyAll64512HighPortsTowardsOneDestination() {
    Set<Integer> ports = new HashSet<>();
    int chosen = connect(GUEST, 1024, 80, UDP);
    while (chosen != -1) {
      assertTrue(ports.add(chosen), "port given twice");
      chosen = connect(GUEST + ports.size(), 1024, 80, UDP);
    }
    assertTrue(ports.size() > 0.99 * 64_512, "first refusal after " + ports.size());
  }

  @Test
  void neverLooksLongerThanItSays() {
    int[] looks = {0};
    TupleInUse full =
        (s, d, ports, p) -> {
          looks[0]++;
          return true;
        };
    for (int port : new int[] {80, 700, 40_000}) {
      looks[0] = 0;
      assertEquals(
          SourcePortChooser.EXHAUSTED,
          SourcePortChooser.choose(FIRST, GUEST, SERVER, port << 16 | 80, TCP, full));
      assertEquals(1 + (port == 80 ? 511 : port == 700 ? 424 : 1024), looks[0]);
    }
  }

  @Test
  void goesOnToTheNextAddressWhenOneIsUsedUp() {
    NatTable table =
        NatCompiler.compile(VpcBuilder.probe().sourceNat("203.0.113.10", "203.0.113.11").build());
    for (int port = 600; port < 1024; port++) {
      taken.add(new Tuple(SERVER, FIRST, 80 << 16 | port, TCP));
    }
    long choice = SourcePortChooser.choose(table, GUEST, SERVER, 700 << 16 | 80, TCP, sessions);
    assertEquals(SECOND, SourcePortChooser.address(choice));
    assertEquals(700 << 16 | 80, SourcePortChooser.ports(choice));
    for (int port = 512; port < 1024; port++) {
      taken.add(new Tuple(SERVER, SECOND, 80 << 16 | port, TCP));
    }
    assertEquals(
        SourcePortChooser.EXHAUSTED,
        SourcePortChooser.choose(table, GUEST, SERVER, 700 << 16 | 80, TCP, sessions));
  }

  @Test
  void translatesTheIdentifierOfAnEcho() {
    int request = 7 << 16 | 8 << 8;
    taken.add(new Tuple(SERVER, FIRST, 7 << 16, ICMP));
    long choice = SourcePortChooser.choose(FIRST, OTHER, SERVER, request, ICMP, sessions);
    assertNotEquals(7, SourcePortChooser.ports(choice) >>> 16);
    assertEquals(8 << 8, SourcePortChooser.ports(choice) & 0xffff);
    long free = SourcePortChooser.choose(FIRST, OTHER, SERVER, 9 << 16 | 8 << 8, ICMP, sessions);
    assertEquals(9 << 16 | 8 << 8, SourcePortChooser.ports(free));
  }

  @Test
  void repliesToQueriesHaveTheOtherType() {
    int[][] pairs = {{8, 0}, {13, 14}, {15, 16}, {17, 18}};
    for (int[] pair : pairs) {
      int query = 5 << 16 | pair[0] << 8;
      int answer = 5 << 16 | pair[1] << 8;
      assertEquals(answer, SourcePortChooser.reply(query, ICMP));
      assertEquals(query, SourcePortChooser.reply(answer, ICMP));
    }
  }

  @Test
  void hasNothingToChooseForProtocolsWithoutPorts() {
    assertEquals(0, SourcePortChooser.ports(gre()));
    taken.add(new Tuple(SERVER, FIRST, 0, 47));
    assertEquals(SourcePortChooser.EXHAUSTED, gre());
  }

  @Test
  void neverGivesTwoConnectionsTheSameReplies() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    int[] protocols = {TCP, UDP, ICMP};
    for (int k = 0; k < 20_000; k++) {
      int protocol = protocols[random.nextInt(3)];
      int server = SERVER + random.nextInt(2);
      int port = random.nextInt(4) == 0 ? random.nextInt(1024) : 1024 + random.nextInt(3_000);
      int ports = port << 16 | (protocol == ICMP ? 8 << 8 : 80);
      long choice = SourcePortChooser.choose(FIRST, GUEST + k, server, ports, protocol, sessions);
      if (choice != SourcePortChooser.EXHAUSTED) {
        int reply = SourcePortChooser.reply(SourcePortChooser.ports(choice), protocol);
        assertTrue(
            taken.add(new Tuple(server, SourcePortChooser.address(choice), reply, protocol)),
            () -> "seed " + seed);
      }
    }
  }

  @Test
  void choosesWithoutAllocating() {
    TupleInUse mostlyTaken = (s, d, ports, p) -> (ports & 0xff) != 3;
    int[] next = {0};
    long[] sum = {0};
    Allocation.assertNone(
        5_000,
        () -> {
          int ports = next[0]++ << 16 | 80;
          sum[0] += SourcePortChooser.choose(FIRST, GUEST, SERVER, ports, TCP, mostlyTaken);
        });
  }

  private void assertClass(int port, int from, int to) {
    taken.clear();
    assertEquals(port, connect(GUEST, port, 80, TCP));
    for (int k = 1; k < 50; k++) {
      int chosen = connect(GUEST + k, port, 80, TCP);
      assertTrue(chosen >= from && chosen <= to && chosen != port, port + " became " + chosen);
    }
  }

  private int connect(int guest, int port, int to, int protocol) {
    long choice =
        SourcePortChooser.choose(FIRST, guest, SERVER, port << 16 | to, protocol, sessions);
    if (choice == SourcePortChooser.EXHAUSTED) {
      return -1;
    }
    assertEquals(FIRST, SourcePortChooser.address(choice));
    assertEquals(to, SourcePortChooser.ports(choice) & 0xffff);
    int chosen = SourcePortChooser.ports(choice) >>> 16;
    taken.add(new Tuple(SERVER, FIRST, to << 16 | chosen, protocol));
    return chosen;
  }

  private long gre() {
    return SourcePortChooser.choose(FIRST, GUEST, SERVER, 0, 47, sessions);
  }
}
