package io.vpcrig.live.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.config.ConfigException;
import io.vpcrig.config.VpcFile;
import io.vpcrig.live.host.RecordingNetwork;
import io.vpcrig.live.host.Stream;
import io.vpcrig.live.host.StreamService;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Vpc;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Requests for metadata, as bytes. */
final class HttpServiceTest {
  private static final String FILE =
      """
      vpc: {name: lab, cidr: 10.10.0.0/16}
      segments: {public: {vlan: 9, subnet: 203.0.113.0/24, address: 203.0.113.10}}
      tiers: {web: {gateway: 10.10.1.1/24, vlan: 101}}
      hosts:
        web1:
          tier: web
          address: 10.10.1.10
          user-data: "line 1\\nline 2\\n"
          meta-data: {vm-id: 8f0e, public-keys: "ssh-ed25519 AAAA"}
        web2: {tier: web, address: 10.10.1.11}
      static-nat: [{public: 203.0.113.12, host: web1}]
      """;

  private final RecordingNetwork network = new RecordingNetwork(vpc());

  private static Vpc vpc() {
    try {
      return VpcFile.read("-", new ByteArrayInputStream(FILE.getBytes(StandardCharsets.UTF_8)));
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** A connection that keeps what is written to it. */
  private static final class Kept implements Stream {
    private final String caller;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private boolean finished;

    Kept(String caller) {
      this.caller = caller;
    }

    @Override
    public int segment() {
      return 1;
    }

    @Override
    public int far() {
      return Ipv4Text.parse(caller);
    }

    @Override
    public int farPort() {
      return 40_000;
    }

    @Override
    public int near() {
      return Ipv4Text.parse("10.10.1.1");
    }

    @Override
    public void write(byte[] data) {
      written.writeBytes(data);
    }

    @Override
    public void finish() {
      finished = true;
    }
  }

  private String ask(String caller, String request) {
    Kept kept = new Kept(caller);
    StreamService.Reader reader = HttpService.metadata(network).accept(kept);
    for (byte each : request.getBytes(StandardCharsets.ISO_8859_1)) {
      reader.receive(new byte[] {each});
    }
    assertEquals(kept.written.size() > 0, kept.finished);
    return kept.written.toString(StandardCharsets.UTF_8);
  }

  /** Status and body. */
  private String get(String caller, String path) {
    String answer = ask(caller, "GET " + path + " HTTP/1.1\r\nHost: 10.10.1.1\r\n\r\n");
    int end = answer.indexOf("\r\n\r\n");
    String head = answer.substring(0, end + 2);
    String body = answer.substring(end + 4);
    assertTrue(head.startsWith("HTTP/1.1 "), head);
    assertTrue(head.contains("\r\nContent-Length: " + body.length() + "\r\n"), head);
    assertTrue(head.contains("\r\nDate: Tue, 14 Nov 2023 22:13:20 GMT\r\n"), head);
    return head.substring(9, 12) + " " + body;
  }

  @Test
  void whoAsksIsToldOfItself() {
    assertEquals("200 line 1\nline 2\n", get("10.10.1.10", "/latest/user-data"));
    assertEquals("200 ", get("10.10.1.11", "/latest/user-data"));
    assertEquals("200 web1", get("10.10.1.10", "/latest/meta-data/local-hostname"));
    assertEquals("200 web2", get("10.10.1.11", "/latest/meta-data/instance-id"));
    assertEquals("200 203.0.113.12", get("10.10.1.10", "/latest/meta-data/public-ipv4"));
    assertEquals("200 203.0.113.10", get("10.10.1.11", "/latest/meta-data/public-ipv4"));
  }

  @Test
  void whatTheFileSaysGoesBeforeTheUsual() {
    assertEquals("200 8f0e", get("10.10.1.10", "/latest/meta-data/vm-id"));
    assertEquals("200 ssh-ed25519 AAAA", get("10.10.1.10", "/latest/meta-data/public-keys"));
    assertEquals(
        "200 instance-id\nlocal-hostname\nlocal-ipv4\npublic-hostname\npublic-ipv4\npublic-keys\n"
            + "vm-id\n",
        get("10.10.1.10", "/latest/meta-data/"));
  }

  @Test
  void whatIsNotThereIsNotFound() {
    assertEquals("404 ", get("10.10.1.10", "/"));
    assertEquals("404 ", get("10.10.1.10", "/latest/meta-data/nothing"));
    assertEquals("404 ", get("10.10.1.10", "/latest/meta-data/../user-data"));
    assertEquals("404 ", get("10.10.1.99", "/latest/user-data"));
  }

  @Test
  void onlyGetAndHeadAreKnown() {
    String head = ask("10.10.1.10", "HEAD /latest/user-data HTTP/1.0\r\n\r\n");
    assertTrue(head.startsWith("HTTP/1.1 200 OK\r\n"), head);
    assertTrue(head.contains("Content-Length: 14\r\n"), head);
    assertTrue(head.endsWith("\r\n\r\n"), head);
    String post = ask("10.10.1.10", "POST /latest/user-data HTTP/1.1\r\n\r\nbody");
    assertTrue(post.startsWith("HTTP/1.1 405 "), post);
    assertTrue(post.contains("\r\nAllow: GET, HEAD\r\n"), post);
  }

  @Test
  void whatIsNoRequestIsRefused() {
    for (String bad :
        new String[] {"hello", "GET /", "GET / HTTP/2", "get / HTTP/1.1", "GET %% HTTP/1.1", " "}) {
      assertTrue(ask("10.10.1.10", bad + "\r\n\r\n").startsWith("HTTP/1.1 400 "), bad);
    }
    assertTrue(ask("10.10.1.10", "GET / HTTP/1.1\r\nno colon\r\n\r\n").startsWith("HTTP/1.1 400 "));
    assertEquals("", ask("10.10.1.10", "GET / HTTP/1.1\r\nHost: a"));
    assertTrue(
        ask("10.10.1.10", "GET / HTTP/1.1\r\nA: " + "a".repeat(9000)).startsWith("HTTP/1.1 431 "));
  }

  @Test
  void noBytesBringItDown() {
    SplittableRandom random = new SplittableRandom(6);
    String good = "GET /latest/meta-data/ HTTP/1.1\r\nHost: 10.10.1.1\r\n\r\n";
    for (int run = 0; run < 5_000; run++) {
      StringBuilder bad = new StringBuilder(good);
      for (int k = random.nextInt(6); k > 0; k--) {
        bad.setCharAt(random.nextInt(bad.length()), (char) random.nextInt(256));
      }
      ask("10.10.1.10", bad.toString());
    }
    assertEquals("200 web1", get("10.10.1.10", "/latest/meta-data/local-hostname"));
  }
}
