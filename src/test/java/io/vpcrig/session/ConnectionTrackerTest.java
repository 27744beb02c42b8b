package io.vpcrig.session;

import static io.vpcrig.header.Tcp.ACK;
import static io.vpcrig.header.Tcp.FIN;
import static io.vpcrig.header.Tcp.PSH;
import static io.vpcrig.header.Tcp.RST;
import static io.vpcrig.header.Tcp.SYN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.header.Ipv4;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whole conversations, with the time-out after each packet in seconds. */
class ConnectionTrackerTest {
  private static final long SECOND = 1_000_000_000L;
  private static final int CLIENT = 0x0a0a0105;
  private static final int SERVER = 0x0a0a0209;
  private static final int PORTS = 40_000 << 16 | 443;
  private static final int ECHO = 0x1234_0800;

  private final SessionTable table = new SessionTable(10, SessionListener.NONE);
  private final ConnectionTracker tracker = new ConnectionTracker(table, Timeouts.LINUX);
  private long now = 1_700_000_000L * SECOND;
  private int number;

  @AfterEach
  void close() {
    table.close();
  }

  @Test
  void followsATcpConnectionFromHandshakeToLastAck() {
    begin(Ipv4.TCP, PORTS, SYN);
    expect(SessionState.SYN_SENT, 120);
    pass(0, SYN);
    expect(SessionState.SYN_SENT, 120);
    pass(1, SYN | ACK);
    expect(SessionState.SYN_RECV, 60);
    assertTrue(table.hasSeenReply(number));
    assertFalse(table.isAssured(number));
    pass(0, ACK);
    expect(SessionState.ESTABLISHED, 432_000);
    assertTrue(table.isAssured(number));
    pass(0, ACK | PSH);
    pass(1, ACK | PSH);
    expect(SessionState.ESTABLISHED, 432_000);
    pass(0, FIN | ACK);
    expect(SessionState.FIN_WAIT, 120);
    pass(1, ACK);
    expect(SessionState.CLOSE_WAIT, 60);
    pass(1, FIN | ACK);
    expect(SessionState.LAST_ACK, 30);
    pass(0, ACK);
    expect(SessionState.TIME_WAIT, 120);
    pass(0, ACK);
    expect(SessionState.TIME_WAIT, 120);
  }

  @Test
  void aSimultaneousOpenEstablishes() {
    begin(Ipv4.TCP, PORTS, SYN);
    pass(1, SYN);
    expect(SessionState.SYN_SENT2, 120);
    pass(0, SYN | ACK);
    expect(SessionState.SYN_RECV, 60);
    pass(1, SYN | ACK);
    expect(SessionState.SYN_RECV, 60);
    pass(0, ACK);
    expect(SessionState.ESTABLISHED, 432_000);
    assertTrue(table.isAssured(number));
  }

  @Test
  void aLoneAckIsPickedUpButWaitsForAnAnswer() {
    begin(Ipv4.TCP, PORTS, ACK);
    expect(SessionState.ESTABLISHED, 300);
    pass(0, ACK | PSH);
    expect(SessionState.ESTABLISHED, 300);
    pass(1, ACK);
    // As in Linux, the answer that is seen first is judged before it counts as seen.
    expect(SessionState.ESTABLISHED, 300);
    assertFalse(table.isAssured(number));
    pass(0, ACK);
    expect(SessionState.ESTABLISHED, 432_000);
    assertTrue(table.isAssured(number));
  }

  @Test
  void aResetClosesAnAnsweredConnectionAndEndsAnUnansweredOne() {
    begin(Ipv4.TCP, PORTS, SYN);
    pass(1, SYN | ACK);
    pass(0, RST);
    expect(SessionState.CLOSE, 10);

    now += 60 * SECOND;
    begin(Ipv4.TCP, PORTS, SYN);
    pass(1, RST | ACK);
    assertEquals(SessionTable.NONE, table.find(CLIENT, SERVER, PORTS, Ipv4.TCP, now));
  }

  /** nf_conntrack_tcp_packet, case SYN_SENT: last_dir == dir && last_index == TCP_RST_SET. */
  @Test
  void whoResetMayBeginAnew() {
    establish();
    pass(0, RST);
    again(0);
    begin(Ipv4.TCP, PORTS, SYN);
    expect(SessionState.SYN_SENT, 120);
  }

  /** The same case, IP_CT_TCP_FLAG_CLOSE_INIT. */
  @Test
  void afterAFinEveryResetAllowsToBeginAnew() {
    establish();
    pass(0, FIN | ACK);
    pass(1, RST);
    expect(SessionState.CLOSE, 10);
    again(0);
  }

  /** The same case, fall through: let by, and the SYN+ACK brings the session along. */
  @Test
  void aSynAfterTheOthersResetIsLetByUntilItIsAnswered() {
    establish();
    pass(1, RST);
    now += 2 * SECOND;
    pass(0, SYN);
    assertEquals(SessionState.CLOSE, SessionState.linux(table.state(number)));
    assertEquals(8, (table.expiresNs(number) - now) / SECOND);
    pass(1, SYN | ACK);
    expect(SessionState.SYN_RECV, 60);
    pass(0, ACK);
    expect(SessionState.ESTABLISHED, 432_000);
  }

