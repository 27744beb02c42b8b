package io.vpcrig.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.vpcrig.header.Tcp;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The whole matrix, written out: what each segment does in each state (Linux 6.18
 * net/netfilter/nf_conntrack_proto_tcp.c: tcp_conntracks, and the cases of
 * nf_conntrack_tcp_packet).
 */
class TcpTransitionsTest {
  /**
   * Columns of the matrix: Linux's states, then those with a memory: sb SYN_RECV from both, +
   * behind a state a SYN was let by, l! a challenge ACK too, co/cr closed by a RST of the original
   * or the reply direction.
   */
  private static final String[] SHORT = {
    "no", "ss", "sr", "es", "fw", "cw", "la", "tw", "cl", "s2", "", "", "sb", "r+", "e+", "f+",
    "c+", "l+", "l!", "co", "cr", "x+"
  };

  /** A dot in front: let by. i: let by, the state stays. ag: begins again. -: invalid. */
  private static final String[][] MATRIX = {
    //                   no ss sr  es  fw  cw  la  tw cl s2 | sb  r+  e+  f+  c+  l+  l!  co cr  x+
    {
      "original syn   ", "ss ss .r+ .e+ .f+ .c+ .l+ ag ag s2   .r+ i   i   i   i   i  .l+ ag .x+ i "
    },
    {
      "original synack", "-  -  sr  -   -   -   -   -  -  sb   sb  sr  -   -   -   -   -  -  -   - "
    },
    {
      "original fin   ", "-  -  fw  fw  la  la  la  tw cl -    fw  fw  fw  la  la  la  la cr cr  cr"
    },
    {
      "original ack   ", "es -  es  es  cw  cw  tw  tw cl -    es  es  es  cw  cw  tw  tw cr cr  cr"
    },
    {
      "original rst   ", "-  co co  co  cl  cl  cl  cl cl co   co  co  co  cl  cl  cl  cl co co  co"
    },
    {
      "original bare  ", "-  -  -   -   -   -   -   -  -  -    -   -   -   -   -   -   -  -  -   - "
    },
    {
      "reply syn      ", "-  s2 -   -   -   -   -   ag -  s2   -   -   -   -   -   -   -  -  -   - "
    },
    {
      "reply synack   ",
      "-  sr i   i   i   i   i   i  i  sb   i   sr  sr  sr  sr  sr  sr .cr i   sr"
    },
    {
      "reply fin      ", "-  -  fw  fw  la  la  la  tw cl -    fw  fw  fw  la  la  la  la cr cr  cr"
    },
    {"reply ack      ", "-  i  sr  es  cw  cw  tw  tw cl i    es  sr  es  cw  cw .l! tw cr cr  cr"},
    {
      "reply rst      ", "-  cr cr  cr  cl  cl  cl  cl cl cr   cr  cr  cr  cl  cl  cl  cl cr cr  cr"
    },
    {
      "reply bare     ", "-  -  -   -   -   -   -   -  -  -    -   -   -   -   -   -   -  -  -   - "
    },
  };

  @TestFactory
  Stream<DynamicTest> eachSegmentInEachState() {
    return IntStream.range(0, MATRIX.length)
        .boxed()
        .flatMap(
            row -> {
              List<String> cells = new ArrayList<>(List.of(MATRIX[row][1].trim().split(" +")));
              cells.addAll(SessionState.UNREPLIED, List.of("-", "-"));
              return IntStream.range(0, SHORT.length)
                  .mapToObj(
                      state ->
                          dynamicTest(
                              MATRIX[row][0].trim() + " in " + state,
                              () ->
                                  assertEquals(
                                      cells.get(state),
                                      name(state, TcpTransitions.next(row / 6, row % 6, state)))));
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

  private static String name(int state, int next) {
    return switch (next) {
      case TcpTransitions.RESTART -> "ag";
      case TcpTransitions.INVALID -> "-";
      default -> {
        boolean letBy = next >= TcpTransitions.LET_BY;
        int to = next % TcpTransitions.LET_BY;
        yield letBy && to == state ? "i" : (letBy ? "." : "") + SHORT[to];
      }
    };
  }
}
