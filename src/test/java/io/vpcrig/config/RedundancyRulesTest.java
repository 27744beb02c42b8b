package io.vpcrig.config;

import static io.vpcrig.config.Refusals.BASE;
import static io.vpcrig.config.Refusals.accepts;
import static io.vpcrig.config.Refusals.refuses;
import static io.vpcrig.config.Refusals.warns;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Redundancy;
import io.vpcrig.model.Redundancy.Authentication;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Vpc;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedundancyRulesTest {
  private static Vpc vpc(String section) {
    return accepts(BASE + "redundancy: {" + section + "}\n");
  }

  private static Redundancy read(String section) {
    return vpc(section).redundancy().orElseThrow();
  }

  @Test
  void whatIsNotGivenIsCloudStacks() {
    assertEquals(Optional.empty(), accepts(BASE).redundancy());
    assertEquals(
        new Redundancy(
            "web",
            Optional.empty(),
            51,
            2,
            100,
            100,
            false,
            Duration.ZERO,
            Authentication.NONE,
            "",
            false),
        read("id: 51"));
  }

  @Test
  void readsWhatIsGiven() {
    assertEquals(
        new Redundancy(
            "public",
            Optional.of(Ipv4Text.parse("203.0.113.11")),
            7,
            3,
            254,
            3,
            true,
            Duration.ofSeconds(20),
            Authentication.NONE,
            "",
            true),
        read(
            "segment: public, address: 203.0.113.11, id: 7, version: 3, priority: 254,"
                + " interval: 30ms, preempt: true, preempt-delay: 20s, virtual-mac: true"));
  }

  @Test
  void theGatewaysOfAllTiersAreAdvertised() {
    assertEquals(
        List.of(Ipv4Text.parse("10.10.1.1"), Ipv4Text.parse("10.10.2.1")),
        Redundancy.virtualAddresses(vpc("id: 51")));
  }

  @Test
  void gatewaysHaveTheVirtualMacIfSoWanted() {
    Vpc vpc = vpc("id: 7, virtual-mac: true");
    List<Segment> segments = vpc.redundancy().orElseThrow().applyTo(vpc).segments();
    for (Segment segment : segments) {
      assertEquals(0x0000_5e00_0107L, segment.routerMac(), segment.name());
    }
    Vpc plain = vpc("id: 7");
    assertEquals(plain, plain.redundancy().orElseThrow().applyTo(plain));
  }

  @Test
  void onlyEightLettersOfASecretCount() {
    warns(
        BASE + "redundancy: {authentication: ah, secret: §abcdefghij}\n",
        "redundancy.secret",
        "only the first 8 letters count");
    assertEquals("abcdefgh", read("authentication: password, secret: abcdefgh").secret());
  }

  @Test
  void aDelayOfWhatDoesNotHappenIsWarnedOf() {
    warns(
        BASE + "redundancy: {preempt-delay: §5s}\n",
        "redundancy.preempt-delay",
        "no effect without preempt: true");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "segment: §db | segment | no segment is named 'db', legal public, web, app",
        "address: §10.10.2.2 | address | address 10.10.2.2, legal an address of segment web, which"
            + " is 10.10.1.1/24",
        "address: §10.10.1.255 | address | legal an address of segment web",
        "address: §10.10.1.1 | address | is the gateway's, which both routers share",
        "address: §10.10.1.10 | address | address 10.10.1.10 is host web1's",
        "address: 10.10.1.2, priority: §255 | priority | priority 255 is for the router whose own"
            + " address is the gateway's 10.10.1.1; legal 1..254",
        "priority: §0 | priority | priority 0, legal 1..255",
        "id: §0 | id | virtual router identifier 0, legal 1..255",
        "version: §1 | version | VRRP version 1, legal 2..3",
        "interval: §500ms | interval | interval '500ms', legal 1s..255s",
        "interval: §1500ms | interval | legal whole seconds in version 2; take version 3 for less",
        "version: 3, interval: §5ms | interval | interval '5ms', legal 10ms..40950ms",
        "version: 3, interval: §15ms | interval | legal whole hundredths of a second",
        "version: 3, authentication: §ah, secret: s | authentication | legal none in version 3",
        "secret: §s | secret | nothing uses the secret",
        "authentication: ah, secret: §'a b' | secret | legal 1 to 8 letters of ASCII without blanks"
      })
  void refusesWhatVrrpHasNot(String section, String key, String message) {
    refuses(BASE + "redundancy: {" + section + "}\n", "redundancy." + key, message);
  }

  @Test
  void authenticationNeedsItsSecret() {
    refuses(
        BASE + "redundancy: §{authentication: ah}\n",
        "redundancy",
        "'secret' is missing; add the one that both routers have");
  }
}
