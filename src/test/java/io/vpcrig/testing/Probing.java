package io.vpcrig.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vpcrig.model.Encapsulation;
import io.vpcrig.model.Flow;
import io.vpcrig.model.FlowSyntax;
import io.vpcrig.model.Protocol;
import io.vpcrig.model.Quirk;
import io.vpcrig.model.Vpc;
import io.vpcrig.query.Outcome;
import io.vpcrig.query.Packet;
import io.vpcrig.telemetry.Reason;
import org.junit.jupiter.api.AfterEach;

/**
 * Probes of any router: a first packet and what becomes of it.
 *
 * <p>The VPC is 10.10.0.0/16; t1 10.10.1.0/24 with .10 and .11, t2 10.10.2.0/24 with .10; public
 * 203.0.113.10 (source NAT), .11, .12; the outside client 198.51.100.50.
 */
abstract class Probing {
  ProbeRouter router;
  private long nowNs = 1_700_000_000_000_000_000L;

  /** The router under test. */
  protected abstract ProbeRouter router(Vpc vpc);

  @AfterEach
  void stopRouter() {
    if (router != null) {
      router.close();
    }
  }

  static Vpcs bare() {
    return Vpcs.vpc("10.10.0.0/16")
        .publicNetwork("public", new Encapsulation.Vlan(100), "203.0.113.10/24", "203.0.113.1")
        .tier("t1", new Encapsulation.Vxlan(5001), "10.10.1.1/24")
        .tier("t2", new Encapsulation.Vlan(102), "10.10.2.1/24")
        .host("one", "t1", "10.10.1.10")
        .host("eleven", "t1", "10.10.1.11")
        .host("two", "t2", "10.10.2.10");
  }

  final void start(Vpcs vpc) {
    router = router(vpc.build());
  }

  /** The first packet of a flow passes. */
  final Checked passes(String flow, Reason reason) {
    return segment(flow, Packet.SYN).is("forward", reason);
  }

  final Checked drops(String flow, Reason reason) {
    return segment(flow, Packet.SYN).is("drop", reason);
  }

  final Checked local(String flow, Reason reason) {
    return segment(flow, Packet.SYN).is("local", reason);
  }

  final Checked reply(String flow, int tcpFlags) {
    return segment(flow, tcpFlags).is("forward", Reason.ESTABLISHED);
  }

  /** An ICMP error about a packet that went the other way. */
  final Checked error(String text, String about) {
    Flow flow = FlowSyntax.parse(text);
    nowNs += 1_000_000;
    String in = flow.via().orElseThrow();
    return new Checked(
        text, router.send(Packet.icmpError(in, flow, FlowSyntax.parse(about), 64, nowNs)));
  }

  final Checked segment(String text, int tcpFlags) {
    Flow flow = FlowSyntax.parse(text);
    nowNs += 1_000_000;
    Packet packet =
        Packet.of(
            flow.via().orElseThrow(),
            flow,
            flow.protocol() == Protocol.TCP ? tcpFlags : 0,
            64,
            nowNs);
    return new Checked(text, router.send(packet));
  }

  /** An outcome, with the flow it belongs to for the message. */
  record Checked(String flow, Outcome outcome) {
    Checked is(String verdict, Reason reason) {
      assertEquals(verdict + " " + reason, outcome.verdict() + " " + outcome.reason(), flow);
      return this;
    }

    Checked by(String list, int rule) {
      assertEquals(
          list + " #" + rule,
          outcome.list().orElse("no list") + " #" + outcome.rule().orElse(-1),
          flow);
      return this;
    }

    /** The default of that list. */
    Checked by(String list) {
      return by(list, -1);
    }

    Checked leavesBy(String segment) {
      assertEquals(segment, outcome.out().orElse("nowhere"), flow);
      return this;
    }

    Checked as(String rewritten) {
      assertEquals(FlowSyntax.parse(rewritten), outcome.rewritten().orElseThrow(), flow);
      return this;
    }

    Checked because(Quirk quirk) {
      assertEquals(quirk, outcome.quirk(), flow);
      return this;
    }
  }
}
