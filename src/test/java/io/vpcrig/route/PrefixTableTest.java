package io.vpcrig.route;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.testing.Allocation;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PrefixTableTest {
  /**
   * Small networks whose prefixes nest and collide, with an edge of the address space on each side.
   */
  private static final int[] SITES = {0, 0x0a0a_0100, 0x0a0a_01ff, 0x8000_0000, 0xffff_ff00};

  private static final int[] ASKED = asked();

  private final long seed = System.nanoTime();
  private final SplittableRandom random = new SplittableRandom(seed);
  private final MapRoutes oracle = new MapRoutes();
  private PrefixTable table;

  @BeforeEach
  void makeTable() {
    table = new PrefixTable(1000, 100);
  }

  @Test
  void findsNothingInAnEmptyTable() {
    for (int address : new int[] {0, 1, 0x7fff_ffff, 0x8000_0000, -1}) {
      assertEquals(PrefixTable.NONE, table.find(address));
    }
  }

  @Test
  void findsTheLongestOfNestedPrefixesAndTheNextShorterOnceItIsWithdrawn() {
    int address = Ipv4Text.parse("10.10.1.10");
    for (int length = 0; length <= 32; length++) {
      table.add(address, length, length + 1);
    }
    for (int bit = 0; bit < 32; bit++) {
      // The address differs from the prefixes first in this bit, counted from the left.
      assertEquals(bit + 1, table.find(address ^ 0x8000_0000 >>> bit), "bit " + bit);
    }
    for (int length = 32; length >= 0; length--) {
      assertEquals(length + 1, table.find(address));
      assertEquals(length + 1, table.withdraw(address, length));
    }
    assertEquals(PrefixTable.NONE, table.find(address));
  }

  @Test
  void coversExactlyItsPrefix() {
    for (int length = 0; length <= 32; length++) {
      Cidr prefix = new Cidr(Ipv4Text.parse("172.20.77.129"), length);
      table.add(prefix.address(), length, 7);
      assertEquals(7, table.find(prefix.network()));
      assertEquals(7, table.find(prefix.last()));
      if (length > 0) {
        assertEquals(PrefixTable.NONE, table.find(prefix.network() - 1));
        assertEquals(PrefixTable.NONE, table.find(prefix.last() + 1));
      }
      table.withdraw(prefix.address(), length);
    }
  }

  @Test
  void tellsWhatAPrefixHadBefore() {
    assertEquals(PrefixTable.NONE, table.add(0x0a00_0000, 8, 1));
    assertEquals(1, table.add(0x0a00_0000, 8, 2));
    assertEquals(2, table.withdraw(0x0a00_0000, 8));
    assertEquals(PrefixTable.NONE, table.withdraw(0x0a00_0000, 8));
    assertEquals(0, table.size());
  }

  @Test
  void agreesWithTryingEveryLengthInAMapWhileRoutesComeAndGo() {
    for (int step = 0; step < 4000; step++) {
      Cidr prefix = randomPrefix();
      // Turns between more coming and more going, so that blocks are lent again and again.
      boolean coming = random.nextInt(100) < (step / 500 % 2 == 0 ? 70 : 30);
      if (coming) {
        int nextHop = 1 + random.nextInt(PrefixTable.MAX_NEXT_HOP);
        assertEquals(
            oracle.add(prefix.address(), prefix.length(), nextHop),
            table.add(prefix.address(), prefix.length(), nextHop),
            this::where);
      } else {
        Cidr gone = withdrawn(prefix);
        assertEquals(
            oracle.withdraw(gone.address(), gone.length()),
            table.withdraw(gone.address(), gone.length()),
            this::where);
      }
      assertSameAt(prefix);
      if (step % 500 == 499) {
        oracle.prefixes().forEach(this::assertSameAt);
        assertEquals(oracle.size(), table.size(), this::where);
      }
    }
  }

  @Test
  void eachBatchFormAgreesWithSingleLookups() {
    fillAtRandom(300);
    int[] addresses = new int[700];
    int[] nextHops = new int[700];
    for (int round = 0; round < 300; round++) {
      Arrays.setAll(addresses, i -> randomAddress());
      int count = round < 100 ? round : random.nextInt(600);
      int from = random.nextInt(addresses.length - count + 1);
      for (LookupForm form : LookupForm.values()) {
        Arrays.fill(nextHops, -7);
        table.find(addresses, from, count, nextHops, form);
        for (int i = 0; i < count; i++) {
          assertEquals(table.find(addresses[from + i]), nextHops[i], this::where);
        }
        assertEquals(-7, nextHops[count], "what is behind the batch is left alone");
      }
    }
  }

  @Test
  void splittingAPrefixIntoItsHalvesChangesNothing() {
    fillAtRandom(300);
    int[] before = answers();
    for (Cidr whole : oracle.prefixes()) {
      int half = whole.length() + 1;
      int upper = whole.last() & Cidr.mask(half);
      if (half > 32 || oracle.has(whole.network(), half) || oracle.has(upper, half)) {
        continue;
      }
      int nextHop = table.withdraw(whole.address(), whole.length());
      table.add(whole.network(), half, nextHop);
      table.add(upper, half, nextHop);
      assertArrayEquals(before, answers(), () -> whole + " split, " + where());
      table.add(whole.address(), whole.length(), nextHop);
      table.withdraw(whole.network(), half);
      table.withdraw(upper, half);
      assertArrayEquals(before, answers(), () -> whole + " joined again, " + where());
    }
  }

  @Test
  void addingAndThenWithdrawingRestoresEveryAnswer() {
    fillAtRandom(300);
    for (int round = 0; round < 200; round++) {
      Cidr prefix = randomPrefix();
      if (oracle.has(prefix.address(), prefix.length())) {
        continue;
      }
      int[] before = answers();
      int blocks = table.blocksUsed();
      table.add(prefix.address(), prefix.length(), 5);
      table.withdraw(prefix.address(), prefix.length());
      assertArrayEquals(before, answers(), this::where);
      assertEquals(blocks, table.blocksUsed());
    }
  }

  @Test
  void usesBlocksAgain() {
    table = new PrefixTable(10, 2);
    for (int k = 0; k < 1000; k++) {
      int host = k << 8;
      table.add(host, 32, 1 + k);
      table.add(host | 1, 32, 1 + k);
      assertEquals(1, table.blocksUsed());
      assertEquals(1 + k, table.find(host));
      assertEquals(PrefixTable.NONE, table.find(host | 2), "nothing is left of earlier loans");
      table.withdraw(host, 32);
      table.withdraw(host | 1, 32);
      assertEquals(0, table.blocksUsed());
    }
  }

  @Test
  void refusesABlockTooManyAndStaysAsItWas() {
    table = new PrefixTable(10, 2);
    table.add(0x0100_0001, 32, 1);
    table.add(0x0200_0001, 32, 2);
    int[] before = answers();
    var refusal = assertThrows(IllegalStateException.class, () -> table.add(0x0300_0001, 25, 3));
    assertEquals(
        "no room for 3.0.0.0/25: the table has its maximum of 2 /24s with prefixes longer than 24",
        refusal.getMessage());
    assertArrayEquals(before, answers());
    assertEquals(PrefixTable.NONE, table.find(0x0300_0001));
    assertEquals(2, table.size());
    table.add(0x0200_0002, 32, 4); // Has its block already.
    table.add(0x0300_0000, 24, 5); // Needs none.
    table.withdraw(0x0100_0001, 32);
    table.add(0x0300_0001, 25, 6);
    assertEquals(6, table.find(0x0300_0001));
  }

  @Test
  void refusesARouteTooManyAndStaysAsItWas() {
    table = new PrefixTable(3, 2);
    for (int k = 1; k <= 3; k++) {
      table.add(k << 24, 8, k);
    }
    var refusal = assertThrows(IllegalStateException.class, () -> table.add(0x0400_0000, 32, 4));
    assertEquals(
        "no room for 4.0.0.0/32: the table has its maximum of 3 routes", refusal.getMessage());
    assertEquals(PrefixTable.NONE, table.find(0x0400_0000));
    assertEquals(0, table.blocksUsed());
    assertEquals(3, table.add(0x0300_0000, 8, 9), "an existing one can still be changed");
    assertEquals(9, table.find(0x0300_0001));
  }

  @Test
  void namesWhatIsOutOfRange() {
    refuses("prefix length 33, legal 0..32", () -> table.add(0, 33, 1));
    refuses("prefix length -1, legal 0..32", () -> table.withdraw(0, -1));
    refuses("next hop 0, legal 1..32767", () -> table.add(0, 8, 0));
    refuses("next hop 32768, legal 1..32767", () -> table.add(0, 8, 32_768));
    refuses("maximum of blocks 32769, legal 1..32768", () -> new PrefixTable(1, 32_769));
    refuses("maximum of routes 0, legal 1..268435456", () -> new PrefixTable(0, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> table.find(new int[8], 4, 5, new int[8]));
    assertThrows(IndexOutOfBoundsException.class, () -> table.find(new int[8], 0, 8, new int[7]));
  }

  @Test
  void aTableForTheInternetTakesLessThan128Mebibytes() {
    assertTrue(PrefixTable.forInternet().memoryBytes() <= 128L << 20);
  }

  @Test
  void lookupsAndUpdatesDoNotAllocate() {
    fillAtRandom(300);
    int[] addresses = new int[256];
    int[] nextHops = new int[256];
    Arrays.setAll(addresses, i -> randomAddress());
    Allocation.assertNone(
        20_000,
        () -> {
          table.find(addresses, 0, 256, nextHops, LookupForm.LOOP);
          table.find(addresses, 0, 256, nextHops, LookupForm.GATHER);
          nextHops[0] = table.find(addresses[0]);
          table.add(0x0b00_0001, 32, 1);
          table.withdraw(0x0b00_0001, 32);
        });
  }

  private static void refuses(String message, Runnable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }

  private String where() {
    return "seed " + seed;
  }

  private void fillAtRandom(int routes) {
    for (int k = 0; k < routes; k++) {
      Cidr prefix = randomPrefix();
      int nextHop = 1 + random.nextInt(1000);
      oracle.add(prefix.address(), prefix.length(), nextHop);
      table.add(prefix.address(), prefix.length(), nextHop);
    }
  }

  /** Near a site; long prefixes are the more frequent ones. */
  private Cidr randomPrefix() {
    int length = random.nextInt(8) == 0 ? random.nextInt(33) : 22 + random.nextInt(11);
    return new Cidr(randomAddress(), length);
  }

  private int randomAddress() {
    int site = SITES[random.nextInt(SITES.length)];
    return random.nextInt(16) == 0 ? random.nextInt() : site ^ random.nextInt(1024);
  }

  /** One of the routes most of the time, else the prefix given, which is hardly one. */
  private Cidr withdrawn(Cidr prefix) {
    List<Cidr> routes = oracle.prefixes();
    return routes.isEmpty() || random.nextInt(5) == 0
        ? prefix
        : routes.get(random.nextInt(routes.size()));
  }

  /** Compares the edges of a prefix, what is beside them, and some address inside. */
  private void assertSameAt(Cidr prefix) {
    int inside = prefix.network() | random.nextInt() & ~prefix.mask();
    int[] addresses = {
      prefix.network(), prefix.last(), prefix.network() - 1, prefix.last() + 1, inside
    };
    for (int address : addresses) {
      assertEquals(
          oracle.find(address),
          table.find(address),
          () -> Ipv4Text.format(address) + " beside " + prefix + ", " + where());
    }
  }

  /** What the table answers everywhere near the sites and at random places of the whole space. */
  private int[] answers() {
    int[] nextHops = new int[ASKED.length];
    table.find(ASKED, 0, ASKED.length, nextHops);
    return nextHops;
  }

  private static int[] asked() {
    IntStream near = Arrays.stream(SITES).flatMap(s -> IntStream.range(0, 1024).map(k -> s ^ k));
    return IntStream.concat(near, new SplittableRandom(1).ints(4096)).toArray();
  }
}
