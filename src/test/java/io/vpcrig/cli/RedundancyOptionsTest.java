package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vpcrig.config.VpcFile;
import io.vpcrig.live.PortAssignment;
import io.vpcrig.live.PortPlan;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Redundancy;
import io.vpcrig.model.Vpc;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class RedundancyOptionsTest {
  private static final String ALONE =
      """
      vpc: {name: v, cidr: 10.10.0.0/16}
      tiers: {web: {gateway: 10.10.1.1/24, vlan: 101, acl: default_allow}}
      """;
  private static final String ONE_OF_TWO = ALONE + "redundancy: {address: 10.10.1.2}\n";

  @Command
  private static final class Holder {
    @CommandLine.Mixin private RedundancyOptions options;
  }

  private static Vpc vpc(String text) throws Exception {
    return VpcFile.read("-", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** The VPC as {@code forward} would see it with these options. */
  private static Vpc checked(String text, String... options) throws Exception {
    Holder holder = new Holder();
    new CommandLine(holder).parseArgs(options);
    Vpc vpc = holder.options.applyTo(vpc(text));
    PortPlan plan = PortPlan.of(vpc, List.of(PortAssignment.parse("web=eth1")));
    holder.options.check(plan.applyTo(vpc), plan);
    return vpc;
  }

  private static void refuses(String message, String text, String... options) {
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> checked(text, options)).getMessage());
  }

  @Test
  void theOptionTakesTheFilesPlace() throws Exception {
    assertEquals(Optional.empty(), checked(ALONE).redundancy());
    Redundancy file = checked(ONE_OF_TWO).redundancy().orElseThrow();
    assertEquals(Optional.of(Ipv4Text.parse("10.10.1.2")), file.address());
    assertEquals(
        file.with(Ipv4Text.parse("10.10.1.3"), 100),
        checked(ONE_OF_TWO, "--vrrp", "10.10.1.3").redundancy().orElseThrow());
    assertEquals(
        file.with(Ipv4Text.parse("10.10.1.3"), 150),
        checked(ONE_OF_TWO, "--vrrp", "10.10.1.3,150", "--sync", "192.0.2.1,192.0.2.2:99")
            .redundancy()
            .orElseThrow());
  }

  @Test
  void saysWhatIsWrongWithAnOption() {
    refuses("--vrrp needs a section redundancy in the VPC file", ALONE, "--vrrp", "10.10.1.3");
    refuses(
        "--sync needs a section redundancy in the VPC file", ALONE, "--sync", "10.0.0.1,10.0.0.2");
    refuses("redundancy: priority 300, legal 1..255", ONE_OF_TWO, "--vrrp", "10.10.1.3,300");
    refuses("'high', legal a whole number", ONE_OF_TWO, "--vrrp", "10.10.1.3,high");
    refuses(
        "--sync '10.0.0.1', legal ADDRESS[:PORT],PEER[:PORT]", ONE_OF_TWO, "--sync", "10.0.0.1");
    refuses("--sync port 70000, legal 1..65535", ONE_OF_TWO, "--sync", "10.0.0.1:70000,10.0.0.2");
  }

  @Test
  void aReloadCannotChangeIt() throws Exception {
    Vpc running = vpc(ONE_OF_TWO);
    RedundancyOptions.requireSame(vpc(ONE_OF_TWO), running);
    assertEquals(
        "redundancy changed; start anew to go by it",
        assertThrows(
                IllegalArgumentException.class,
                () -> RedundancyOptions.requireSame(vpc(ALONE), running))
            .getMessage());
  }
}
