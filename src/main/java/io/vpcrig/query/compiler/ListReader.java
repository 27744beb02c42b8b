package io.vpcrig.query.compiler;

import io.vpcrig.model.FilterList;
import java.io.IOException;
import java.util.List;

/** Reads the rule lists in a text of one format. */
@FunctionalInterface
public interface ListReader {
  /**
   * @throws IOException with a sentence that names line and value
   */
  List<FilterList> read(String text) throws IOException;
}
