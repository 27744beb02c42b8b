package io.vpcrig.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/** The report of a replay for machines; the field names are fixed. */
final class ReplayJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ReplayJson() {}

  static ObjectNode of(ReplayResult result) {
    ObjectNode root = JSON.createObjectNode();
    root.put("vpc", result.vpc().name());
    root.put("semantics", result.vpc().semantics().name().toLowerCase(Locale.ROOT));
    ArrayNode captures = root.putArray("captures");
    result.captures().forEach(captures::add);
    root.put("packets", result.packets());
    root.put("forwarded", result.forwarded());
    root.put("dropped", result.dropped());
    root.put("switched", result.switched());
    root.put("local", result.local());
    root.put("held", result.held());
    root.put("originated", result.originated());
    root.put("bytes", result.bytes());
    ArrayNode drops = root.putArray("drops");
    for (ReplayResult.Drops drop : result.drops()) {
      drops.addObject().put("reason", drop.reason().dottedName()).put("packets", drop.packets());
    }
    ArrayNode rules = root.putArray("rules");
    for (ReplayResult.RuleHits hits : result.rules()) {
      rules
          .addObject()
          .put("list", hits.list().name())
          .put("number", hits.rule().number())
          .put("direction", hits.rule().direction().name().toLowerCase(Locale.ROOT))
          .put("action", hits.rule().action().name().toLowerCase(Locale.ROOT))
          .put("packets", hits.packets())
          .put("bytes", hits.bytes());
    }
    segments(result, root.putArray("segments"));
    root.put("sessions", result.sessions());
    ReplayResult.Tracking tracking = result.tracking();
    root.putObject("conntrack")
        .put("invalid", tracking.invalid())
        .put("insert-failed", tracking.insertFailed())
        .put("drop", tracking.drop())
        .put("early-drop", tracking.earlyDrop());
    root.put("generation", result.generation());
    root.put("seconds", result.seconds());
    root.put("digest", result.digest());
    ArrayNode damage = root.putArray("damage");
    result.damage().forEach(damage::add);
    return root;
  }

  private static void segments(ReplayResult result, ArrayNode rows) {
    List<String> names = result.segmentNames();
    for (int from = 0; from < names.size(); from++) {
      ObjectNode row = rows.addObject().put("name", names.get(from));
      row.put("dropped", result.counts().dropped(from));
      ObjectNode forwarded = row.putObject("forwarded");
      for (int to = 0; to < names.size(); to++) {
        long packets = result.counts().passed(from, to);
        if (packets > 0) {
          forwarded.put(names.get(to), packets);
        }
      }
    }
  }
}
