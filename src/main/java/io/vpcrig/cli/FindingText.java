package io.vpcrig.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.query.compiler.Answer;
import io.vpcrig.query.compiler.Certificate;
import io.vpcrig.query.compiler.Finding;
import io.vpcrig.query.compiler.RuleLines;
import io.vpcrig.query.compiler.Trouble;
import io.vpcrig.query.compiler.WrittenList;
import java.io.PrintWriter;
import java.util.Locale;

/** Lists that a compiler gets wrong, for people and for programs. */
final class FindingText {
  private FindingText() {}

  static void print(Finding finding, Style style, PrintWriter out) {
    out.println(
        String.format(
            Locale.ROOT,
            "%s after %d lists, %.1f s (%s)",
            style.red(style.bold(finding.trouble().sort())),
            finding.lists(),
            finding.ns() / 1e9,
            finding.how()));
    if (!finding.repeatable()) {
      out.println(
          "  not when it is compiled again: it depends on what was compiled before, or on luck");
    }
    out.println(rules(finding));
    RuleLines.of(finding.list()).lines().forEach(line -> out.println("    " + line));
    print(finding.trouble(), style, out);
  }

  private static String rules(Finding finding) {
    int left = finding.list().rules().size();
    int found = finding.found().rules().size();
    return "  "
        + left
        + (left == 1 ? " rule" : " rules")
        + (left == found ? "" : " of " + found)
        + ":";
  }

  static void print(Trouble trouble, Style style, PrintWriter out) {
    switch (trouble) {
      case Trouble.Wrong wrong -> {
        out.println("  packet:   " + style.bold(wrong.header().toString()));
        out.println("  meant:    " + answer(wrong.meant()));
        out.println("  compiled: " + answer(wrong.compiled()));
      }
      case Trouble.Failed failed -> {
        out.println("  " + failed.kind() + ": " + failed.sentence());
        failed.details().lines().forEach(line -> out.println("    | " + line));
      }
    }
  }

  private static String answer(Answer answer) {
    return answer.verdict() + ", by " + answer.by();
  }

  static void write(Finding finding, ObjectNode node) {
    node.put("id", finding.id());
    node.put("sort", finding.trouble().sort());
    node.put("how", finding.how());
    node.put("lists", finding.lists());
    node.put("seconds", finding.ns() / 1e9);
    node.put("repeatable", finding.repeatable());
    node.put("rulesFound", finding.found().rules().size());
    write(finding.list(), node);
    Certificate.write(finding.trouble(), node);
  }

  private static void write(WrittenList list, ObjectNode node) {
    ArrayNode rules = node.putArray("rules");
    RuleLines.of(list).lines().forEach(rules::add);
  }
}
