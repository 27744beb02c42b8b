package io.vpcrig.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The page of a comparison of rules, made from what {@code diff --format json} prints. */
public final class DiffPage {
  private DiffPage() {}

  /**
   * The whole file.
   *
   * @param before name of what was
   * @param after name of what is to be
   * @param diff field {@code changes} with objects of {@code becomes}, {@code before}, {@code
   *     after}, {@code regions} and {@code examples}; other fields are shown too
   */
  public static byte[] of(String before, String after, ObjectNode diff) {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    data.put("before", before).put("after", after).set("diff", diff);
    return Page.of("diff " + before + " " + after, data, List.of("diff.js"));
  }
}
