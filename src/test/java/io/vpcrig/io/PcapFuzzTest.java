package io.vpcrig.io;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Any bytes behind a pcap magic. Inputs kept beside the test are always run. */
class PcapFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void pcap(byte[] input) throws IOException {
    byte[] magic = {(byte) 0xd4, (byte) 0xc3, (byte) 0xb2, (byte) 0xa1};
    boolean begun =
        input.length >= CaptureFuzzing.MAGIC && PcapParser.isMagic(ByteBuffer.wrap(input).getInt());
    CaptureFuzzing.check(begun ? input : CaptureFuzzing.begunWith(magic, input));
  }
}
