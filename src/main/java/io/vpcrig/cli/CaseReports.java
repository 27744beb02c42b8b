package io.vpcrig.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.query.cases.CaseResult;
import io.vpcrig.query.cases.CaseResult.Outcome;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Results of test cases for machines: JUnit XML, TAP 14 and JSON. */
final class CaseReports {
  /** What XML 1.0 has no place for. */
  private static final Pattern NOT_XML = Pattern.compile("[^\\t\\n\\r\\x20-\ud7ff\ue000-\ufffd]");

  private CaseReports() {}

  /** One suite for each file. */
  static byte[] junit(Map<String, List<CaseResult>> files) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(bytes, "UTF-8");
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeStartElement("testsuites");
      for (Map.Entry<String, List<CaseResult>> file : files.entrySet()) {
        suite(xml, file.getKey(), file.getValue());
      }
      xml.writeEndElement();
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("memory always can be written to", e);
    }
    return bytes.toByteArray();
  }

  private static void suite(XMLStreamWriter xml, String file, List<CaseResult> results)
      throws XMLStreamException {
    xml.writeStartElement("testsuite");
    xml.writeAttribute("name", clean(file));
    xml.writeAttribute("tests", Integer.toString(results.size()));
    xml.writeAttribute("failures", Long.toString(count(results, Outcome.FAILED)));
    xml.writeAttribute("errors", Long.toString(count(results, Outcome.UNDECIDED)));
    xml.writeAttribute("time", seconds(results.stream().mapToDouble(CaseResult::seconds).sum()));
    for (CaseResult result : results) {
      xml.writeStartElement("testcase");
      xml.writeAttribute("classname", clean(file));
      xml.writeAttribute("name", clean(result.test().name()));
      xml.writeAttribute("file", clean(result.test().origin().file()));
      xml.writeAttribute("line", Integer.toString(result.test().origin().line()));
      xml.writeAttribute("time", seconds(result.seconds()));
      if (result.outcome() != Outcome.PASSED) {
        xml.writeStartElement(result.outcome() == Outcome.FAILED ? "failure" : "error");
        xml.writeAttribute("message", clean(result.told().getFirst()));
        xml.writeCharacters(
            clean(result.test().origin() + ": " + String.join("\n", result.told())));
        xml.writeEndElement();
      }
      xml.writeEndElement();
    }
    xml.writeEndElement();
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.6f", seconds);
  }

  private static String clean(String text) {
    return NOT_XML.matcher(text).replaceAll("?");
  }

  /** Test Anything Protocol, version 14. */
  static String tap(List<CaseResult> results) {
    StringBuilder out = new StringBuilder("TAP version 14\n1..").append(results.size());
    out.append('\n');
    int number = 0;
    for (CaseResult result : results) {
      // '#' would begin a directive, and a line's end would end the point.
      String name = result.test().name().replaceAll("\\R", " ").replace("\\", "\\\\");
      out.append(result.outcome() == Outcome.PASSED ? "ok " : "not ok ")
          .append(++number)
          .append(" - ")
          .append(name.replace("#", "\\#"))
          .append('\n');
      if (result.outcome() != Outcome.PASSED) {
        out.append("  ---\n  at: ").append(quoted(result.test().origin().toString()));
        out.append("\n  message:\n");
        result.told().forEach(line -> out.append("    - ").append(quoted(line)).append('\n'));
        out.append("  ...\n");
      }
    }
    return out.toString();
  }

  /** A YAML scalar in double quotes, which is JSON's text. */
  private static String quoted(String text) {
    return new ObjectMapper().getNodeFactory().textNode(text).toString();
  }

  static void json(List<CaseResult> results, ArrayNode cases) {
    for (CaseResult result : results) {
      ObjectNode node = cases.addObject();
      node.put("name", result.test().name())
          .put("file", result.test().origin().file())
          .put("line", result.test().origin().line())
          .put("outcome", result.outcome().name().toLowerCase(Locale.ROOT))
          .put("seconds", result.seconds());
      ArrayNode told = node.putArray("told");
      result.told().forEach(told::add);
    }
  }

  static long count(List<CaseResult> results, Outcome outcome) {
    return results.stream().filter(result -> result.outcome() == outcome).count();
  }
}
