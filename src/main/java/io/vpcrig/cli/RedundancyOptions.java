package io.vpcrig.cli;

import io.vpcrig.io.live.UdpSocket;
import io.vpcrig.live.LiveRouter;
import io.vpcrig.live.PortPlan;
import io.vpcrig.live.Standby;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Redundancy;
import io.vpcrig.model.Vpc;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * What is this router's own where it is one of two: section {@code redundancy} of the VPC file says
 * what both share. Messages of IllegalArgumentExceptions are for the operator.
 */
final class RedundancyOptions {
  /** CloudStack's conntrackd has it as its group. */
  private static final int DEFAULT_PORT = 3780;

  private static final String SYNC = "ADDRESS[:PORT],PEER[:PORT]";

  @Option(
      names = "--vrrp",
      paramLabel = "ADDRESS[,PRIORITY]",
      description =
          "This router's own address in the segment of the VPC file's redundancy section, and its"
              + " priority, instead of the file's: so that two routers can have one file.")
  private String vrrp;

  @Option(
      names = "--sync",
      paramLabel = SYNC,
      description =
          "Keeps the sessions of two routers the same, by UDP between these addresses of their"
              + " hosts, on a wire that can be trusted (port: "
              + DEFAULT_PORT
              + ").")
  private String sync;

  /** The VPC with what is this router's own. */
  Vpc applyTo(Vpc vpc) {
    if (vrrp == null) {
      return vpc;
    }
    Redundancy shared =
        vpc.redundancy()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "--vrrp needs a section redundancy in the VPC file"));
    int comma = vrrp.indexOf(',');
    String address = comma < 0 ? vrrp : vrrp.substring(0, comma);
    int priority = comma < 0 ? shared.priority() : number(vrrp.substring(comma + 1));
    return vpc.withRedundancy(Optional.of(shared.with(address("--vrrp", address), priority)));
  }

  /** Makes sure that the router can be one of two there, and that there is one to sync with. */
  void check(Vpc vpc, PortPlan plan) {
    Standby.requirePossible(vpc, plan);
    if (sync != null) {
      if (vpc.redundancy().isEmpty()) {
        throw new IllegalArgumentException("--sync needs a section redundancy in the VPC file");
      }
      for (String end : ends()) {
        address("--sync", host(end));
        port(end);
      }
    }
  }

  /** Begins to synchronise, if so wanted. */
  void open(LiveRouter router) throws IOException {
    if (sync != null) {
      String[] ends = ends();
      router.synchronise(
          UdpSocket.open(
              address("--sync", host(ends[0])),
              port(ends[0]),
              address("--sync", host(ends[1])),
              port(ends[1])));
    }
  }

  /** Makes sure that a later state of the VPC can go on as the same one of two. */
  static void requireSame(Vpc vpc, Vpc running) {
    if (!vpc.redundancy().equals(running.redundancy())) {
      throw new IllegalArgumentException("redundancy changed; start anew to go by it");
    }
  }

  private String[] ends() {
    String[] ends = sync.split(",", -1);
    if (ends.length != 2) {
      throw new IllegalArgumentException("--sync '" + sync + "', legal " + SYNC);
    }
    return ends;
  }

  private static String host(String end) {
    return end.indexOf(':') < 0 ? end : end.substring(0, end.indexOf(':'));
  }

  private static int port(String end) {
    if (end.indexOf(':') < 0) {
      return DEFAULT_PORT;
    }
    int port = number(end.substring(end.indexOf(':') + 1));
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("--sync port " + port + ", legal 1..65535");
    }
    return port;
  }

  private static int address(String option, String text) {
    try {
      return Ipv4Text.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
    }
  }

  private static int number(String text) {
    if (!text.matches("[0-9]{1,9}")) {
      throw new IllegalArgumentException("'" + text + "', legal a whole number");
    }
    return Integer.parseInt(text);
  }
}
