package io.vpcrig.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.io.live.AfPacketPort;
import io.vpcrig.io.live.LivePort;
import io.vpcrig.io.live.PortWait;
import io.vpcrig.testing.FrameBuilder;
import io.vpcrig.testing.Netns;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A trunk with 802.1Q tags, whose far end is written by hand (not every kernel has 802.1Q devices),
 * and the kernel's VXLAN on the other side of the router.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TrunkTest {
  private static final long GUEST = 0x5254_0000_0210L;
  private static final long GATEWAY = 0x0200_0a0a_0201L;
  private static final int VLAN = 102;
  private static final int PORT = 7000;

  /** A frame as it came, its tag included. */
  private record Seen(byte[] bytes) {
    int u16(int at) {
      return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }

    boolean isTagged(int type) {
      return u16(12) == 0x8100 && (u16(14) & 0xfff) == VLAN && u16(16) == type;
    }
  }

  private static Seen await(LivePort port, FrameBatch batch, Predicate<Seen> wanted)
      throws IOException {
    try (PortWait wait = new PortWait(List.of(port))) {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      while (System.nanoTime() < end) {
        batch.clear();
        port.receive(batch, 0, 0, 1);
        for (int i = 0; i < batch.size; i++) {
          Seen seen = new Seen(batch.bytes.copy(batch.start[i], batch.length[i]));
          if (wanted.test(seen)) {
            return seen;
          }
        }
        wait.await(100);
      }
    }
    throw new IOException("it did not come");
  }

  private static void send(LivePort port, FrameBatch batch, FrameBuilder frame) throws IOException {
    batch.clear();
    int i = frame.vlan(VLAN).addTo(batch, 1);
    port.send(batch.bytes, batch.start[i], batch.length[i]);
    port.flush();
  }

  @Test
  void framesGoFromAVxlanTunnelToAVlanAndBack() throws Exception {
    Optional<String> missing = Lab.missing();
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    try (Lab lab = new Lab();
        FrameBatch batch = new FrameBatch(64)) {
      Netns.run("address flush dev end\n", "ip", "-n", Lab.namespace("app"), "-batch", "-");
      lab.start(Lab.VPC, "app=p-app:tagged", "db=p-db:tagged");
      LivePort port = Netns.inside(Lab.namespace("app"), () -> AfPacketPort.open("end"));
      DatagramSocket host =
          Netns.inside(
              Lab.namespace("db"),
              () -> new DatagramSocket(0, InetAddress.getByName("10.10.3.10")));
      try (port;
          host) {
        byte[] question = "over the tunnel".getBytes(StandardCharsets.US_ASCII);
        host.send(
            new DatagramPacket(
                question, question.length, new InetSocketAddress("10.10.2.10", PORT)));

        Seen asked = await(port, batch, seen -> seen.isTagged(0x0806) && seen.u16(24) == 1);
        assertEquals(0x0a0a, asked.u16(42), "asks for 10.10.2.10");
        assertEquals(0x020a, asked.u16(44));
        send(port, batch, FrameBuilder.arp(2, "10.10.2.10", "10.10.2.1").macs(GUEST, GATEWAY));
        // The sender's address in an ARP message is the derived one there: what counts is inside.
        Seen came = await(port, batch, seen -> seen.isTagged(0x0800) && seen.bytes()[27] == 17);
        assertEquals(PORT, came.u16(40));
        String text = new String(came.bytes(), 46, question.length, StandardCharsets.US_ASCII);
        assertEquals("over the tunnel", text);
        assertEquals(63, came.bytes()[26], "TTL");

        byte[] answer = "by the trunk".getBytes(StandardCharsets.US_ASCII);
        send(
            port,
            batch,
            FrameBuilder.udp("10.10.2.10", PORT, "10.10.3.10", host.getLocalPort())
                .payload(answer)
                .macs(GUEST, GATEWAY));
        DatagramPacket heard = new DatagramPacket(new byte[100], 100);
        host.setSoTimeout(5_000);
        host.receive(heard);
        assertEquals(
            "by the trunk",
            new String(heard.getData(), 0, heard.getLength(), StandardCharsets.US_ASCII));
        assertEquals("10.10.2.10", heard.getAddress().getHostAddress());
        assertTrue(heard.getPort() == PORT);
      }
    }
  }
}
