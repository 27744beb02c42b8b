package io.vpcrig.io;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;

/** Any bytes behind a pcapng magic. Inputs kept beside the test are always run. */
class PcapngFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void pcapng(byte[] input) throws IOException {
    byte[] magic = {0x0a, 0x0d, 0x0d, 0x0a};
    CaptureFuzzing.check(CaptureFuzzing.begunWith(magic, input));
  }
}
