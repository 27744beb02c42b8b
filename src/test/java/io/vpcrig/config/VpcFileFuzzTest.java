package io.vpcrig.config;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.vpcrig.model.Vpc;

/** No file, whatever is in it, causes anything but a report. */
class VpcFileFuzzTest {
  @FuzzTest
  void endsInAVpcOrAReport(byte[] file) {
    VpcFile.Outcome outcome = VpcFile.check(file, "fuzz.yaml");
    if (outcome.vpc().isPresent() == (outcome.errors() > 0)) {
      throw new AssertionError("a VPC and errors, or neither: " + outcome.problems());
    }
    for (Problem problem : outcome.problems()) {
      if (problem.toString().lines().count() != 1) {
        throw new AssertionError("a problem of several lines: " + problem);
      }
    }
    outcome.vpc().ifPresent(Vpc::segments);
  }
}
