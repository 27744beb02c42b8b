package io.vpcrig;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class MainTest {
  @Test
  void theJvmFlagsLetAgronaStart() {
    assertNotNull(new UnsafeBuffer(new byte[8]));
  }
}
