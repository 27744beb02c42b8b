package io.vpcrig.query.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vpcrig.model.Action;
import io.vpcrig.model.Flow;
import io.vpcrig.model.MalformedLineException;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleFileTest {
  private static final long SEED = Long.getLong("vpcrig.seed", 1);

  @Test
  void whatIsWrittenIsReadAgain() throws MalformedLineException {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int round = 0; round < 2000; round++) {
      WrittenList list = ListDraw.list(random);
      List<Flow> headers = HeaderDraw.of(list, 20, random);
      RuleFile.Contents read = RuleFile.parse("f", RuleLines.of(list, headers));
      assertEquals(list, read.list(), () -> "seed " + SEED);
      assertEquals(headers, read.headers().stream().map(RuleFile.Header::flow).toList());
    }
  }

  @Test
  void theFormIsTheOneThatIsDocumented() throws MalformedLineException {
    String text =
        """
        default deny
        allow tcp 10.0.0.0/8 any 10.1.0.0/16 80-90
        deny icmp 0.0.0.0/0 any 10.1.2.0/24,10.1.9.0/24 8/0
        deny icmp 0.0.0.0/0 any 0.0.0.0/0 3
        allow 6 10.1.2.3/8 1024-65535 0.0.0.0/0 0
        allow 47 0.0.0.0/0 any 0.0.0.0/0 any
        """;
    assertEquals(text, RuleLines.of(RuleFile.parse("f", text).list()));
  }

  @Test
  void headersMayBearVerdictsAndCommentsCountForNothing() throws MalformedLineException {
    RuleFile.Contents read =
        RuleFile.parse(
            "f",
            """
            # why
            default allow

            deny tcp 10.0.0.1 40000 10.1.0.1 80
            # how
            icmp 10.0.0.1 0 10.1.0.1 3/4
            """);
    assertEquals(List.of(), read.list().rules());
    assertEquals(Optional.of(Action.DENY), read.headers().get(0).verdict());
    assertEquals(Optional.empty(), read.headers().get(1).verdict());
    assertEquals(0x0304, read.headers().get(1).flow().ports());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          allow tcp 1.2.3.4/8 any 0.0.0.0/0 | f:2:1: 5 words, legal: ACTION PROTOCOL SOURCES \
          SOURCE-PORTS DESTINATIONS DESTINATION-PORTS
          accept tcp 0.0.0.0/0 any 0.0.0.0/0 any | f:2:1: action 'accept', legal: allow, deny
          allow tpc 0.0.0.0/0 any 0.0.0.0/0 any | f:2:1: protocol 'tpc', legal 0..255
          allow 256 0.0.0.0/0 any 0.0.0.0/0 any | f:2:1: protocol '256', legal 0..255
          allow tcp 1.2.3.4 any 0.0.0.0/0 any | f:2:1: prefix '1.2.3.4' has no length
          allow tcp 1.2.3.4/33 any 0.0.0.0/0 any | f:2:1: '1.2.3.4/33' has prefix length '33', \
          legal 0..32
          allow tcp 0.0.0.0/0 any 0.0.0.0/0 9-8 | f:2:1: ports '9-8', legal with the smaller first
          allow tcp 0.0.0.0/0 any 0.0.0.0/0 65536 | f:2:1: port '65536', legal 0..65535
          allow any 0.0.0.0/0 any 0.0.0.0/0 80 | f:2:1: destination ports, legal only with tcp and \
          udp
          allow icmp 0.0.0.0/0 80 0.0.0.0/0 8 | f:2:1: source ports, legal only with tcp and udp
          allow icmp 0.0.0.0/0 any 0.0.0.0/0 8/256 | f:2:1: ICMP code '256', legal 0..255
          """)
  void whatIsMalformedIsNamed(String line, String message) {
    assertEquals(
        message,
        assertThrows(
                MalformedLineException.class,
                () -> RuleFile.parse("f", "default deny\n" + line + "\n"))
            .getMessage());
  }

  @Test
  void theDefaultHasToBeThere() {
    assertEquals(
        "f:1:1: the file is empty, legal: 'default allow' or 'default deny', then rules",
        assertThrows(MalformedLineException.class, () -> RuleFile.parse("f", "")).getMessage());
    assertEquals(
        "f:1:1: legal is 'default allow' or 'default deny' in the first line",
        assertThrows(
                MalformedLineException.class,
                () -> RuleFile.parse("f", "allow any 0.0.0.0/0 any 0.0.0.0/0 any"))
            .getMessage());
  }
}
