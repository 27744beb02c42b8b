package io.vpcrig.query.compiler;

import java.util.ArrayList;
import java.util.List;

/**
 * A list that a compiler gets wrong.
 *
 * @param how where the list came from
 * @param found as drawn
 * @param list after reduction
 * @param trouble with the reduced list
 * @param repeatable whether it also happens to the list alone; if not, it depends on what the
 *     compiler was given before
 * @param lists how many were tried until then
 * @param ns time until then
 */
public record Finding(
    String how,
    WrittenList found,
    WrittenList list,
    Trouble trouble,
    boolean repeatable,
    long lists,
    long ns) {
  /** The list, and after an empty line the header with what it should have got: a rule file. */
  public String text() {
    List<String> lines = new ArrayList<>();
    lines.add(RuleLines.of(list));
    if (trouble instanceof Trouble.Wrong wrong) {
      lines.add(wrong.meant().verdict() + " " + RuleLines.of(wrong.header()) + "\n");
    }
    return String.join("\n", lines);
  }

  /** Name of its files: the first digits of the SHA-256 of {@link #text}. */
  public String id() {
    return Digests.sha256(text()).substring(0, 12);
  }
}
