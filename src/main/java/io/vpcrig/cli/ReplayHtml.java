package io.vpcrig.cli;

import java.util.List;
import java.util.Locale;

/** The report of a replay as one self-contained page. */
final class ReplayHtml {
  private final ReplayResult result;
  private final StringBuilder out = new StringBuilder();

  private ReplayHtml(ReplayResult result) {
    this.result = result;
  }

  static String of(ReplayResult result) {
    return new ReplayHtml(result).write();
  }

  private String write() {
    out.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
        .append(escape(result.vpc().name()))
        .append(
            """
            </title><style>
            body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem }
            table { border-collapse: collapse; margin: 0 0 2rem }
            th, td { padding: .2rem .8rem; border-bottom: 1px solid #ddd; text-align: right }
            th:first-child, td:first-child, .text { text-align: left }
            .drop { color: #b00020 } .none { color: #aaa } code { font-size: 13px }
            </style></head><body>
            """);
    out.append("<h1>")
        .append(escape(String.join(" ", result.captures())))
        .append(" through ")
        .append(escape(result.vpc().name()))
        .append("</h1>\n<p>")
        .append(escape(result.closingLine()))
        .append("</p>\n");
    drops();
    segments();
    rules();
    out.append(
        "<p>sessions %,d, generation %d, %s</p>\n"
            .formatted(result.sessions(), result.generation(), escape(result.pipeline())));
    out.append("<p>sha256 of the frames sent <code>")
        .append(result.digest())
        .append("</code></p>\n");
    for (String damage : result.damage()) {
      out.append("<p class=drop>damaged input: ").append(escape(damage)).append("</p>\n");
    }
    return out.append("</body></html>\n").toString();
  }

  private void drops() {
    out.append("<h2>Drops by reason</h2><table>\n");
    for (ReplayResult.Drops drop : result.drops()) {
      row(
          "<code>" + drop.reason().dottedName() + "</code>",
          "%,d".formatted(drop.packets()),
          "<span class=text>" + escape(drop.reason().sentence()) + "</span>");
    }
    out.append("</table>\n");
  }

  private void segments() {
    List<String> names = result.segmentNames();
    out.append("<h2>From segment to segment</h2><table>\n<tr><th></th>");
    names.forEach(name -> out.append("<th>").append(escape(name)).append("</th>"));
    out.append("<th class=drop>dropped</th></tr>\n");
    for (int from = 0; from < names.size(); from++) {
      String[] cells = new String[names.size() + 2];
      cells[0] = escape(names.get(from));
      for (int to = 0; to < names.size(); to++) {
        cells[to + 1] = cell(result.counts().passed(from, to));
      }
      cells[names.size() + 1] = cell(result.counts().dropped(from));
      row(cells);
    }
    out.append("</table>\n");
  }

  private void rules() {
    out.append("<h2>Rules</h2><table>\n");
    for (ReplayResult.RuleHits hits : result.rules()) {
      row(
          escape(hits.list().name()) + " #" + hits.rule().number(),
          hits.rule().direction().name().toLowerCase(Locale.ROOT),
          hits.rule().action().name().toLowerCase(Locale.ROOT),
          cell(hits.packets()),
          cell(hits.bytes()));
    }
    out.append("</table>\n");
  }

  private static String cell(long value) {
    return value == 0 ? "<span class=none>0</span>" : "%,d".formatted(value);
  }

  private void row(String... cells) {
    out.append("<tr>");
    for (String cell : cells) {
      out.append("<td>").append(cell).append("</td>");
    }
    out.append("</tr>\n");
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
