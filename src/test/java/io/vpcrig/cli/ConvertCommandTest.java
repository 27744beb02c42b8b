package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvertCommandTest {
  private static final String ACLS =
      """
      acls:
        web:
          - {number: 10, direction: ingress, action: allow, protocol: tcp, ports: 443, cidr: 0.0.0.0/0}
          - {number: 20, direction: ingress, action: deny, protocol: icmp, icmp-type: 8, cidr: 10.0.0.0/8}
          - {number: 30, direction: egress, action: deny, protocol: all, cidr: 10.10.3.0/24}
      """;

  private static final String SAVED =
      """
      *filter
      :FORWARD DROP [0:0]
      -A FORWARD -m state --state ESTABLISHED -j ACCEPT
      -A FORWARD -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT
      -A FORWARD -p udp -m limit --limit 1/sec -j ACCEPT
      COMMIT
      """;

  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path acls;
  private Path saved;

  @BeforeEach
  void writeInputs() throws IOException {
    acls = Files.writeString(directory.resolve("acls.yaml"), ACLS);
    saved = Files.writeString(directory.resolve("saved"), SAVED);
  }

  private int convert(Object in, String name, String... options) {
    String[] all = new String[options.length + 3];
    all[0] = "convert";
    all[1] = in.toString();
    all[2] = directory.resolve(name).toString();
    System.arraycopy(options, 0, all, 3, options.length);
    return VpcrigCommand.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all);
  }

  private String written(String name) throws IOException {
    return Files.readString(directory.resolve(name));
  }

  @Test
  void bothDirectionsBecomeChainsOfTheRoutersShape() throws IOException {
    assertEquals(0, convert(acls, "out", "--to", "iptables"), err::toString);
    assertEquals(
        """
        *filter
        :FORWARD DROP [0:0]
        :ACL_INBOUND_web - [0:0]
        -A FORWARD -m state --state RELATED,ESTABLISHED -j ACCEPT
        -A FORWARD -j ACL_INBOUND_web
        -A ACL_INBOUND_web -p tcp -m tcp --dport 443 -j ACCEPT
        -A ACL_INBOUND_web -s 10.0.0.0/8 -p icmp -m icmp --icmp-type 8 -j DROP
        -A ACL_INBOUND_web -j DROP
        COMMIT
        *mangle
        :PREROUTING ACCEPT [0:0]
        :ACL_OUTBOUND_web - [0:0]
        -A PREROUTING -m state --state NEW -j ACL_OUTBOUND_web
        -A ACL_OUTBOUND_web -d 10.10.3.0/24 -j DROP
        -A ACL_OUTBOUND_web -j ACCEPT
        COMMIT
        """,
        written("out"));
    assertEquals("yaml to iptables: 2 lists, 3 rules, 0 lost, 0 assumed\n", err.toString());
  }

  @Test
  void yamlSurvivesCloudStackAndTheRoutersJson() throws IOException {
    assertEquals(0, convert(acls, "a.json", "--to", "cloudstack"), err::toString);
    assertEquals(0, convert(directory.resolve("a.json"), "b.json", "--to", "router"));
    assertEquals(0, convert(directory.resolve("b.json"), "c.yaml", "--to", "yaml"));
    assertEquals(
        ACLS.replace("number: 10", "number: 1")
            .replace("number: 20", "number: 2")
            .replace("number: 30", "number: 3"),
        written("c.yaml"));
  }

  @Test
  void whatIsLostStopsItUnlessItMayBeLost() throws IOException {
    assertEquals(1, convert(saved, "out", "--to", "nft"));
    assertFalse(Files.exists(directory.resolve("out")));
    assertTrue(
        err.toString()
            .startsWith(
                "vpcrig: " + saved + ":5: lost: '-m limit --limit 1/sec' can't be modelled"),
        err::toString);
    assertTrue(err.toString().contains(":3: assumed: 1 rule that tests a state or flags"));
    assertTrue(err.toString().endsWith("; nothing written, --lossy writes what can be carried\n"));
    assertEquals(0, convert(saved, "out", "--to", "nft", "--lossy"));
    assertTrue(written("out").startsWith("{\"nftables\": ["));
  }

  @Test
  void oneListOfSeveralIsNamed() throws IOException {
    assertEquals(2, convert(acls, "out", "--to", "tcam"));
    assertTrue(
        err.toString().contains("tcam holds one list, and there are 2 lists"), err::toString);
    assertTrue(err.toString().contains("IN#LIST"), err::toString);
    assertEquals(0, convert(acls + "#web:egress", "out", "--to", "tcam"));
    assertEquals(2, convert(acls + "#web:egres", "out", "--to", "tcam"));
    assertTrue(err.toString().contains("did you mean 'web:egress'?"), err::toString);
  }

  @Test
  void jsonTellsListsAndLosses() throws IOException {
    assertEquals(1, convert(saved, "out", "--to", "cisco", "--format", "json"));
    var json = new ObjectMapper().readTree(out.toString());
    assertFalse(json.get("written").asBoolean());
    assertEquals("filter/FORWARD", json.get("lists").get(0).get("name").asText());
    assertEquals(5, json.get("lost").get(0).get("line").asInt());
    assertEquals(1, json.get("assumed").size());
  }

  @Test
  void mistakesAndAbsentFilesHaveTheirExitCodes() throws IOException {
    Path bad = Files.writeString(directory.resolve("bad"), "*filter\n:FORWARD HUH [0:0]\n");
    assertEquals(2, convert(bad, "out", "--to", "nft"));
    assertTrue(err.toString().startsWith("vpcrig: " + bad + ":2:10: policy 'HUH'"), err::toString);
    assertEquals(3, convert(directory.resolve("absent"), "out", "--to", "nft"));
    assertEquals(2, convert(saved, "out", "--to", "azure", "--lossy"));
    assertEquals(2, convert(saved, "out", "--to", "nothing"));
    Path empty = Files.writeString(directory.resolve("empty.yaml"), "acls:\n");
    assertEquals(4, convert(empty, "out", "--to", "nft"));
    assertFalse(Files.exists(directory.resolve("out")));
  }
}
