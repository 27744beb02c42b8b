package io.vpcrig.config.foreign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.model.Action;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.MalformedLineException;
import io.vpcrig.testing.Filters;
import io.vpcrig.testing.Filters.Header;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetfilterListsTest {
  private static final long SEED = Long.getLong("vpcrig.formats.seed", 20_261_126L);

  private static ReadList read(String name, String text) throws MalformedLineException {
    RuleText all = new RuleText("f", text);
    return RuleFormats.detect(all).read(all).read(name).orElseThrow();
  }

  private static Action verdict(FilterList list, String source, int port, int protocol) {
    return Filters.verdict(
        list, new Header(Ipv4Text.parse(source), 0x0a00_0001, 1024, port, protocol));
  }

  @Test
  void returnAndGotoLeaveAChain() throws MalformedLineException {
    FilterList list =
        read(
                "filter/FORWARD",
                """
                *filter
                :FORWARD DROP [0:0]
                :A - [0:0]
                :B - [0:0]
                -A FORWARD -p tcp -j A
                -A FORWARD -s 10.0.0.0/8 -j ACCEPT
                -A FORWARD -p udp -g B
                -A FORWARD -j ACCEPT
                -A A -s 10.0.0.0/9 -j RETURN
                -A A -p tcp --dport 22 -j DROP
                -A B -p udp --dport 53 -j ACCEPT
                COMMIT
                """)
            .list();
    assertEquals(Action.ALLOW, verdict(list, "10.1.1.1", 22, 6), "returned, then accepted");
    assertEquals(Action.DENY, verdict(list, "10.200.1.1", 22, 6), "not returned");
    assertEquals(Action.ALLOW, verdict(list, "192.0.2.1", 53, 17), "gone to B");
    assertEquals(Action.DENY, verdict(list, "192.0.2.1", 54, 17), "B ends in the policy");
    assertEquals(Action.ALLOW, verdict(list, "192.0.2.1", 54, 47), "the chain's end");
  }

  @Test
  void negationsAreExpanded() throws MalformedLineException {
    FilterList list =
        read(
                "filter/FORWARD",
                """
                *filter
                :FORWARD ACCEPT
                -A FORWARD ! -s 10.0.0.0/8 -p tcp -m multiport ! --dports 22,80:90 -j DROP
                -A FORWARD ! -p tcp -m iprange ! --src-range 10.0.0.5-10.0.0.9 -j DROP
                COMMIT
                """)
            .list();
    assertEquals(Action.DENY, verdict(list, "11.0.0.0", 23, 6));
    assertEquals(Action.ALLOW, verdict(list, "11.0.0.0", 85, 6));
    assertEquals(Action.ALLOW, verdict(list, "10.255.255.255", 23, 6));
    assertEquals(Action.DENY, verdict(list, "10.0.0.4", 1, 17));
    assertEquals(Action.ALLOW, verdict(list, "10.0.0.9", 1, 17));
  }

  @Test
  void whatCantBeModelledIsToldAndNeverDenied() throws MalformedLineException {
    ReadList read =
        read(
            "filter/INPUT",
            """
            *filter
            :INPUT DROP
            :X -
            -A INPUT -p tcp -m limit --limit 1/sec --limit-burst 9 -j DROP
            -A INPUT -m mac --mac-source 02:00:00:00:00:01 -j X
            -A INPUT -p tcp --dport 80 -m recent --update -j ACCEPT
            -A X -p udp -j DROP
            COMMIT
            """);
    assertFalse(read.isWhole());
    assertEquals(
        List.of(
            "f:4: lost: '-m limit --limit 1/sec --limit-burst 9' can't be modelled; the list lets"
                + " pass what may pass",
            "f:5: lost: '-m mac --mac-source 02:00:00:00:00:01' can't be modelled; the list lets"
                + " pass what may pass",
            "f:6: lost: '-m recent --update' can't be modelled; the list lets pass what may pass"),
        read.losses().stream().map(Loss::toString).toList());
    assertEquals(1, read.list().rules().size());
    assertEquals(Action.ALLOW, verdict(read.list(), "10.0.0.1", 80, 6));
    assertEquals(Action.DENY, verdict(read.list(), "10.0.0.1", 80, 17));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PREROUTING -d 203.0.113.11/32 -p tcp -m tcp --dport 8443 -j DNAT --to-destination"
            + " 10.1.1.10:443 | DNAT; in a VPC file: port-forwarding: [{public: 203.0.113.11,"
            + " protocol: tcp, ports: 8443, address: 10.1.1.10, to: 443}]",
        "PREROUTING -i eth1 -p udp -m udp --dport 80:90 -j DNAT --to-destination 10.1.1.10 |"
            + " DNAT; in a VPC file: port-forwarding: [{public: the address it came to, protocol:"
            + " udp, ports: 80-90, address: 10.1.1.10}], without '-i eth1'",
        "PREROUTING -d 203.0.113.12 -j DNAT --to-destination 10.1.1.12 | DNAT; in a VPC file:"
            + " static-nat: [{public: 203.0.113.12, address: 10.1.1.12}]",
        "POSTROUTING -o eth0 -j SNAT --to-source 203.0.113.10 | SNAT; in a VPC file: source-nat:"
            + " [203.0.113.10], without '-o eth0'",
        "POSTROUTING ! -d 10.0.0.0/8 -j MASQUERADE | MASQUERADE; in a VPC file: source-nat: [the"
            + " public segment's address], without '! -d 10.0.0.0/8'",
        "PREROUTING -p tcp --dport 80 -j REDIRECT --to-ports 3128 | REDIRECT; a VPC file has"
            + " nothing for it"
      })
  void aRuleOfTableNatIsToldAsWhatItIsInAVpcFile(String rule, String told)
      throws MalformedLineException {
    RuleText text = new RuleText("f", "*nat\n:PREROUTING ACCEPT\n-A " + rule + "\nCOMMIT\n");
    Loss loss = RuleFormats.detect(text).read(text).beside().getFirst();
    String chain = rule.substring(0, rule.indexOf(' '));
    assertEquals(
        "f:3: lost: table nat translates, which no list says: -A " + chain + ", " + told,
        loss.toString());
  }

  @Test
  void interfacesAreAskedFor() throws MalformedLineException {
    String text =
        """
        *filter
        :FORWARD DROP
        -A FORWARD -i eth0 -o eth1 -j ACCEPT
        -A FORWARD ! -i eth+ -p tcp -j ACCEPT
        COMMIT
        """;
    assertFalse(read("filter/FORWARD", text).isWhole());
    FilterList through = read("filter/FORWARD:in=eth0,out=eth1", text).list();
    assertEquals(Action.ALLOW, verdict(through, "10.0.0.1", 1, 17));
    ReadList other = read("filter/FORWARD:in=other,out=eth1", text);
    assertTrue(other.isWhole());
    assertEquals(Action.DENY, verdict(other.list(), "10.0.0.1", 1, 17));
    assertEquals(Action.ALLOW, verdict(other.list(), "10.0.0.1", 1, 6));
    assertEquals(
        Action.DENY, verdict(read("filter/FORWARD:in=eth7", text).list(), "10.0.0.1", 1, 6));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "-A INPUT -j NOWHERE | f:3:13: target 'NOWHERE' is no chain of table filter; declare it",
        "-A INPUT -s 10.0.0.300 -j DROP | f:3:13: '10.0.0.300' is no IPv4 address",
        "-A INPUT -s fe80::/10 -j DROP | f:3:13: 'fe80::/10' is IPv6, legal IPv4 only",
        "-A INPUT -p tcp --dport 70000 -j DROP | f:3:25: port '70000', legal 0..65535",
        "-A INPUT --dport 22 -j DROP | f:3:10: ports of no protocol; name one before them",
        "-A INPUT -p tcp --tcp-flags ABC SYN -j DROP | f:3:29: TCP flag 'ABC', legal FIN",
        "-A INPUT -m comment --comment 'open -j DROP | f:3:31: the quote that begins here",
        "-X | f:3:1: '-X', legal here: *TABLE, :CHAIN POLICY, -A CHAIN RULE",
      })
  void mistakesAreToldWithTheirPlace(String rule, String message) {
    MalformedLineException e =
        assertThrows(
            MalformedLineException.class,
            () -> read("filter/INPUT", "*filter\n:INPUT DROP\n" + rule + "\n"));
    assertTrue(e.getMessage().startsWith(message), e::getMessage);
  }

  @Test
  void chainsThatCallEachOtherInACircleAreRefused() {
    String text = "*filter\n:INPUT DROP\n:A -\n-A INPUT -j A\n-A A -j A\n";
    MalformedLineException e =
        assertThrows(MalformedLineException.class, () -> read("filter/INPUT", text));
    assertTrue(e.getMessage().startsWith("f:5:1: chains call each other in a circle"));
  }

  /** One rule of a random chain, and its test as the dumb interpreter below knows it. */
  private record Line(int protocol, int firstPort, int lastPort, String target) {
    private String saved(String chain) {
      String ports = firstPort < 0 ? "" : " --dport " + firstPort + ":" + lastPort;
      String test = protocol < 0 ? "" : " -p " + (protocol == 6 ? "tcp" : "udp") + ports;
      return "-A "
          + chain
          + test
          + (target.startsWith("@") ? " -g " : " -j ")
          + target.replace("@", "")
          + "\n";
    }

    private boolean matches(Header header) {
      return (protocol < 0 || protocol == header.protocol())
          && (firstPort < 0
              || header.destinationPort() >= firstPort && header.destinationPort() <= lastPort);
    }
  }

  /** Flattened random chains decide as a walk over the chains does, header by header. */
  @Test
  void flattenedChainsDecideAsAWalkOverThem() throws MalformedLineException {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 300; i++) {
      Map<String, List<Line>> chains = chains(random);
      StringBuilder text = new StringBuilder("*filter\n:FORWARD DROP\n:C1 -\n:C2 -\n:C3 -\n");
      chains.forEach((name, lines) -> lines.forEach(line -> text.append(line.saved(name))));
      FilterList list = read("filter/FORWARD", text.toString()).list();
      for (Header header : Filters.edges(list.rules(), 300, random)) {
        String end = walk(chains, "FORWARD", header);
        Action expected = end.equals("ACCEPT") ? Action.ALLOW : Action.DENY;
        assertEquals(
            expected,
            Filters.verdict(list, header),
            () -> "seed " + SEED + ", " + header + "\n" + text + list);
      }
    }
  }

  private static Map<String, List<Line>> chains(SplittableRandom random) {
    Map<String, List<Line>> chains = new HashMap<>();
    String[] names = {"FORWARD", "C1", "C2", "C3"};
    for (int c = 0; c < names.length; c++) {
      List<Line> lines = new ArrayList<>();
      for (int i = random.nextInt(5); i > 0; i--) {
        String deeper = c + 1 < names.length ? names[c + 1 + random.nextInt(3 - c)] : "RETURN";
        String[] targets = {"ACCEPT", "DROP", "RETURN", deeper, "@" + deeper};
        String target = targets[random.nextInt(targets.length)];
        int protocol = new int[] {-1, 6, 17}[random.nextInt(3)];
        int first = protocol < 0 || random.nextBoolean() ? -1 : random.nextInt(20);
        lines.add(
            new Line(
                protocol, first, first + random.nextInt(20), target.replace("@RETURN", "RETURN")));
      }
      chains.put(names[c], lines);
    }
    return chains;
  }

  /** ACCEPT, DROP, or empty if the packet came back. */
  private static String walk(Map<String, List<Line>> chains, String chain, Header header) {
    for (Line line : chains.get(chain)) {
      if (!line.matches(header)) {
        continue;
      }
      if (line.target.equals("RETURN")) {
        return "";
      }
      boolean leaves = line.target.startsWith("@");
      String target = line.target.replace("@", "");
      String end = chains.containsKey(target) ? walk(chains, target, header) : target;
      if (!end.isEmpty() || leaves) {
        return end;
      }
    }
    return "";
  }
}
