package io.vpcrig.acl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vpcrig.model.Cidr;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.MalformedLineException;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassBenchFilesTest {
  private static final String GOOD =
      "@192.0.2.9/24\t198.51.100.7/32\t0 : 65535\t80 : 81\t0x06/0xFF\t0x0000/0x0200\t";

  @Test
  void readsEveryField() throws IOException {
    assertEquals(
        new MatchRule(
            new Cidr(Ipv4Text.parse("192.0.2.9"), 24),
            new Cidr(Ipv4Text.parse("198.51.100.7"), 32),
            PortRange.ALL,
            new PortRange(80, 81),
            Protocol.TCP,
            0,
            Quirk.NONE),
        rules(GOOD).rule(0));
  }

  @Test
  void protocolMaskZeroIsAnyProtocolWhateverTheValue() throws IOException {
    assertEquals(Protocol.ALL, rules(GOOD.replace("0x06/0xFF", "0x06/0x00")).rule(0).protocol());
    assertEquals(0, rules(GOOD.replace("0x06/0xFF", "0x00/0xff")).rule(0).protocol());
  }

  @Test
  void blankLinesAndCommentsAreNoRules() throws IOException {
    RuleSet rules = rules("# x\r\n\n" + GOOD + "\r\n  \n" + GOOD);
    assertEquals(2, rules.size());
    assertEquals(1, rules.id(1));
    assertEquals(0, rules("").size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "@192          | x192          | 1  | '@' expected before the source prefix, found"
            + " 'x192'",
        "192.0.2.9     | 192.0.2.256   | 10 | octet of source address is '256', legal 0..255",
        "192.0.2.9     | 192.0.2       | 9  | '.' expected in source address, found '/24'",
        "/24           | /33           | 12 | source prefix length is '33', legal 0..32",
        "100.7/32      | 100.7         | 28 | '/' expected after the destination address, found"
            + " '0'",
        "0 : 65535     | 0 : 65536     | 35 | last source port is '65536', legal 0..65535",
        "0 : 65535     | 0 - 65535     | 33 | ':' expected between the source ports, found '-'",
        "80 : 81       | 80 : 79       | 46 | last destination port is '79', legal 80..65535",
        "80 : 81       | -1 : 79       | 41 | first destination port is '-1', legal 0..65535",
        "80 : 81       | 80a : 81      | 41 | first destination port is '80a', legal 0..65535",
        "0x06/0xFF     | 6/0xFF        | 49 | protocol is '6', legal 0x00..0xff",
        "0x06/0xFF     | 0x06/0x0F     | 54 | protocol mask is 0x0f, legal 0x00 and 0xff",
        "0x0000/0x0200 | 0x0000/0x1ffff | 66 | flags mask is '0x1ffff', legal 0x0000..0xffff",
        "0x06/0xFF     | 0x106/0xFF    | 49 | protocol is '0x106', legal 0x00..0xff",
        "0x0000/0x0200 | 0x0000        | 66 | '/' expected after the flags, found the end of the"
            + " line",
        "0x0000/0x0200 | 0x0000/0x0 7  | 70 | nothing may follow the flags",
      })
  void malformedRulesTellWhereAndWhatIsLegal(
      String text, String instead, int column, String problem) {
    var e =
        assertThrows(MalformedLineException.class, () -> rules("\n" + GOOD.replace(text, instead)));
    assertEquals("set.rules:2:" + column + ": " + problem, e.getMessage());
  }

  @Test
  void headersMayEndAfterProtocolFlagsOrRule() throws IOException {
    HeaderTrace trace = trace("4294967295 0 65535 80 255\n1\t2\t3\t4\t5\t6\n1 2 3 4 5 6 7\t\n");
    assertEquals(3, trace.size());
    assertEquals(-1, trace.source(0));
    assertEquals(0xffff_0050, trace.ports(0));
    assertEquals(255, trace.protocol(0));
    assertEquals(HeaderTrace.UNKNOWN, trace.madeFrom(1));
    assertEquals(7, trace.madeFrom(2));
    assertEquals(2, trace.destination(2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "4294967296 2 3 4 5    | 1  | source address is '4294967296', legal 0..4294967295",
        "1 2 65536 4 5         | 5  | source port is '65536', legal 0..65535",
        "1 2 3 4 256           | 9  | protocol is '256', legal 0..255",
        "1 2 3 4               | 8  | protocol is the end of the line, legal 0..255",
        "1 2 3 4 5 6 7 8       | 15 | a header has 5, 6 or 7 numbers",
        "1 2 x 4 5             | 5  | source port is 'x', legal 0..65535",
        "1 99999999999999999999 3 4 5 | 3 | destination address is '99999999999999999999',"
            + " legal 0..4294967295",
      })
  void malformedHeadersTellWhereAndWhatIsLegal(String line, int column, String problem) {
    var e = assertThrows(MalformedLineException.class, () -> trace("1 2 3 4 5\n" + line));
    assertEquals("set.trace:2:" + column + ": " + problem, e.getMessage());
  }

  @Test
  void whateverIsInTheFileIsReadOrRefused() {
    long seed = Long.getLong("vpcrig.seed", 7);
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 3_000; i++) {
      StringBuilder line = new StringBuilder(GOOD);
      for (int edits = random.nextInt(4); edits >= 0; edits--) {
        line.setCharAt(random.nextInt(line.length()), (char) random.nextInt(256));
      }
      String text = line.toString();
      try {
        rules(text);
        trace(text);
      } catch (IOException e) {
        // refused
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + text, e);
      }
    }
  }

  private static RuleSet rules(String text) throws IOException {
    return ClassBenchRules.read("set.rules", bytes(text));
  }

  private static HeaderTrace trace(String text) throws IOException {
    return HeaderTrace.read("set.trace", bytes(text));
  }

  private static ByteArrayInputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