  /** nf_conntrack_tcp_packet, case IGNORE, b): both ends agree, the router does not. */
  @Test
  void aSynLetByAndAnsweredBeginsTheHandshakeAgain() {
    establish();
    pass(0, SYN);
    pass(1, SYN | ACK);
    expect(SessionState.SYN_RECV, 60);
    pass(0, ACK);
    pass(1, SYN | ACK);
    expect(SessionState.ESTABLISHED, 432_000);
    assertEquals(2, tracker.letBy());
  }

  /** A segment between the SYN and the SYN+ACK says that the old connection lives. */
  @Test
  void aSynLetByIsForgottenWithTheNextSegment() {
    establish();
    pass(0, SYN);
    pass(1, ACK);
    pass(1, SYN | ACK);
    expect(SessionState.ESTABLISHED, 432_000);
  }

  /** nf_conntrack_tcp_packet, case TIME_WAIT: RFC 5961 challenge ACK. */
  @Test
  void aChallengeAckIsNotTheLastAck() {
    establish();
    pass(0, FIN | ACK);
    pass(1, FIN | ACK);
    pass(0, SYN);
    pass(1, ACK);
    assertEquals(SessionState.LAST_ACK, SessionState.linux(table.state(number)));
    pass(1, ACK);
    expect(SessionState.TIME_WAIT, 120);
  }

  /** nf_conntrack_tcp_packet: "do not renew timeout on SYN retransmit". */
  @Test
  void aRepeatedSynDoesNotLengthenTheLife() {
    begin(Ipv4.TCP, PORTS, SYN);
    now += 100 * SECOND;
    pass(0, SYN);
    assertEquals(20, (table.expiresNs(number) - now) / SECOND);
    pass(1, SYN);
    assertEquals(SessionState.SYN_SENT2, table.state(number));
    assertEquals(20, (table.expiresNs(number) - now) / SECOND);
    pass(0, SYN);
    expect(SessionState.SYN_SENT2, 120);
  }

  /** nf_conntrack_tcp_packet, case SYN_RECV: IP_CT_TCP_SIMULTANEOUS_OPEN. */
  @Test
  void afterASimultaneousOpenTheAckOfTheReplySideEstablishes() {
    begin(Ipv4.TCP, PORTS, SYN);
    pass(1, SYN);
    pass(1, SYN | ACK);
    expect(SessionState.SYN_RECV, 60);
    pass(1, ACK);
    expect(SessionState.ESTABLISHED, 432_000);
    assertTrue(table.isAssured(number));
  }

  @Test
  void theServerMayReopenInTimeWait() {
    begin(Ipv4.TCP, PORTS, SYN);
    pass(1, SYN | ACK);
    pass(0, ACK);
    pass(0, FIN | ACK);
    pass(1, FIN | ACK);
    pass(0, ACK);
    expect(SessionState.TIME_WAIT, 120);
    again(1);
    assertEquals(0, table.size());
  }

  @Test
  void whatFitsNoTransitionIsInvalidAndChangesNothing() {
    begin(Ipv4.TCP, PORTS, SYN);
    now += SECOND;
    long expires = table.expiresNs(number);
    for (int flags : new int[] {SYN | ACK, FIN | ACK, ACK, PSH, 0}) {
      misfit(0, flags);
    }
    misfit(1, FIN | ACK);
    assertEquals(SessionState.SYN_SENT, table.state(number));
    assertEquals(expires, table.expiresNs(number));
    assertFalse(table.hasSeenReply(number));
  }

  @Test
  void aSegmentLetByChangesNoTimeout() {
    establish();
    long expires = table.expiresNs(number);
    now += 5 * SECOND;
    pass(1, SYN | ACK);
    pass(0, SYN);
    assertEquals(SessionState.ESTABLISHED, SessionState.linux(table.state(number)));
    assertEquals(expires, table.expiresNs(number));
  }

  @Test
  void udpLivesLongerOnceAnsweredForTwoSeconds() {
    begin(Ipv4.UDP, PORTS, 0);
    expect(SessionState.UNREPLIED, 30);
    now += 25 * SECOND;
    pass(0, 0);
    expect(SessionState.UNREPLIED, 30);
    pass(1, 0);
    expect(SessionState.REPLIED, 30);
    assertFalse(table.isAssured(number));
    pass(0, 0);
    expect(SessionState.REPLIED, 120);
    assertTrue(table.isAssured(number));
  }

  @Test
  void aUdpExchangeWithinTwoSecondsStaysShort() {
    begin(Ipv4.UDP, PORTS, 0);
    pass(1, 0);
    now += 2 * SECOND;
    pass(0, 0);
    expect(SessionState.REPLIED, 30);
    now += 1;
    pass(1, 0);
    expect(SessionState.REPLIED, 120);
  }

