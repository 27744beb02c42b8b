package io.vpcrig.config;

import static io.vpcrig.config.Refusals.BASE;
import static io.vpcrig.config.Refusals.accepts;
import static io.vpcrig.config.Refusals.refuses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vpcrig.model.Conntrack;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConntrackRulesTest {
  @Test
  void whatIsNotGivenHasLinuxDefault() {
    assertEquals(Conntrack.DEFAULT, accepts(BASE).conntrack());
    assertEquals(Duration.ofDays(5), Conntrack.DEFAULT.tcpEstablished());
  }

  @Test
  void readsTimesInSecondsMinutesHoursAndDays() {
    Conntrack read =
        accepts(
                BASE
                    + "conntrack: {max: 10000000, tcp-loose: false, tcp-timeout-established: 2d,"
                    + " udp-timeout: 45, udp-timeout-stream: 3m, icmp-timeout: 1h}\n")
            .conntrack();
    assertEquals(10_000_000, read.max());
    assertEquals(false, read.tcpLoose());
    assertEquals(Duration.ofDays(2), read.tcpEstablished());
    assertEquals(Duration.ofSeconds(45), read.udp());
    assertEquals(Duration.ofMinutes(3), read.udpStream());
    assertEquals(Duration.ofHours(1), read.icmp());
    assertEquals(Conntrack.DEFAULT.tcpSynSent(), read.tcpSynSent());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "udp-timeout | 0 | time '0', legal 1s..365d; write it in whole seconds, or like 2m, 12h or"
            + " 5d",
        "udp-timeout | 366d | time '366d', legal 1s..365d; write it in whole seconds, or like 2m,"
            + " 12h or 5d",
        "tcp-loose | maybe | 'maybe', legal true and false",
        "max | 10000001 | max 10000001, legal 1..10000000"
      })
  void refusesWhatLinuxHasNot(String key, String value, String message) {
    refuses(BASE + "conntrack: {" + key + ": §" + value + "}\n", "conntrack." + key, message);
  }
}
