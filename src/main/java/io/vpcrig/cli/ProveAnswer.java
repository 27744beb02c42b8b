package io.vpcrig.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.model.Flow;
import io.vpcrig.symbolic.Header;
import java.util.Optional;

/**
 * What came of one question.
 *
 * @param header on which the two sides differ
 * @param via segment that it enters by, between VPCs
 * @param one verdict and rule of the one side
 * @param other likewise of the other
 */
record ProveAnswer(
    String what,
    Optional<Header> header,
    Optional<String> via,
    String one,
    String other,
    Optional<String> undecided) {
  static ProveAnswer equal(String what) {
    return new ProveAnswer(what, Optional.empty(), Optional.empty(), "", "", Optional.empty());
  }

  static ProveAnswer undecided(String what, String why) {
    return new ProveAnswer(what, Optional.empty(), Optional.empty(), "", "", Optional.of(why));
  }

  /** The counter-example as a flow. */
  Flow flow() {
    Flow flow = header.orElseThrow().flow();
    return via.map(flow::via).orElse(flow);
  }

  /**
   * Lines without the last line's end.
   *
   * @param second what the other side is called
   */
  String text(String second) {
    if (undecided.isPresent()) {
      return what + ": undecided: " + undecided.get();
    }
    if (header.isEmpty()) {
      return what + ": equal";
    }
    return String.join(
        System.lineSeparator(),
        what + ": different",
        "  flow  " + flowText(),
        "  A     " + one,
        "  %-6s%s".formatted(second, other));
  }

  /** A header that no frame has keeps its ports in the text. */
  private String flowText() {
    Header found = header.orElseThrow();
    return found.isReal()
        ? flow().toString()
        : flow() + " (ports " + found.sourcePort() + " > " + found.destinationPort() + ")";
  }

  ObjectNode json() {
    ObjectNode node = new ObjectMapper().createObjectNode();
    node.put("what", what);
    node.put(
        "result", undecided.isPresent() ? "undecided" : header.isPresent() ? "different" : "equal");
    undecided.ifPresent(why -> node.put("why", why));
    header.ifPresent(
        found ->
            node.put("flow", flow().toString())
                .put("sourcePort", found.sourcePort())
                .put("destinationPort", found.destinationPort())
                .put("protocol", found.protocol())
                .put("one", one)
                .put("other", other));
    return node;
  }
}
