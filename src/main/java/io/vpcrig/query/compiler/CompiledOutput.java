package io.vpcrig.query.compiler;

import io.vpcrig.model.FilterList;
import io.vpcrig.model.Flow;
import io.vpcrig.model.MalformedLineException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads what a command wrote and asks it about headers.
 *
 * @param form what it has to be
 * @param readers how to read rule lists, by form; one that is not there is refused
 */
public record CompiledOutput(OutputForm form, Map<OutputForm, ListReader> readers) {
  private static final String FORWARD = "forward";
  private static final String INGRESS = ":ingress";

  public CompiledOutput {
    readers = Map.copyOf(readers);
  }

  /**
   * @throws IOException with a sentence, if the text is no such compiled form
   */
  List<Answer> judge(String text, List<Flow> headers) throws IOException {
    OutputForm actual = form == OutputForm.auto ? OutputForm.of(text) : form;
    return switch (actual) {
      case verdicts -> verdicts(text, headers.size());
      case tcam -> {
        TcamTable table = TcamTable.parse(text);
        yield headers.stream().map(table::judge).toList();
      }
      default -> judge(reader(actual).read(text), headers);
    };
  }

  /** Asks the one among some lists that is meant. */
  static List<Answer> judge(List<FilterList> lists, List<Flow> headers) throws IOException {
    FilterList list = forwarding(lists);
    return headers.stream().map(header -> judge(list, header)).toList();
  }

  private ListReader reader(OutputForm actual) throws IOException {
    ListReader reader = readers.get(actual);
    if (reader == null) {
      throw new IOException("nothing here reads " + actual);
    }
    return reader;
  }

  private static List<Answer> verdicts(String text, int headers) throws IOException {
    List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
    if (lines.size() != headers) {
      throw new MalformedLineException(
          "stdout",
          Math.max(1, lines.size()),
          1,
          "%d verdicts for %d headers".formatted(lines.size(), headers));
    }
    Answer[] answers = new Answer[headers];
    for (int i = 0; i < headers; i++) {
      String word = lines.get(i).strip();
      int line = i + 1;
      answers[i] =
          RuleLines.action(word)
              .map(
                  action ->
                      new Answer(
                          Answer.Verdict.of(action),
                          Answer.UNTOLD,
                          "line " + line + " of its output"))
              .orElseThrow(
                  () ->
                      new MalformedLineException(
                          "stdout", line, 1, "verdict '" + word + "', legal: allow, deny"));
    }
    return List.of(answers);
  }

  /** The list of what is forwarded or comes in, among those of an output. */
  private static FilterList forwarding(List<FilterList> lists) throws IOException {
    List<FilterList> found =
        lists.size() == 1 ? lists : lists.stream().filter(CompiledOutput::isForwarding).toList();
    if (found.size() != 1) {
      throw new IOException(
          "stdout: has the lists %s, legal: one, or one whose name ends in FORWARD"
              .formatted(lists.stream().map(FilterList::name).toList()));
    }
    return found.getFirst();
  }

  private static boolean isForwarding(FilterList list) {
    String name = list.name().toLowerCase(Locale.ROOT);
    return name.endsWith(FORWARD) || name.endsWith(INGRESS);
  }

  private static Answer judge(FilterList list, Flow header) {
    int at =
        list.firstMatch(header.source(), header.destination(), header.ports(), header.protocol());
    String by =
        at == FilterList.NONE
            ? "the default of " + list.name()
            : "line " + list.rules().get(at).origin().line() + " of its output";
    return new Answer(Answer.Verdict.of(list.action(at)), Answer.UNTOLD, by);
  }
}
