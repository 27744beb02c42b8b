package io.vpcrig.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.vpcrig.header.Tcp;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The whole matrix, written out: what each segment does in each state. */
class TcpTransitionsTest {
  /** Columns of the matrix, in the order of the states' numbers; i = ignored, - = invalid. */
  private static final String[] SHORT = {
    "no", "ss", "sr", "es", "fw", "cw", "la", "tw", "cl", "s2"
  };

  private static final String[][] MATRIX = {
    //                  no ss sr es fw cw la tw cl s2
    {"original syn", "ss ss i  i  i  i  i  ss ss s2"},
    {"original synack", "-  -  sr -  -  -  -  -  -  sr"},
    {"original fin", "-  -  fw fw la la la tw cl - "},
    {"original ack", "es -  es es cw cw tw tw cl - "},
    {"original rst", "-  cl cl cl cl cl cl cl cl cl"},
    {"original bare", "-  -  -  -  -  -  -  -  -  - "},
    {"reply syn", "-  s2 -  -  -  -  -  ss -  s2"},
    {"reply synack", "-  sr i  i  i  i  i  i  i  sr"},
    {"reply fin", "-  -  fw fw la la la tw cl - "},
    {"reply ack", "-  i  sr es cw cw tw tw cl i "},
    {"reply rst", "-  cl cl cl cl cl cl cl cl cl"},
    {"reply bare", "-  -  -  -  -  -  -  -  -  - "},
  };

  @TestFactory
  Stream<DynamicTest> eachSegmentInEachState() {
    return IntStream.range(0, MATRIX.length)
        .boxed()
        .flatMap(
            row -> {
              String[] cells = MATRIX[row][1].trim().split(" +");
              return IntStream.range(0, SHORT.length)
                  .mapToObj(
                      state ->
                          dynamicTest(
                              MATRIX[row][0] + " in " + SessionState.name(state),
                              () ->
                                  assertEquals(
                                      cells[state],
                                      name(TcpTransitions.next(row / 6, row % 6, state)))));
            });
  }

  @Test
  void aSegmentCountsByItsStrongestFlag() {
    assertEquals(TcpTransitions.RST, TcpTransitions.event(Tcp.RST | Tcp.ACK | Tcp.SYN));
    assertEquals(TcpTransitions.SYN, TcpTransitions.event(Tcp.SYN | Tcp.ECE | Tcp.CWR));
    assertEquals(TcpTransitions.SYN_ACK, TcpTransitions.event(Tcp.SYN | Tcp.ACK));
    assertEquals(TcpTransitions.FIN, TcpTransitions.event(Tcp.FIN | Tcp.ACK | Tcp.PSH));
    assertEquals(TcpTransitions.ACK, TcpTransitions.event(Tcp.ACK | Tcp.PSH | Tcp.URG));
    assertEquals(TcpTransitions.BARE, TcpTransitions.event(Tcp.PSH | Tcp.URG));
    assertEquals(TcpTransitions.BARE, TcpTransitions.event(0));
  }

  private static String name(int next) {
    return switch (next) {
      case TcpTransitions.IGNORED -> "i";
      case TcpTransitions.INVALID -> "-";
      default -> SHORT[next];
    };
  }
}
