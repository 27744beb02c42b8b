package io.vpcrig.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The page of a bench, made from its result file alone; blocks that are not there are left out. */
public final class BenchPage {
  private BenchPage() {}

  /**
   * The whole file.
   *
   * @param report fields {@code bench}, {@code environment}, {@code options}, {@code results}
   */
  public static byte[] of(ObjectNode report) {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    data.set("report", report);
    return Page.of("bench " + report.path("bench").asText(), data, List.of("bench.js"));
  }
}
