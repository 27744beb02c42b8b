package io.vpcrig.live.vrrp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Redundancy;
import io.vpcrig.model.Redundancy.Authentication;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Advertisements against those that keepalived 2.2.7 sent for the same settings, as tcpdump wrote
 * them down: router 10.10.1.3 is the first to work, with priority 100 and secret s3cretpw.
 */
final class AdvertisementCodecTest {
  private static final int THEIRS = Ipv4Text.parse("10.10.1.3");
  private static final int OURS = Ipv4Text.parse("10.10.1.2");
  private static final List<Integer> GATEWAYS =
      List.of(Ipv4Text.parse("10.10.1.1"), Ipv4Text.parse("10.10.2.1"));

  private static final String PLAIN =
      """
      45c0002c00010000ff70cf810a0a0103e0000012
      21336402000163b30a0a01010a0a02010000000000000000
      """;

  private static final String PASSWORD =
      """
      45c0002c00010000ff70cf810a0a0103e0000012
      213364020101b6210a0a01010a0a02017333637265747077
      """;

  private static final String AH =
      """
      45c0004400010000ff33cfa60a0a0103e0000012
      700400000a0a010300000001d9ecd490caf73b3c808b921c
      21336402020161b30a0a01010a0a02010000000000000000
      """;

  private static final String THIRD =
      """
      45c0002400010000ff70cf890a0a0103e0000012
      31336402001468000a0a01010a0a0201
      """;

