package io.vpcrig.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vpcrig.acl.Classifiers;
import io.vpcrig.acl.ListCompiler;
import io.vpcrig.acl.RuleSet;
import io.vpcrig.model.AclList;
import io.vpcrig.model.Direction;
import io.vpcrig.model.Vpc;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.Consumer;

/** What compiling the lists of a VPC comes to: the engine of each, its cost, and who gave up. */
final class CompiledLists {
  /**
   * One direction of one list.
   *
   * @param lines rules, each CIDR of a rule counted
   */
  private record Compiled(
      AclList list, Direction direction, int lines, Classifiers.Choice choice) {}

  private CompiledLists() {}

  static void print(Vpc vpc, PrintWriter out) {
    each(
        vpc,
        compiled -> {
          out.printf(
              Locale.ROOT,
              "list %s %s: %d lines, %s, %.1f KiB, built in %.1f ms%n",
              compiled.list.name(),
              direction(compiled),
              compiled.lines,
              compiled.choice.classifier().name(),
              compiled.choice.classifier().memoryBytes() / 1024.0,
              compiled.choice.totalNs() / 1e6);
          for (Classifiers.Refusal refusal : compiled.choice.refused()) {
            out.printf(
                Locale.ROOT,
                "  %s was given up after %.1f ms: %s%n",
                refusal.engine(),
                refusal.ns() / 1e6,
                refusal.why());
          }
        });
  }

  static void write(Vpc vpc, ArrayNode array) {
    each(
        vpc,
        compiled -> {
          ObjectNode node = array.addObject();
          node.put("list", compiled.list.name())
              .put("direction", direction(compiled))
              .put("lines", compiled.lines)
              .put("engine", compiled.choice.classifier().name())
              .put("memoryBytes", compiled.choice.classifier().memoryBytes())
              .put("buildNs", compiled.choice.totalNs());
          ArrayNode refused = node.putArray("refused");
          for (Classifiers.Refusal refusal : compiled.choice.refused()) {
            refused
                .addObject()
                .put("engine", refusal.engine())
                .put("why", refusal.why())
                .put("ns", refusal.ns());
          }
        });
  }

  /** Compiles each list as the data path does, both directions; empty ones are left out. */
  private static void each(Vpc vpc, Consumer<Compiled> consumer) {
    for (AclList list : vpc.lists().values()) {
      for (Direction direction : Direction.values()) {
        RuleSet lines = ListCompiler.compile(list, direction, vpc.semantics());
        if (lines.size() > 0) {
          consumer.accept(new Compiled(list, direction, lines.size(), Classifiers.choose(lines)));
        }
      }
    }
  }

  private static String direction(Compiled compiled) {
    return compiled.direction.name().toLowerCase(Locale.ROOT);
  }
}
