package io.vpcrig.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.model.Origin;
import io.vpcrig.query.lint.Finding;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;

/** Findings as JSON, and as SARIF 2.1.0 (OASIS). */
final class LintReport {
  private LintReport() {}

  static void write(List<Finding> findings, ArrayNode array) {
    for (Finding finding : findings) {
      ObjectNode node = array.addObject();
      node.put("kind", finding.kind().label())
          .put("where", finding.where())
          .put("message", finding.message())
          .put("file", finding.origin().file())
          .put("line", finding.origin().line())
          .put("column", finding.origin().column());
      ArrayNode because = node.putArray("because");
      finding.because().forEach(origin -> because.add(origin.toString()));
    }
  }

  static ObjectNode sarif(List<Finding> findings) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    root.put("version", "2.1.0");
    ObjectNode run = root.putArray("runs").addObject();
    ObjectNode driver = run.putObject("tool").putObject("driver");
    driver.put("name", "vpcrig");
    ArrayNode rules = driver.putArray("rules");
    for (Finding.Kind kind : Finding.Kind.values()) {
      rules
          .addObject()
          .put("id", kind.label())
          .putObject("shortDescription")
          .put("text", kind.sentence());
    }
    ArrayNode results = run.putArray("results");
    for (Finding finding : findings) {
      ObjectNode result = results.addObject();
      result.put("ruleId", finding.kind().label()).put("ruleIndex", finding.kind().ordinal());
      result.put(
          "level",
          switch (finding.kind()) {
            case REDUNDANT, ROUTER_ANSWERS -> "note";
            default -> "warning";
          });
      result.putObject("message").put("text", finding.where() + ": " + finding.message());
      location(result.putArray("locations").addObject(), finding.origin());
      ArrayNode related = result.putArray("relatedLocations");
      finding.because().forEach(origin -> location(related.addObject(), origin));
    }
    return root;
  }

  private static void location(ObjectNode node, Origin origin) {
    ObjectNode physical = node.putObject("physicalLocation");
    physical.putObject("artifactLocation").put("uri", uri(origin.file()));
    if (origin.line() > 0) {
      ObjectNode region = physical.putObject("region").put("startLine", origin.line());
      if (origin.column() > 0) {
        region.put("startColumn", origin.column());
      }
    }
  }

  /** A URI reference (section 3.4.3): what may not stand in one is escaped. */
  private static String uri(String file) {
    try {
      boolean isRelative = !file.startsWith("/");
      String path = new URI(null, null, isRelative ? "/" + file : file, null).toASCIIString();
      return isRelative && !file.contains(":") ? path.substring(1) : isRelative ? "." + path : path;
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(file + " is no path", e);
    }
  }
}