  private static final Redundancy WITH_AH = Settings.second(Authentication.AH, "s3cretpw");

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
  }

  private static void assertIsKeepaliveds(String hex, Redundancy settings) {
    AdvertisementCodec theirs = new AdvertisementCodec(settings, THEIRS);
    assertEquals(
        HexFormat.of().formatHex(bytes(hex)),
        HexFormat.of().formatHex(theirs.encode(100, GATEWAYS)));
    assertEquals(
        Optional.of(
            new Advertisement(
                THEIRS, settings.version(), 51, 100, settings.intervalCs(), GATEWAYS)),
        new AdvertisementCodec(settings, OURS).decode(bytes(hex)));
  }

  @Test
  void version2WithoutAuthenticationIsKeepaliveds() {
    assertIsKeepaliveds(PLAIN, Settings.second(Authentication.NONE, ""));
  }

  @Test
  void version2WithAPasswordIsKeepaliveds() {
    assertIsKeepaliveds(PASSWORD, Settings.second(Authentication.PASSWORD, "s3cretpw"));
  }

  @Test
  void version2WithAnAuthenticationHeaderIsKeepaliveds() {
    assertIsKeepaliveds(AH, WITH_AH);
  }

  @Test
  void version3IsKeepaliveds() {
    assertIsKeepaliveds(THIRD, Settings.third(100, 20, false));
  }

  @Test
  void paddingOfShortFramesIsNoPartOfIt() {
    byte[] padded = java.util.Arrays.copyOf(bytes(AH), 90);
    padded[80] = 7;
    assertTrue(new AdvertisementCodec(WITH_AH, OURS).decode(padded).isPresent());
  }

  @Test
  void aRouterThatTakesOverCountsOnFromWhatItHeard() {
    AdvertisementCodec theirs = new AdvertisementCodec(WITH_AH, THEIRS);
    AdvertisementCodec ours = new AdvertisementCodec(WITH_AH, OURS);
    for (int k = 0; k < 5; k++) {
      assertTrue(ours.decode(theirs.encode(100, GATEWAYS)).isPresent());
    }
    assertTrue(theirs.decode(ours.encode(100, GATEWAYS)).isPresent());
  }

  @Test
  void aReplayIsRefused() {
    AdvertisementCodec ours = new AdvertisementCodec(WITH_AH, OURS);
    assertTrue(ours.decode(bytes(AH)).isPresent());
    assertRefused(Refusal.REPLAYED, ours, bytes(AH));
  }

  private static void assertRefused(Refusal why, AdvertisementCodec codec, byte[] datagram) {
    assertEquals(Optional.empty(), codec.decode(datagram));
    assertEquals(why, codec.refusal());
  }

  @ParameterizedTest
  @CsvSource({
    // Of AH: next header, length, index, digest; of VRRP: type, id, priority; of IP: all is signed.
    "20, 06, MALFORMED",
    "21, 05, MALFORMED",
    "27, 09, AUTHENTICATION",
    "33, 00, AUTHENTICATION",
    "44, 22, MALFORMED",
    "44, 31, VERSION",
    "45, 34, FOREIGN",
    "46, 65, CHECKSUM",
    "4, 7, MALFORMED",
    "0, 65, MALFORMED",
  })
  void aChangedOctetIsRefused(int at, String octet, Refusal why) {
    byte[] changed = bytes(AH);
    changed[at] = (byte) Integer.parseInt(octet, 16);
    assertRefused(why, new AdvertisementCodec(WITH_AH, OURS), changed);
  }

  @Test
  void anotherSecretAnotherKindAnotherIntervalAndOnesOwnAreRefused() {
    assertRefused(
        Refusal.AUTHENTICATION,
        new AdvertisementCodec(Settings.second(Authentication.AH, "other"), OURS),
        bytes(AH));
    assertRefused(
        Refusal.AUTHENTICATION,
        new AdvertisementCodec(Settings.second(Authentication.PASSWORD, "other"), OURS),
        bytes(PASSWORD));
    assertRefused(
        Refusal.AUTHENTICATION_TYPE, new AdvertisementCodec(WITH_AH, OURS), bytes(PASSWORD));
    assertRefused(Refusal.AUTHENTICATION_TYPE, new AdvertisementCodec(WITH_AH, OURS), bytes(PLAIN));
    assertRefused(Refusal.OWN, new AdvertisementCodec(WITH_AH, THEIRS), bytes(AH));
    Redundancy slow = Settings.of(2, 100, 200, false, 0, Authentication.NONE, "");
    assertRefused(Refusal.INTERVAL, new AdvertisementCodec(slow, OURS), bytes(PLAIN));
  }

  @Test
  void whatCameThroughARouterIsRefused() {
    byte[] far = bytes(THIRD);
    far[8] = (byte) 254;
    far[10]++; // One less in the high octet of a word is one more in that of its checksum.
    assertRefused(
        Refusal.FORWARDED, new AdvertisementCodec(Settings.third(100, 20, false), OURS), far);
  }

  @Test
  void version3IsCheckedWithItsPseudoHeader() {
    byte[] other = bytes(THIRD);
    other[15]++; // The source; so the IP checksum is one less.
    other[11]--;
    assertRefused(
        Refusal.CHECKSUM, new AdvertisementCodec(Settings.third(100, 20, false), OURS), other);
  }

  /** Whatever comes is refused or is an advertisement that is written as it was read. */
  @Test
  void noDatagramUpsetsIt() {
    long seed = 20_261_126;
    SplittableRandom random = new SplittableRandom(seed);
    String[] seeds = {PLAIN, PASSWORD, AH, THIRD};
    Redundancy[] settings = {
      Settings.second(Authentication.NONE, ""),
      Settings.second(Authentication.PASSWORD, "s3cretpw"),
      WITH_AH,
      Settings.third(100, 20, false)
    };
    int taken = 0;
    for (int round = 0; round < 200_000; round++) {
      int kind = random.nextInt(seeds.length);
      byte[] datagram = bytes(seeds[kind]);
      for (int k = random.nextInt(4); k > 0; k--) {
        datagram[random.nextInt(datagram.length)] = (byte) random.nextInt(256);
      }
      if (random.nextInt(4) == 0) {
        datagram = java.util.Arrays.copyOf(datagram, random.nextInt(datagram.length + 8));
      }
      try {
        AdvertisementCodec codec = new AdvertisementCodec(settings[kind], OURS);
        Optional<Advertisement> read = codec.decode(datagram);
        if (read.isPresent()) {
          taken++;
          assertEquals(settings[kind].version(), read.get().version());
        }
      } catch (RuntimeException e) {
        fail("seed " + seed + ": " + HexFormat.of().formatHex(datagram), e);
      }
    }
    assertTrue(taken > 30_000, taken + " were advertisements");
  }

  @Test
  void randomAdvertisementsAreReadAsWritten() {
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 2_000; round++) {
      boolean second = random.nextBoolean();
      Authentication authentication =
          second ? Authentication.values()[random.nextInt(3)] : Authentication.NONE;
      Redundancy settings =
          Settings.of(
              second ? 2 : 3,
              100,
              second ? 100 * random.nextInt(1, 256) : random.nextInt(1, 4096),
              false,
              0,
              authentication,
              authentication == Authentication.NONE ? "" : "pw" + random.nextInt(1_000_000));
      List<Integer> addresses = random.ints(random.nextInt(0, 256)).boxed().toList();
      int priority = random.nextInt(0, 256);
      byte[] datagram = new AdvertisementCodec(settings, THEIRS).encode(priority, addresses);
      assertEquals(
          Optional.of(
              new Advertisement(
                  THEIRS, settings.version(), 51, priority, settings.intervalCs(), addresses)),
          new AdvertisementCodec(settings, OURS).decode(datagram));
      byte[] again = datagram.clone();
      new AdvertisementCodec(settings, OURS).decode(again);
      assertArrayEquals(datagram, again, "reading changed it");
    }
  }
}
