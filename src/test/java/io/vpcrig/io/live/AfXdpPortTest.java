package io.vpcrig.io.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.Ethernet;
import io.vpcrig.testing.Netns;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link LivePortContract} of {@link AfXdpPort}, and what is its own. */
final class AfXdpPortTest extends LivePortContract {
  AfXdpPortTest() {
    super(Driver.AFXDP);
  }

  @Override
  void seen(PortCounters counters) {
    assertTrue(counters.received() > 20 << 20 >> 11, counters::toString);
  }

  @Test
  void itsProgramIsAtTheHookWhileItIsOpen() throws IOException {
    try (LivePort port = Wire.open(Driver.AFXDP, wire().middle, "p0")) {
      String link = Netns.in(wire().middle, "", "ip", "-d", "link", "show", "p0");
      assertTrue(link.contains("prog/xdp"), link);
      assertEquals("copy mode, XDP in its driver, 1 queue", port.details());
    }
  }

  @Test
  void framesOfAllQueuesCome() throws IOException {
    String pair = "numtxqueues 2 numrxqueues 2";
    Wire.ip(
        wire().middle,
        "link add q0 %s type veth peer name q1 netns %s %s\nlink set q0 up\n"
            .formatted(pair, wire().left, pair));
    Wire.ip(
        wire().left,
        """
        address add 10.9.8.1/24 dev q1
        link set q1 up
        neighbour add 10.9.8.2 lladdr 02:00:00:00:00:02 dev q1
        """);
    int flows = 64;
    try (LivePort port = Wire.open(Driver.AFXDP, wire().middle, "q0");
        PortWait wait = new PortWait(List.of(port));
        FrameBatch batch = new FrameBatch(256)) {
      assertEquals("copy mode, XDP in its driver, 2 queues", port.details());
      Netns.inside(
          wire().left,
          () -> {
            InetSocketAddress to = new InetSocketAddress("10.9.8.2", 9);
            for (int k = 0; k < flows; k++) {
              try (DatagramSocket socket = new DatagramSocket()) {
                socket.send(new DatagramPacket(new byte[1], 1, to));
              }
            }
            return null;
          });
      int got = 0;
      while (got < flows && wait.await(2000)) {
        batch.clear();
        port.receive(batch, 0, 0, 0);
        for (int i = 0; i < batch.size; i++) {
          got += Ethernet.destination(batch.bytes, batch.start[i]) == 0x02_00_00_00_00_02L ? 1 : 0;
        }
      }
      assertEquals(flows, got);
      String counters = Netns.in(wire().middle, "", "ethtool", "-S", "q0");
      for (String queue : new String[] {"rx_queue_0", "rx_queue_1"}) {
        assertTrue(
            counters.lines().anyMatch(line -> line.matches(" *" + queue + "_xdp_packets: [1-9].*")),
            counters);
      }
    }
    Wire.ip(wire().middle, "link del q0\n");
  }
}
