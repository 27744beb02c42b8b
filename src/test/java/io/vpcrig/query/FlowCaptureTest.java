package io.vpcrig.query;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.Checksum;
import io.vpcrig.header.Ethernet;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Tcp;
import io.vpcrig.io.CaptureReader;
import io.vpcrig.io.Captures;
import io.vpcrig.model.Flow;
import io.vpcrig.model.FlowSyntax;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlowCaptureTest {
  private static final List<Flow> FLOWS =
      Stream.of(
              "tcp 10.0.0.1:40000 > 203.0.113.2:443",
              "udp 10.0.0.1:0 > 255.255.255.255:65535",
              "icmp 10.0.0.1 > 10.0.0.2 type 3 code 4",
              "47 10.0.0.1 > 10.0.0.2")
          .map(FlowSyntax::parse)
          .toList();

  @TempDir Path folder;

  @Test
  void theFrameOfAFlowHasItsHeadersAndRightChecksums() {
    for (Flow flow : FLOWS) {
      byte[] frame = FlowCapture.frame(flow);
      try (Bytes bytes = Bytes.allocate(frame.length)) {
        bytes.put(0, frame, 0, frame.length);
        int l3 = Ethernet.LENGTH;
        int l4 = l3 + Ipv4.MIN_LENGTH;
        assertTrue(Ipv4.isValid(bytes, l3, frame.length - l3), flow::toString);
        assertTrue(Ipv4.isChecksumRight(bytes, l3), flow::toString);
        assertTrue(Checksum.isTransportRight(bytes, l3, l4, frame.length), flow::toString);
        int ports =
            switch (flow.protocol()) {
              case Ipv4.ICMP -> bytes.u16(l4);
              case Ipv4.TCP, Ipv4.UDP -> Tcp.ports(bytes, l4);
              default -> 0;
            };
        assertEquals(
            flow,
            Flow.of(
                Ipv4.protocol(bytes, l3),
                Ipv4.source(bytes, l3),
                Ipv4.destination(bytes, l3),
                ports,
                Optional.empty()));
      }
    }
  }

  @Test
  void theCaptureHasAFrameForEachFlowHoweverMany() throws IOException {
    String file = folder.resolve("flows.pcapng").toString();
    List<Flow> flows = Collections.nCopies(300, FLOWS.getFirst());
    FlowCapture.write(file, flows);
    byte[] frame = FlowCapture.frame(FLOWS.getFirst());
    int frames = 0;
    try (CaptureReader reader = Captures.open(file);
        FrameBatch batch = new FrameBatch(256)) {
      while (reader.read(batch) > 0) {
        for (int i = 0; i < batch.size; i++) {
          byte[] read = new byte[batch.length[i]];
          batch.bytes.get(batch.start[i], read, 0, read.length);
          assertArrayEquals(frame, read);
          frames++;
        }
        batch.clear();
      }
    }
    assertEquals(flows.size(), frames);
  }
}
