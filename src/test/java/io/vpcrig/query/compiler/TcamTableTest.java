package io.vpcrig.query.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.model.FlowSyntax;
import io.vpcrig.model.MalformedLineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TcamTableTest {
  private static final String TCP = "tcp 10.0.0.1:40000 > 192.168.0.1:80";

  @Test
  void theGreatestPriorityDecidesWhereverItStands() throws MalformedLineException {
    String rows =
        """
        # source  destination ports protocol
        1 00000000_00000000_0000_0000_00 00000000_00000000_0000_0000_00 deny
        7 00000000_c0a80000_0000_0050_06 00000000_ffff0000_0000_ffff_ff allow label
        """;
    assertEquals("allow, by line 3 of its output", answer(rows, TCP));
    assertEquals("deny, by line 2 of its output", answer(rows, "udp 10.0.0.1:1 > 192.168.0.1:80"));
    assertEquals("deny, by line 2 of its output", answer(rows, "tcp 10.0.0.1:1 > 192.169.0.1:80"));
  }

  @Test
  void everyBitOfTheKeyHasItsPlace() throws MalformedLineException {
    String row = "1 0a000001c0a800019c40005006 ffffffffffffffffffffffffff allow\n";
    assertEquals("allow, by line 1 of its output", answer(row, TCP));
    String icmp = "1 00000000000000000000030401 00000000000000000000ffffff allow\n";
    assertEquals(
        "allow, by line 1 of its output", answer(icmp, "icmp 1.2.3.4 > 5.6.7.8 type 3 code 4"));
  }

  @Test
  void rowsOfOnePriorityThatDisagreeAreTwoAnswersAndNoRowIsNone() throws MalformedLineException {
    String all = " 00000000000000000000000000 00000000000000000000000000 ";
    assertEquals(
        "two answers, by lines 1 and 2 of its output, both of priority 5",
        answer("5" + all + "allow\n5" + all + "deny\n", TCP));
    assertEquals(
        "allow, by line 1 of its output", answer("5" + all + "allow\n5" + all + "allow\n", TCP));
    assertEquals("no answer, by no row matches, nor is a default", answer("", TCP));
    assertEquals("deny, by its default", answer("default deny\n", TCP));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1 00 00 allow",
        "x 00000000000000000000000000 00000000000000000000000000 allow",
        "1 0000000000000000000000000g 00000000000000000000000000 allow",
        "1 00000000000000000000000000 00000000000000000000000000 permit",
        "1 00000000000000000000000000 allow",
        "default maybe"
      })
  void malformedRowsAreRefusedWithTheirLine(String row) {
    String message =
        assertThrows(MalformedLineException.class, () -> TcamTable.parse("# head\n" + row))
            .getMessage();
    assertTrue(message.startsWith("stdout:2:1: ") && message.contains("legal"), message);
  }

  private static String answer(String rows, String flow) throws MalformedLineException {
    Answer answer = TcamTable.parse(rows).judge(FlowSyntax.parse(flow));
    return answer.verdict() + ", by " + answer.by();
  }
}
