package io.vpcrig.config;

import io.vpcrig.model.Conntrack;
import java.time.Duration;
import java.util.Optional;

/**
 * Section {@code conntrack}: nf_conntrack's sysctls under their names without prefix and with
 * hyphens. What is not given has Linux's default.
 */
final class ConntrackSection {
  /** Those of Linux that need sequence numbers: read, and said to have no effect. */
  private static final String[] WITHOUT_EFFECT = {"tcp-timeout-max-retrans", "tcp-max-retrans"};

  private final Draft draft;

  ConntrackSection(Draft draft) {
    this.draft = draft;
  }

  void read(YamlValue section) {
    Optional<YamlFields> found =
        section.fields(
            "max",
            "tcp-loose",
            "tcp-timeout-syn-sent",
            "tcp-timeout-syn-recv",
            "tcp-timeout-established",
            "tcp-timeout-fin-wait",
            "tcp-timeout-close-wait",
            "tcp-timeout-last-ack",
            "tcp-timeout-time-wait",
            "tcp-timeout-close",
            "tcp-timeout-unacknowledged",
            "tcp-timeout-max-retrans",
            "tcp-max-retrans",
            "udp-timeout",
            "udp-timeout-stream",
            "icmp-timeout",
            "gre-timeout",
            "gre-timeout-stream",
            "generic-timeout");
    found.ifPresent(this::read);
  }

  private void read(YamlFields fields) {
    Conntrack linux = Conntrack.DEFAULT;
    draft.conntrack =
        new Conntrack(
            fields.optional("max", Texts.number("max", 1, Conntrack.MAX), linux.max()),
            fields.optional("tcp-loose", Texts::truth, linux.tcpLoose()),
            time(fields, "tcp-timeout-syn-sent", linux.tcpSynSent()),
            time(fields, "tcp-timeout-syn-recv", linux.tcpSynRecv()),
            time(fields, "tcp-timeout-established", linux.tcpEstablished()),
            time(fields, "tcp-timeout-fin-wait", linux.tcpFinWait()),
            time(fields, "tcp-timeout-close-wait", linux.tcpCloseWait()),
            time(fields, "tcp-timeout-last-ack", linux.tcpLastAck()),
            time(fields, "tcp-timeout-time-wait", linux.tcpTimeWait()),
            time(fields, "tcp-timeout-close", linux.tcpClose()),
            time(fields, "tcp-timeout-unacknowledged", linux.tcpUnacknowledged()),
            time(fields, "udp-timeout", linux.udp()),
            time(fields, "udp-timeout-stream", linux.udpStream()),
            time(fields, "icmp-timeout", linux.icmp()),
            time(fields, "gre-timeout", linux.gre()),
            time(fields, "gre-timeout-stream", linux.greStream()),
            time(fields, "generic-timeout", linux.generic()));
    warn(fields);
  }

  private static Duration time(YamlFields fields, String key, Duration absent) {
    return fields.optional(key, Texts::time, absent);
  }

  private static void warn(YamlFields fields) {
    fields.optional("tcp-timeout-max-retrans", Texts::time);
    fields.optional("tcp-max-retrans", Texts.number("tcp-max-retrans", 0, 255));
    for (String key : WITHOUT_EFFECT) {
      fields
          .get(key)
          .ifPresent(
              value ->
                  value.warning(
                      "'"
                          + key
                          + "' has no effect: sequence numbers, which tell a retransmission, are"
                          + " not looked at; leave it out"));
    }
  }
}
