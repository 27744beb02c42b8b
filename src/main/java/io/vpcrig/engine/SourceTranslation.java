package io.vpcrig.engine;

import io.vpcrig.nat.NatTable;
import io.vpcrig.nat.SourcePortChooser;
import io.vpcrig.nat.TupleInUse;
import io.vpcrig.session.SessionTable;
import io.vpcrig.tunnel.SegmentTable;

/**
 * The last step of the policy, nat POSTROUTING: whose address a new flow leaves with, and by which
 * port. Static NAT of the guest, else a source NAT address, where it leaves by a public network;
 * the gateway's address where a private gateway translates; the tier's gateway where a flow turns
 * back into its own tier (hairpin). Thread: one worker.
 */
final class SourceTranslation {
  /** The source was translated. */
  static final int TRANSLATED = 1;

  /** It leaves as it is. */
  static final int NONE = 0;

  /** There is no address to leave with. */
  static final int NO_ADDRESS = -1;

  /** No port is free towards this destination. */
  static final int EXHAUSTED = -2;

  private final SegmentTable segments;
  private final NatTable nat;
  private final Gateways gateways;
  private final SessionTable sessions;
  private final TupleInUse inUse = this::isReplyInUse;
  private long nowNs;
  private int address;
  private int ports;

  SourceTranslation(Snapshot snapshot, SessionTable sessions) {
    this.segments = snapshot.segments();
    this.nat = snapshot.nat();
    this.gateways = new Gateways(snapshot);
    this.sessions = sessions;
  }

  /**
   * Decides for a flow that leaves by segment {@code out}; afterwards {@link #address} and {@link
   * #ports} hold the outcome.
   *
   * @param destination after destination NAT, as are {@code flowPorts}
   * @param turned whether destination NAT changed it
   * @return one of the constants, negative if there is no way
   */
  int choose(
      int source,
      int destination,
      int flowPorts,
      int protocol,
      int out,
      boolean turned,
      long timeNs) {
    nowNs = timeNs;
    int kind = segments.kind(out);
    int fixed = source;
    int outcome = NONE;
    if (kind == SegmentTable.PUBLIC) {
      fixed = nat.staticSource(source);
      outcome = TRANSLATED;
      if (fixed == 0) {
        return nat.sourceNatCount() == 0
            ? NO_ADDRESS
            : chosen(
                SourcePortChooser.choose(nat, source, destination, flowPorts, protocol, inUse),
                TRANSLATED);
      }
    } else if (kind == SegmentTable.GATEWAY && gateways.hasSourceNat(out)
        || turned && kind == SegmentTable.TIER && segments.contains(out, source)) {
      fixed = segments.routerAddress(out);
      outcome = TRANSLATED;
    }
    // As in Linux, a port changes also where no rule translates the source, if replies could not be
    // told from another connection's.
    return chosen(
        SourcePortChooser.choose(fixed, source, destination, flowPorts, protocol, inUse), outcome);
  }

  /**
   * Decides for a flow whose source becomes {@code shown}, or stays if that is its source; as
   * {@link #choose}.
   */
  int chooseAs(int shown, int source, int destination, int flowPorts, int protocol, long timeNs) {
    nowNs = timeNs;
    return chosen(
        SourcePortChooser.choose(shown, source, destination, flowPorts, protocol, inUse),
        shown == source ? NONE : TRANSLATED);
  }

  SessionTable sessions() {
    return sessions;
  }

  /** Source address it leaves with. */
  int address() {
    return address;
  }

  /** Ports it leaves with, as in the batch column. */
  int ports() {
    return ports;
  }

  private int chosen(long choice, int outcome) {
    if (choice == SourcePortChooser.EXHAUSTED) {
      return EXHAUSTED;
    }
    address = SourcePortChooser.address(choice);
    ports = SourcePortChooser.ports(choice);
    return outcome;
  }

  /** Whether a tuple of replies belongs to a session already. */
  private boolean isReplyInUse(int source, int destination, int replyPorts, int protocol) {
    return sessions.find(source, destination, replyPorts, protocol, nowNs) != SessionTable.NONE;
  }
}
