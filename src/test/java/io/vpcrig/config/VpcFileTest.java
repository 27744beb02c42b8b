package io.vpcrig.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vpcrig.model.Vpc;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class VpcFileTest {
  @Test
  void readsTheExample() throws Exception {
    Vpc vpc = VpcFile.read(Path.of("src/test/resources/vpc/production.yaml"));
    assertEquals(3, vpc.tiers().size());
  }
}