  @Test
  void icmpAndOtherProtocolsHaveOneTimeout() {
    begin(Ipv4.ICMP, ECHO, 0);
    expect(SessionState.UNREPLIED, 30);
    now += 20 * SECOND;
    pass(1, 0);
    expect(SessionState.REPLIED, 30);
    assertFalse(table.isAssured(number));
    begin(50, 0, 0);
    expect(SessionState.UNREPLIED, 600);
    pass(1, 0);
    expect(SessionState.REPLIED, 600);
    assertFalse(table.isAssured(number));
  }

  /** nf_conntrack_proto_gre.c, gre_packet. */
  @Test
  void greLivesLongerOnceAnswered() {
    begin(Ipv4.GRE, 0, 0);
    expect(SessionState.UNREPLIED, 30);
    pass(1, 0);
    expect(SessionState.REPLIED, 30);
    pass(0, 0);
    expect(SessionState.REPLIED, 180);
    assertTrue(table.isAssured(number));
  }

  /** net.netfilter.nf_conntrack_tcp_loose=0, tcp_new. */
  @Test
  void picksUpNothingInTheMiddleIfNotLoose() {
    tracker.use(timeouts(false, 120));
    assertFalse(tracker.mayBegin(Ipv4.TCP, ACK, PORTS));
    assertTrue(tracker.mayBegin(Ipv4.TCP, SYN, PORTS));
  }

  @Test
  void otherTimeoutsHoldForLaterPacketsOnly() {
    begin(Ipv4.TCP, PORTS, SYN);
    tracker.use(timeouts(true, 7));
    expect(SessionState.SYN_SENT, 120);
    pass(1, SYN | ACK);
    expect(SessionState.SYN_RECV, 7);
  }

  private static Timeouts timeouts(boolean loose, long synRecvSeconds) {
    Timeouts t = Timeouts.LINUX;
    return new Timeouts(
        loose,
        t.synSentNs(),
        synRecvSeconds * SECOND,
        t.establishedNs(),
        t.finWaitNs(),
        t.closeWaitNs(),
        t.lastAckNs(),
        t.timeWaitNs(),
        t.closeNs(),
        t.unacknowledgedNs(),
        t.udpNs(),
        t.udpStreamNs(),
        t.icmpNs(),
        t.greNs(),
        t.greStreamNs(),
        t.genericNs());
  }

  @Test
  void onlySynAndAckQueriesAndOtherProtocolsMayBegin() {
    assertTrue(tracker.mayBegin(Ipv4.TCP, SYN, PORTS));
    assertTrue(tracker.mayBegin(Ipv4.TCP, ACK | PSH, PORTS));
    for (int flags : new int[] {SYN | ACK, FIN, FIN | ACK, RST, RST | ACK, 0, PSH}) {
      assertFalse(tracker.mayBegin(Ipv4.TCP, flags, PORTS));
    }
    assertTrue(tracker.mayBegin(Ipv4.UDP, 0, PORTS));
    assertTrue(tracker.mayBegin(47, 0, 0));
    for (int type = 0; type < 256; type++) {
      boolean query = type == 8 || type == 13 || type == 15 || type == 17;
      assertEquals(query, tracker.mayBegin(Ipv4.ICMP, 0, 7 << 16 | type << 8), "" + type);
    }
  }

  @Test
  void timeNearTheEndOfTimeDoesNotWrap() {
    now = Long.MAX_VALUE - SECOND;
    begin(Ipv4.UDP, PORTS, 0);
    assertEquals(number << 1, table.find(CLIENT, SERVER, PORTS, Ipv4.UDP, now));
    now = Long.MIN_VALUE;
    table.expire(now, 100);
    assertEquals(1, table.size());
  }

  private void begin(int protocol, int ports, int flags) {
    assertTrue(tracker.mayBegin(protocol, flags, ports));
    int replyPorts = Tuples.invertPorts(ports, protocol);
    number = tracker.begin(CLIENT, SERVER, ports, SERVER, CLIENT, replyPorts, protocol, flags, now);
    assertTrue(number >= 0);
  }

  private void pass(int direction, int flags) {
    assertEquals(ConnectionTracker.PASS, tracker.track(number, direction, flags, now));
  }

  private void misfit(int direction, int flags) {
    tracker.clearMisfit();
    assertEquals(ConnectionTracker.RESTART, tracker.track(number, direction, flags, now));
    assertTrue(tracker.isMisfit());
    assertTrue(now < table.expiresNs(number));
  }

  private void again(int direction) {
    tracker.clearMisfit();
    assertEquals(ConnectionTracker.RESTART, tracker.track(number, direction, SYN, now));
    assertFalse(tracker.isMisfit());
    assertEquals(SessionTable.NONE, table.find(CLIENT, SERVER, PORTS, Ipv4.TCP, now));
  }

  private void establish() {
    begin(Ipv4.TCP, PORTS, SYN);
    pass(1, SYN | ACK);
    pass(0, ACK);
  }

  private void expect(int state, long seconds) {
    assertEquals(SessionState.name(state), SessionState.name(table.state(number)));
    assertEquals(seconds, (table.expiresNs(number) - now) / SECOND);
  }
}
