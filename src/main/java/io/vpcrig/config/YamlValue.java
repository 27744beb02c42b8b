package io.vpcrig.config;

import io.vpcrig.model.Names;
import io.vpcrig.model.Origin;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A value of a YAML file and where it stands. Every way of reading it reports what does not fit and
 * then returns nothing, so that reading goes on.
 */
final class YamlValue {
  private static final int SHOWN = 80;

  private final Node node;
  private final String path;
  private final String file;
  private final Problems problems;

  YamlValue(Node node, String path, String file, Problems problems) {
    this.node = node;
    this.path = path;
    this.file = file;
    this.problems = problems;
  }

  Origin origin() {
    return node.getStartMark()
        .map(mark -> new Origin(file, mark.getLine() + 1, mark.getColumn() + 1))
        .orElseGet(() -> new Origin(file, 0, 0));
  }

  String path() {
    return path;
  }

  Problems problems() {
    return problems;
  }

  void error(String message) {
    problems.error(origin(), path, message);
  }

  void warning(String message) {
    problems.warning(origin(), path, message);
  }

  /** {@code key:} with nothing behind it, or null. */
  boolean isEmpty() {
    return node instanceof ScalarNode scalar
        && scalar.getScalarStyle() == ScalarStyle.PLAIN
        && (scalar.getValue().isEmpty()
            || scalar.getValue().equals("~")
            || scalar.getValue().equals("null"));
  }

  boolean isScalar() {
    return node instanceof ScalarNode;
  }

  boolean isMapping() {
    return node instanceof MappingNode;
  }

  /** The text of a scalar as it was written, whatever YAML would make of it. */
  Optional<String> text() {
    if (!(node instanceof ScalarNode scalar)) {
      error("this is " + kind() + ", legal: one value");
      return Optional.empty();
    }
    if (isEmpty()) {
      error("has no value; give it one or leave it out");
      return Optional.empty();
    }
    return Optional.of(scalar.getValue());
  }

  /**
   * A scalar by its text.
   *
   * @param parser throws IllegalArgumentException with a sentence for the operator
   */
  <T> Optional<T> read(Function<String, T> parser) {
    Optional<String> text = text();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(parser.apply(text.get()));
    } catch (IllegalArgumentException e) {
      error(e.getMessage());
      return Optional.empty();
    }
  }

  /** The items of a list; nothing counts as an empty one. */
  List<YamlValue> items() {
    if (isEmpty()) {
      return List.of();
    }
    if (!(node instanceof SequenceNode sequence)) {
      error("this is " + kind() + ", legal: a list, [...] or lines beginning with '-'");
      return List.of();
    }
    List<YamlValue> items = new ArrayList<>();
    for (Node item : sequence.getValue()) {
      items.add(new YamlValue(item, path + "[" + items.size() + "]", file, problems));
    }
    return items;
  }

  /** The items of a list, or the only value where no list was written. */
  List<YamlValue> itemsOrOne() {
    return isScalar() && !isEmpty() ? List.of(this) : items();
  }

  /** The values of a mapping whose keys are fixed. */
  Optional<YamlFields> fields(String... known) {
    if (!(node instanceof MappingNode)) {
      error(
          "this is "
              + (isEmpty() ? "empty" : kind())
              + ", legal: a mapping with "
              + String.join(", ", known));
      return Optional.empty();
    }
    int errorsBefore = problems.errors();
    Map<String, YamlValue> values = new LinkedHashMap<>();
    Set<String> misspelt = new HashSet<>();
    for (Entry entry : entries()) {
      if (!List.of(known).contains(entry.name())) {
        Names.nearest(entry.name(), List.of(known)).ifPresent(misspelt::add);
        entry
            .key()
            .error(
                "unknown key '"
                    + shown(entry.name())
                    + "'"
                    + Names.suggest(entry.name(), List.of(known)));
      } else {
        values.put(entry.name(), entry.value());
      }
    }
    return Optional.of(new YamlFields(this, values, misspelt, errorsBefore));
  }

  /** The keys of a mapping; none of what is no mapping. */
  List<String> keys() {
    return node instanceof MappingNode mapping
        ? mapping.getValue().stream()
            .map(NodeTuple::getKeyNode)
            .map(key -> key instanceof ScalarNode scalar ? scalar.getValue() : "?")
            .toList()
        : List.of();
  }

  /** A key of the operator's choice and what it stands for. */
  record Entry(String name, YamlValue key, YamlValue value) {}

  /** A mapping from the operator's names to values; names that are not legal are reported. */
  List<Entry> named() {
    List<Entry> entries = entries();
    for (Entry entry : entries) {
      if (!Names.isLegal(entry.name())) {
        entry.key().error("name '" + shown(entry.name()) + "', " + Names.RULE);
      }
    }
    return entries;
  }

  private List<Entry> entries() {
    if (isEmpty()) {
      return List.of();
    }
    if (!(node instanceof MappingNode mapping)) {
      error("this is " + kind() + ", legal: a mapping, 'name: value' on each line");
      return List.of();
    }
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Node keyNode = tuple.getKeyNode();
      String name = keyNode instanceof ScalarNode scalar ? scalar.getValue() : "?";
      String inside = path.isEmpty() ? shown(name) : path + "." + shown(name);
      YamlValue key = new YamlValue(keyNode, inside, file, problems);
      if (!key.isScalar()) {
        key.error("a key is " + key.kind() + ", legal: a text");
        continue;
      }
      Entry entry =
          new Entry(name, key, new YamlValue(tuple.getValueNode(), inside, file, problems));
      Entry first = entries.putIfAbsent(name, entry);
      if (first != null) {
        key.error(
            "key '"
                + shown(name)
                + "' stands here twice, first on line "
                + first.key().origin().line()
                + "; remove one");
      }
    }
    return List.copyOf(entries.values());
  }

  private String kind() {
    return switch (node) {
      case MappingNode mapping -> "a mapping";
      case SequenceNode sequence -> "a list";
      case ScalarNode scalar -> "the value '" + shown(scalar.getValue()) + "'";
      default -> "something else";
    };
  }

  /** A text of the operator's, cut and without control characters. */
  static String shown(String text) {
    String cut = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
    return cut.replaceAll("\\p{Cntrl}", "?");
  }
}
