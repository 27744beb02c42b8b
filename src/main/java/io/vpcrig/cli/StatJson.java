package io.vpcrig.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.telemetry.Counter;
import io.vpcrig.telemetry.Run;
import io.vpcrig.telemetry.RunSnapshot;
import java.util.Locale;

/** Counters as JSON. Times are milliseconds since 1970. */
final class StatJson {
  private StatJson() {}

  static ObjectNode of(RunSnapshot snapshot) {
    Run run = snapshot.run();
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("verb", run.verb())
        .put("vpc", run.vpc())
        .put("pid", run.pid())
        .put("state", snapshot.state().name().toLowerCase(Locale.ROOT))
        .put("begunMs", run.begunMs())
        .put("writtenMs", snapshot.atMs());
    ArrayNode counters = root.putArray("counters");
    for (Counter counter : snapshot.counters()) {
      ObjectNode node = counters.addObject().put("name", counter.type().dottedName());
      for (int k = 0; k < counter.labels().size(); k++) {
        node.put(counter.type().labels().get(k), counter.labels().get(k));
      }
      node.put("value", counter.value());
    }
    ArrayNode examples = root.putArray("examples");
    for (RunSnapshot.Example example : snapshot.examples()) {
      examples
          .addObject()
          .put("reason", example.reason().dottedName())
          .put("atMs", example.atMs())
          .put("frame", example.text());
    }
    return root;
  }
}
