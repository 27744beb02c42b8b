package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpcrig.io.live.AfXdpPort;
import io.vpcrig.io.live.LivePort;
import io.vpcrig.testing.Netns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How {@code forward} chooses drivers, and what it says when it can't have one. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ForwardDriverTest {
  private static final String NAMESPACE = "vpcrig-driver-" + ProcessHandle.current().pid();
  private static final String VPC =
      """
      vpc: {name: lab, cidr: 10.10.0.0/16}
      segments:
        public: {vlan: 100, subnet: 203.0.113.0/24, address: 203.0.113.10, gateway: 203.0.113.1}
      tiers:
        web: {gateway: 10.10.1.1/24, vlan: 101, acl: default_allow}
        app: {gateway: 10.10.2.1/24, vlan: 102, acl: default_allow}
      """;

  @TempDir private Path folder;
  private Path vpc;

  @BeforeEach
  void makeNamespace() throws IOException {
    Optional<String> missing = Netns.missing("setpriv", "ping");
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    vpc = Files.writeString(folder.resolve("vpc.yaml"), VPC);
    Netns.run("", "ip", "netns", "add", NAMESPACE);
    Netns.run(
        """
        link add w0 type veth peer name w1
        link add a0 type veth peer name a1
        link set w0 up
        link set w1 up
        link set a0 up
        link set a1 up
        """,
        "ip",
        "-n",
        NAMESPACE,
        "-batch",
        "-");
  }

  @AfterEach
  void removeNamespace() throws IOException {
    Netns.remove(NAMESPACE);
  }

  private List<String> command(List<String> before, String... options) {
    List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", NAMESPACE));
    command.addAll(before);
    List<String> all = new ArrayList<>(List.of("forward", vpc.toString()));
    all.addAll(List.of(options));
    command.addAll(VpcrigProcess.command(all.toArray(String[]::new)));
    return command;
  }

  /** Runs to its end, which must be exit code 2; what it said. */
  private String refused(List<String> before, String... options) throws Exception {
    Process process =
        new ProcessBuilder(command(before, options))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said").toFile())
            .start();
    try {
      assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it runs on");
      String said = Files.readString(folder.resolve("said"));
      assertEquals(ExitCode.USAGE, process.exitValue(), said);
      return said;
    } finally {
      process.destroyForcibly();
    }
  }

  /** Runs until it forwards, then is killed as by {@code kill -9}; what it said. */
  private String runs(String... options) throws Exception {
    Path said = folder.resolve("said");
    Process process =
        new ProcessBuilder(command(List.of(), options))
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (process.isAlive()
          && System.nanoTime() < end
          && !Files.readString(said).contains("event=start")) {
        Thread.sleep(20);
      }
      assertTrue(process.isAlive() && System.nanoTime() < end, () -> read(said));
    } finally {
      process.destroyForcibly().waitFor();
    }
    return read(said);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void aMissingInterfaceIsNamed() throws Exception {
    assertEquals(
        "vpcrig: interface absent: there is none of this name here\n",
        refused(List.of(), "--port", "web=absent"));
  }

  @Test
  void withoutPrivilegesItSaysWhichAreNeeded() throws Exception {
    assertEquals(
        "vpcrig: live interfaces need root or the capability CAP_NET_RAW, and this process has"
            + " neither\n",
        refused(List.of("setpriv", "--bounding-set=-net_raw"), "--port", "web=w0"));
    assertEquals(
        "vpcrig: driver afxdp needs root or the capabilities CAP_BPF, CAP_NET_ADMIN and"
            + " CAP_NET_RAW, and this process has not all of them\n",
        refused(
            List.of("setpriv", "--bounding-set=-bpf,-sys_admin"),
            "--port",
            "web=w0",
            "--driver",
            "afxdp"));
    assertEquals(
        "vpcrig: driver afxdp needs root or the capabilities CAP_BPF, CAP_NET_ADMIN and"
            + " CAP_NET_RAW, and this process has not all of them\n",
        refused(
            List.of("setpriv", "--bounding-set=-net_admin,-sys_admin"),
            "--port",
            "web=w0",
            "--driver",
            "afxdp"));
  }

  @Test
  void aTakenHookIsToldOrGoneAround() throws Exception {
    try (LivePort other = Netns.inside(NAMESPACE, () -> AfXdpPort.open("w0"))) {
      assertEquals(
          "vpcrig: interface w0: another XDP program is attached there; take it off (ip link show"
              + " w0 tells which) or use --driver afpacket\n",
          refused(List.of(), "--port", "web=w0", "--driver", "afxdp"));
      assertEquals("w0", other.name());
      String said = runs("--port", "web=w0", "--port", "app=a0", "-v");
      assertTrue(
          said.contains(
              "port=w0 driver=afpacket mtu=1500 why=\"not afxdp: another XDP program is attached"
                  + " there"),
          said);
      assertTrue(said.contains("port=a0 driver=afxdp mtu=1500"), said);
    }
  }

  @Test
  void anInterfaceThatTheHostUsesIsNotTakenFromItUnasked() throws Exception {
    Netns.run("", "ip", "-n", NAMESPACE, "address", "add", "192.0.2.1/24", "dev", "w0");
    String said = runs("--port", "web=w0", "-v");
    assertTrue(
        said.contains(
            "port=w0 driver=afpacket mtu=1500 why=\"not afxdp: the host has an address there and"
                + " would get no more frames\""),
        said);
  }

  @Test
  void eachDriverCanBeAskedForAndAFaultyNameIsToldWithTheLegalOnes() throws Exception {
    for (String driver : new String[] {"afxdp", "afpacket", "pcap"}) {
      String said = runs("--port", "web=w0", "-v", "--driver", driver);
      assertTrue(said.contains("port=w0 driver=" + driver + " mtu=1500 why="), said);
      assertTrue(said.contains("asked for"), said);
    }
    String said = refused(List.of(), "--port", "web=w0", "--driver", "dpdk");
    assertTrue(said.contains("--driver 'dpdk', legal auto, afxdp, afpacket, pcap"), said);
  }

  @Test
  void longFramesAreNoMatterForAutoAndToldForAfxdp() throws Exception {
    Netns.run("", "ip", "-n", NAMESPACE, "link", "set", "w0", "mtu", "9000");
    assertEquals(
        "vpcrig: interface w0: mtu 9000 is more than driver afxdp takes, legal up to 3818\n",
        refused(List.of(), "--port", "web=w0", "--driver", "afxdp"));
    String said = runs("--port", "web=w0", "-v");
    assertTrue(
        said.contains("port=w0 driver=afpacket mtu=9000 why=\"not afxdp: mtu 9000 is more than"),
        said);
  }

  @Test
  void afterKillNothingIsLeftAtTheInterface() throws Exception {
    String said = runs("--port", "web=w0", "--port", "app=a0", "-v");
    assertTrue(
        said.contains(
            "port=w0 driver=afxdp mtu=1500 why=\"copy mode, XDP in its driver, 1 queue\""),
        said);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    String links;
    do {
      links = Netns.in(NAMESPACE, "", "ip", "-d", "link", "show");
    } while (links.contains("xdp") && System.nanoTime() < end);
    assertTrue(!links.contains("xdp") && !links.contains("promiscuity 1"), links);
  }
}
