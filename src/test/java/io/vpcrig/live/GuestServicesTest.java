package io.vpcrig.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpcrig.testing.Netns;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Section;

/** What a guest needs to boot, asked for by the programs that guests have. */
@Timeout(value = 90, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class GuestServicesTest {
  private static final String VPC =
      """
      vpc: {name: lab, cidr: 10.10.0.0/16, domain: lab.internal, dns: [203.0.113.1]}
      segments:
        public: {vlan: 100, subnet: 203.0.113.0/24, address: 203.0.113.10, gateway: 203.0.113.1}
      tiers:
        web: {gateway: 10.10.1.1/24, vlan: 101, acl: default_deny}
        app: {gateway: 10.10.2.1/24, vlan: 102, acl: default_allow}
        db: {gateway: 10.10.3.1/24, vxlan: 5003, acl: default_allow, mtu: 1450}
      vxlan: {local: 192.0.2.1}
      hosts:
        web1: {tier: web, address: 10.10.1.10, user-data: "#cloud-config", meta-data: {instance-id: i-2-7-VM}}
        app1: {tier: app, address: 10.10.2.10, mac: "52:54:00:00:02:10"}
        db1: {tier: db, address: 10.10.3.10, mac: "52:54:00:00:03:10"}
      source-nat: [203.0.113.10]
      """;

  /** Writes down what it is told, and gives the interface its address. */
  private static final String SCRIPT =
      """
      #!/bin/sh
      case "$reason" in
        BOUND|REBOOT|RENEW)
          set | grep '^new_' > "$LEASE"
          ip address add "$new_ip_address/$new_subnet_mask" dev "$interface"
          ip route replace default via "$new_routers"
          ;;
        PREINIT) ip link set "$interface" up ;;
      esac
      exit 0
      """;

  private static Lab lab;
  @TempDir private static Path folder;

  @BeforeAll
  static void start() throws IOException {
    Optional<String> missing = Netns.missing("ping", "dhclient", "dig", "curl");
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    lab = new Lab();
    lab.start(VPC, "web=p-web", "app=p-app", "public=p-out", "db=p-db:tagged");
  }

  @AfterAll
  static void stop() throws IOException {
    if (lab != null) {
      lab.close();
    }
  }

  /** Has dhclient configure an interface that has nothing but a MAC; what it was told. */
  private static String boot(String host, String link, String mac) throws IOException {
    String namespace = Lab.namespace(host);
    Netns.run(
        "address flush dev %s%nlink set %s address %s%n".formatted(link, link, mac),
        "ip",
        "-n",
        namespace,
        "-batch",
        "-");
    Path script = folder.resolve("script");
    Files.writeString(script, SCRIPT);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path settings = folder.resolve("dhclient.conf");
    Files.writeString(
        settings,
        "timeout 20; initial-interval 1; request subnet-mask, routers, domain-name,"
            + " domain-name-servers, host-name, interface-mtu;\n");
    Path told = folder.resolve(host + ".told");
    Path process = folder.resolve(host + ".pid");
    try {
      Netns.in(
          namespace,
          "",
          "dhclient",
          "-4",
          "-1",
          "-cf",
          settings.toString(),
          "-sf",
          script.toString(),
          "-lf",
          folder.resolve(host + ".leases").toString(),
          "-pf",
          process.toString(),
          "-e",
          "LEASE=" + told,
          link);
    } finally {
      if (Files.exists(process)) {
        Netns.run("", "kill", Files.readString(process).strip());
      }
    }
    return Files.readString(told);
  }

  private static void assertTold(String told, String option, String value) {
    assertEquals(
        value,
        told.lines()
            .filter(line -> line.startsWith("new_" + option + "="))
            .map(line -> line.substring(line.indexOf('=') + 1).replace("'", ""))
            .findFirst()
            .orElse("nothing"),
        told);
  }

  private static void ping(String from, String to) throws IOException {
    String answer =
        Netns.in(Lab.namespace(from), "", "ping", "-n", "-c", "2", "-i", "0.05", "-W", "2", to);
    assertTrue(answer.contains(" 0% packet loss"), answer);
  }

  @Test
  void aGuestBootsAndReachesTheInternet() throws IOException {
    String told = boot("app", "end", "52:54:00:00:02:10");
    assertTold(told, "ip_address", "10.10.2.10");
    assertTold(told, "subnet_mask", "255.255.255.0");
    assertTold(told, "routers", "10.10.2.1");
    assertTold(told, "domain_name_servers", "10.10.2.1");
    assertTold(told, "domain_name", "lab.internal");
    assertTold(told, "host_name", "app1");
    assertTold(told, "dhcp_server_identifier", "10.10.2.1");
    assertTold(told, "dhcp_lease_time", "4294967295");
    assertEquals("10.10.2.1", dig("app", "@10.10.2.1", "+short", "data-server.").strip());
    assertEquals("app1", curl("app", "http://10.10.2.1/latest/meta-data/local-hostname"));
    ping("app", "203.0.113.1");
  }

  @Test
  void aGuestWithoutAMacInTheFileIsKnownByTheOneDerivedFromItsAddress() throws IOException {
    assertTold(boot("web", "end", "02:00:0a:0a:01:0a"), "ip_address", "10.10.1.10");
  }

  @Test
  void aGuestBehindAVxlanTunnelGetsItsAddressAndItsMtu() throws IOException {
    String told = boot("db", "vx", "52:54:00:00:03:10");
    assertTold(told, "ip_address", "10.10.3.10");
    assertTold(told, "interface_mtu", "1450");
    ping("db", "203.0.113.1");
  }

  // --- names ---

  private static String dig(String host, String... question) throws IOException {
    List<String> all = new ArrayList<>(List.of("dig", "+time=2", "+tries=2", "+norecurse"));
    all.addAll(List.of(question));
    return Netns.in(Lab.namespace(host), "", all.toArray(String[]::new));
  }

  @Test
  void digFindsHostsOfOtherTiersByNameAndByAddress() throws IOException {
    assertEquals("10.10.2.10", dig("web", "@10.10.1.1", "+short", "app1.lab.internal").strip());
    assertEquals("10.10.3.10", dig("web", "@10.10.1.1", "+short", "db1.").strip());
    assertEquals(
        "web1.lab.internal.", dig("web", "@10.10.1.1", "+short", "-x", "10.10.1.10").strip());
    String authoritative = dig("web", "@10.10.1.1", "web1.lab.internal");
    assertTrue(authoritative.contains("flags: qr aa"), authoritative);
    String nobody = dig("web", "@10.10.1.1", "nobody.lab.internal");
    assertTrue(nobody.contains("NXDOMAIN"), nobody);
  }

  @Test
  void digFindsOtherNamesByTheResolverWhoSeesTheRouter() throws Exception {
    try (DatagramSocket resolver =
        Netns.inside(
            Lab.namespace("out"),
            () -> new DatagramSocket(53, InetAddress.getByName("203.0.113.1")))) {
      FutureTask<String> asker =
          Netns.start(
              Lab.namespace("out"),
              () -> {
                DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
                resolver.receive(packet);
                Message question = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
                question.getHeader().setFlag(Flags.QR);
                question.addRecord(
                    new ARecord(
                        question.getQuestion().getName(),
                        DClass.IN,
                        60,
                        InetAddress.getByName("198.51.100.77")),
                    Section.ANSWER);
                byte[] answer = question.toWire();
                resolver.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                return packet.getAddress().getHostAddress();
              });
      assertEquals("198.51.100.77", dig("web", "@10.10.1.1", "+short", "www.example.org").strip());
      assertEquals("203.0.113.10", asker.get(5, TimeUnit.SECONDS));
    }
  }

  @Test
  void digAsksByTcpToo() throws IOException {
    assertEquals(
        "10.10.2.10", dig("web", "@10.10.1.1", "+tcp", "+short", "app1.lab.internal").strip());
  }

  // --- metadata ---

  private static String curl(String host, String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of("curl", "-sS", "--max-time", "10"));
    all.addAll(List.of(arguments));
    return Netns.in(Lab.namespace(host), "", all.toArray(String[]::new));
  }

  @Test
  void curlGetsUserDataAndMetaDataOfWhoAsks() throws IOException {
    assertEquals("#cloud-config", curl("web", "http://10.10.1.1/latest/user-data"));
    assertEquals("i-2-7-VM", curl("web", "http://10.10.1.1/latest/meta-data/instance-id"));
    assertEquals("10.10.1.10", curl("web", "http://10.10.1.1/latest/meta-data/local-ipv4"));
    assertEquals("203.0.113.10", curl("web", "http://10.10.1.1/latest/meta-data/public-ipv4"));
    String keys = curl("web", "http://10.10.1.1/latest/meta-data/");
    assertTrue(keys.contains("local-hostname\n"), keys);
    String none = curl("web", "-o", "/dev/null", "-w", "%{http_code}", "http://10.10.1.1/");
    assertEquals("404", none);
  }

  @Test
  void thePasswordServerHasNone() throws IOException {
    assertEquals(
        "saved_password",
        curl("web", "-H", "DomU_Request: send_my_password", "http://10.10.1.1:8080/"));
  }

  @Test
  void aPortWithoutAProgramRefuses() {
    IOException refused = assertThrows(IOException.class, () -> curl("web", "https://10.10.1.1/"));
    assertTrue(refused.getMessage().contains("Failed to connect"), refused.getMessage());
  }
}
