package io.vpcrig.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.model.AclRule;
import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.LoadBalancer;
import io.vpcrig.model.PortForward;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Segment;
import io.vpcrig.model.Semantics;
import io.vpcrig.model.StaticRoute;
import io.vpcrig.model.Vpc;
import io.vpcrig.model.VxlanSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The example of the README, read back field by field, and bent at random. */
class VpcFileTest {
  private static final Path EXAMPLE = Path.of("src/test/resources/vpc/production.yaml");

  private static Vpc example() throws ConfigException {
    return VpcFile.read(EXAMPLE);
  }

  @Test
  void readsTheVpcItself() throws ConfigException {
    Vpc vpc = example();
    assertEquals("production", vpc.name());
    assertEquals("10.10.0.0/16", vpc.cidr().toString());
    assertEquals(Semantics.INTENDED, vpc.semantics());
    assertEquals(new VxlanSettings(4789, List.of(4789, 8472), 0xc0000201), vpc.vxlan());
  }

  @Test
  void readsSegments() throws ConfigException {
    Vpc vpc = example();
    assertEquals(
        List.of("public", "partner", "web", "app", "db", "dc"),
        vpc.segments().stream().map(Segment::name).toList());
    Segment.Public first = vpc.publics().getFirst();
    assertEquals(new Encapsulation.Vlan(100), first.encapsulation());
    assertEquals("203.0.113.10", Ipv4Text.format(first.address()));
    assertEquals(Optional.of("203.0.113.1"), first.gateway().map(Ipv4Text::format));
    Segment.Public partner = vpc.publics().get(1);
    assertEquals(new Encapsulation.QinQ(200, 40), partner.encapsulation());
    assertEquals("02:00:c6:33:64:02", Ipv4Text.formatMac(partner.routerMac()));
    Segment.Tier web = vpc.tiers().getFirst();
    assertEquals(new Encapsulation.Vxlan(5001), web.encapsulation());
    assertEquals("10.10.1.1/24", web.subnet().toString());
    assertEquals(Optional.of("web"), web.acl());
    assertEquals(EXAMPLE + ":9", web.origin().toString());
    Segment.PrivateGateway dc = vpc.privateGateways().getFirst();
    assertEquals("192.168.50.2/24", dc.subnet().toString());
    assertEquals("192.168.50.1", Ipv4Text.format(dc.gateway()));
    assertFalse(dc.sourceNat());
  }

  @Test
  void readsLists() throws ConfigException {
    Vpc vpc = example();
    List<AclRule> rules = vpc.list("web").rules();
    assertEquals(List.of(10, 15, 20, 30), rules.stream().map(AclRule::number).toList());
    assertEquals(8, rules.get(2).icmpType());
    assertEquals(0, rules.get(2).icmpCode());
    assertEquals("10.10.3.0/24", rules.get(3).cidrs().getFirst().toString());
    assertTrue(vpc.list("app").rules().get(2).protocolByNumber());
    assertEquals(EXAMPLE + ":17", rules.getFirst().origin().toString());
  }

  @Test
  void readsNat() throws ConfigException {
    Vpc vpc = example();
    assertEquals("web1", vpc.staticNats().getFirst().host().name());
    assertEquals("db", vpc.staticNats().get(1).host().tier());
    PortForward forward = vpc.portForwards().getFirst();
    assertEquals("8443 443", forward.ports() + " " + forward.to());
    assertEquals(Protocol.TCP, forward.protocol());
    assertEquals("8000-8010", vpc.portForwards().get(1).to().toString());
    LoadBalancer shop = vpc.loadBalancers().getFirst();
    assertEquals("80 8080", shop.port() + " " + shop.toPort());
    assertEquals(
        vpc.hosts().subList(0, 2), shop.members().stream().map(LoadBalancer.Member::host).toList());
    StaticRoute route = vpc.staticRoutes().getFirst();
    assertEquals("172.20.0.0/16 dc", route.cidr() + " " + route.gateway());
  }

  @Test
  void carriesEveryProblemInItsException() {
    ConfigException thrown =
        assertThrows(
            ConfigException.class,
            () -> VpcFile.parse("vpc: {name: v, cidr: 1.2.3}\ntires: {}\n", "v.yaml"));
    assertEquals(2, thrown.problems().size());
    assertEquals(
        """
        v.yaml:1:22: error: vpc.cidr: '1.2.3' has no prefix length; write it like 1.2.3/24
        v.yaml:2:1: error: tires: unknown key 'tires'; did you mean 'tiers'?\
        """,
        thrown.getMessage());
  }

  @Test
  void aBentFileIsReadOrReported() throws IOException {
    long seed = 6;
    Random random = new Random(seed);
    byte[] example = Files.readAllBytes(EXAMPLE);
    byte[][] pieces = new byte[PIECES.length][];
    for (int i = 0; i < pieces.length; i++) {
      pieces[i] = PIECES[i].getBytes(StandardCharsets.UTF_8);
    }
    for (int round = 0; round < 3_000; round++) {
      byte[] bent = example;
      for (int bends = 1 + random.nextInt(3); bends > 0; bends--) {
        bent = bend(bent, pieces[random.nextInt(pieces.length)], random);
      }
      VpcFile.Outcome outcome = VpcFile.check(bent, "bent");
      String hint = "seed " + seed + " round " + round + ": " + outcome.problems();
      assertEquals(outcome.errors() == 0, outcome.vpc().isPresent(), hint);
      for (Problem problem : outcome.problems()) {
        assertEquals(1, problem.toString().lines().count(), hint);
      }
    }
  }

  private static final String[] PIECES = {
    "",
    "",
    "x",
    "0",
    "9",
    ":",
    ": ",
    "-",
    "- ",
    ",",
    "{",
    "}",
    "[",
    "]",
    "&a ",
    "*a",
    "#",
    "'",
    "\"",
    "|",
    "null",
    "true",
    "\n",
    "  ",
    "/33",
    "256",
    "-1",
    "10.10.1.1",
    "web",
    "name",
    "\u00e9"
  };

  /** Replaces a few bytes somewhere by a piece. */
  private static byte[] bend(byte[] text, byte[] piece, Random random) {
    int from = random.nextInt(text.length);
    int to = Math.min(text.length, from + random.nextInt(6));
    byte[] bent = new byte[text.length - (to - from) + piece.length];
    System.arraycopy(text, 0, bent, 0, from);
    System.arraycopy(piece, 0, bent, from, piece.length);
    System.arraycopy(text, to, bent, from + piece.length, text.length - to);
    return bent;
  }
}
