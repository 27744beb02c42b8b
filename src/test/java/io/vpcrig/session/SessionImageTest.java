package io.vpcrig.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.header.Ipv4;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionImageTest {
  private static final long SECOND = 1_000_000_000L;
  private static final int CLIENT = 0x0a0a0105;
  private static final int SERVER = 0xcb007101;
  private static final int PUBLIC = 0xcb00710a;
  private static final int PORTS = 40_000 << 16 | 443;
  private static final int REPLY_PORTS = 443 << 16 | 1024;

  private final SessionTable here = new SessionTable(100, SessionListener.NONE);
  private final SessionTable there = new SessionTable(100, SessionListener.NONE);

  @AfterEach
  void close() {
    here.close();
    there.close();
  }

  private int translated() {
    int number =
        here.create(
            CLIENT, SERVER, PORTS, SERVER, PUBLIC, REPLY_PORTS, Ipv4.TCP, 5 * SECOND, 105 * SECOND);
    here.setState(number, SessionState.ESTABLISHED);
    here.setSeenReply(number);
    here.setAssured(number);
    here.setNat(number, 3);
    here.setWay(number, 1, 4, 2, CLIENT, 0x0200_0a0a_0105L, 0);
    return number;
  }

  private static ByteBuffer image(SessionTable table, int number, long nowNs) {
    ByteBuffer bytes = ByteBuffer.allocate(SessionImage.LENGTH);
    SessionImage.write(table, number, nowNs, bytes);
    assertFalse(bytes.hasRemaining());
    return bytes.flip();
  }

  /** The other router's clock is 1000 s ahead. */
  private int restore(ByteBuffer image, boolean replace) {
    return SessionImage.restore(there, image, 1015 * SECOND, 5, 7, replace);
  }

  @Test
  void theOtherTableFindsItFromBothDirectionsWithAllThatMatters() {
    int number = restore(image(here, translated(), 15 * SECOND), false);
    assertEquals(number << 1, there.find(CLIENT, SERVER, PORTS, Ipv4.TCP, 1015 * SECOND));
    assertEquals(number << 1 | 1, there.find(SERVER, PUBLIC, REPLY_PORTS, Ipv4.TCP, 1015 * SECOND));
    assertEquals(PUBLIC, there.newSource(number, 0));
    assertEquals(SessionState.ESTABLISHED, there.state(number));
    assertTrue(there.hasSeenReply(number) && there.isAssured(number));
    assertEquals(3, there.nat(number));
    assertEquals(1105 * SECOND, there.expiresNs(number));
    assertEquals(1005 * SECOND, there.startedNs(number));
    assertEquals(7, there.generation(number));
    assertEquals(SessionTable.NONE, there.rule(number));
    assertTrue(there.lacksWay(number), "its ways are found at its first packet");
    assertEquals(2, there.home(number, 1));
  }

  @Test
  void aHomeThatIsNoSegmentIsNone() {
    ByteBuffer image = image(here, translated(), 15 * SECOND);
    int number = SessionImage.restore(there, image, 1015 * SECOND, 2, 7, false);
    assertEquals(SessionTable.NONE, there.home(number, 1));
  }

  @Test
  void aLaterImageChangesTheSession() {
    int number = translated();
    int restored = restore(image(here, number, 15 * SECOND), true);
    here.setState(number, SessionState.CLOSE);
    here.setExpiresNs(number, 25 * SECOND);
    assertEquals(SessionImage.TAKEN, restore(image(here, number, 15 * SECOND), false));
    assertEquals(restored, restore(image(here, number, 15 * SECOND), true));
    assertEquals(SessionState.CLOSE, there.state(restored));
    assertEquals(1025 * SECOND, there.expiresNs(restored));
    assertEquals(1, there.size());
  }

  @Test
  void anotherConnectionOfTheSameTupleIsNotAnsweredBecauseTheOneBeforeWas() {
    int number = translated();
    restore(image(here, number, 15 * SECOND), true);
    here.end(number);
    int next =
        here.create(CLIENT, SERVER, PORTS, SERVER, PUBLIC, REPLY_PORTS, Ipv4.TCP, 0, 105 * SECOND);
    here.setState(next, SessionState.SYN_SENT);
    int restored = restore(image(here, next, 15 * SECOND), true);
    assertFalse(there.hasSeenReply(restored) || there.isAssured(restored));
    assertEquals(1, there.size());
  }

  @Test
  void sessionsThatHaveATupleOfItGiveWayOnlyIfTheyMay() {
    int other = CLIENT + 1;
    int inTheWay =
        there.create(
            other,
            SERVER,
            PORTS,
            SERVER,
            PUBLIC,
            REPLY_PORTS,
            Ipv4.TCP,
            1000 * SECOND,
            2000 * SECOND);
    ByteBuffer image = image(here, translated(), 15 * SECOND);
    assertEquals(SessionImage.TAKEN, restore(image, false));
    assertTrue(there.isInUse(inTheWay));
    int number = restore(image.rewind(), true);
    assertTrue(number >= 0);
    assertEquals(SessionTable.NONE, there.find(other, SERVER, PORTS, Ipv4.TCP, 1015 * SECOND));
    assertEquals(1, there.size());
  }

  @Test
  void aNameEndsItsSessionAndNoOther() {
    int number = translated();
    restore(image(here, number, 15 * SECOND), true);
    ByteBuffer name = ByteBuffer.allocate(2 * SessionImage.NAME_LENGTH);
    name.putInt(SERVER).putInt(PUBLIC).putInt(REPLY_PORTS).put((byte) Ipv4.TCP);
    SessionImage.writeName(here, number, name);
    name.flip();
    SessionImage.end(there, name, 1015 * SECOND);
    assertEquals(1, there.size(), "the name of replies is none");
    SessionImage.end(there, name, 1015 * SECOND);
    assertEquals(0, there.size());
  }

  @Test
  void whatIsOverOrHasNoStateOfItsProtocolIsRefused() {
    int number = translated();
    assertEquals(SessionImage.ILLEGAL, restore(image(here, number, 105 * SECOND), true));
    for (int state = 0; state < 256; state++) {
      ByteBuffer image = image(here, number, 15 * SECOND).put(25, (byte) state);
      boolean tcp = state >= 1 && state <= 9 || state >= 12 && state < SessionState.COUNT;
      assertEquals(!tcp, restore(image, true) == SessionImage.ILLEGAL, "TCP " + state);
      image.rewind().put(24, (byte) Ipv4.UDP);
      boolean udp = state == 10 || state == 11;
      assertEquals(!udp, restore(image, true) == SessionImage.ILLEGAL, "UDP " + state);
    }
  }

  @Test
  void anyBytesAreASessionOrRefused() {
    SplittableRandom random = new SplittableRandom(11);
    byte[] bytes = new byte[SessionImage.LENGTH];
    int restored = 0;
    for (int round = 0; round < 20_000; round++) {
      random.nextBytes(bytes);
      bytes[24] = (byte) (random.nextBoolean() ? Ipv4.TCP : Ipv4.UDP);
      bytes[25] = (byte) random.nextInt(24);
      bytes[32] &= 0x7f;
      bytes[40] &= 0x7f;
      int number = restore(ByteBuffer.wrap(bytes), random.nextBoolean());
      if (number >= 0) {
        restored++;
        assertTrue(there.isInUse(number));
      }
      assertTrue(there.size() <= 100);
    }
    assertTrue(restored > 100, restored + " restored");
  }
}
