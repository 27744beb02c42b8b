package io.vpcrig.io;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;

/** Any bytes, packed or not. Inputs kept beside the test are always run. */
class PackedFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void packed(byte[] input) throws IOException {
    CaptureFuzzing.check(input);
  }
}
