package io.vpcrig.config.foreign;

import io.vpcrig.model.FilterList;
import io.vpcrig.model.MalformedLineException;
import java.util.List;

/** A way of writing rule lists down. Implementations keep no state. */
public interface RuleFormat {
  /** Name on the command line. */
  String name();

  /** What it is, for people. */
  String title();

  /** Whether a text looks like this format, by its content. */
  boolean detects(RuleText text);

  /**
   * The lists of a text.
   *
   * @throws MalformedLineException where the text can't be read
   */
  RuleLists read(RuleText text) throws MalformedLineException;

  /** Whether what is written can be read again. */
  default boolean isReadable() {
    return true;
  }

  /**
   * Appends lists.
   *
   * @return what could not be carried
   * @throws IllegalArgumentException with a sentence for the operator, if the format can't hold
   *     such lists, or can only be read
   */
  List<Loss> write(List<FilterList> lists, StringBuilder out);
}
