package io.vpcrig.config.foreign;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.vpcrig.model.MalformedLineException;
import io.vpcrig.model.Origin;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A value of a JSON text (RFC 8259) and where it stands.
 *
 * @param content a {@code Map<String, JsonValue>}, a {@code List<JsonValue>}, a String (numbers and
 *     truth values as they are written), or {@link #NULL}
 */
record JsonValue(Object content, Origin origin) {
  private static final Object NULL = new Object();
  private static final int MAX_DEPTH = 64;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  static JsonValue parse(RuleText text) throws MalformedLineException {
    try (JsonParser parser = FACTORY.createParser(text.text())) {
      parser.nextToken();
      JsonValue root = value(parser, text.file());
      if (parser.nextToken() != null) {
        throw malformed(text.file(), parser.currentTokenLocation(), "nothing may follow the value");
      }
      return root;
    } catch (JsonProcessingException e) {
      throw malformed(text.file(), e.getLocation(), "no JSON: " + e.getOriginalMessage());
    } catch (MalformedLineException e) {
      throw e;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e); // A string can always be read.
    }
  }

  private static MalformedLineException malformed(String file, JsonLocation at, String problem) {
    int line = at == null ? 1 : at.getLineNr();
    int column = at == null ? 1 : at.getColumnNr();
    return new MalformedLineException(file, line, column, problem.replaceAll("\\s+", " "));
  }

  private static JsonValue value(JsonParser parser, String file) throws IOException {
    JsonLocation at = parser.currentTokenLocation();
    Origin origin = new Origin(file, at.getLineNr(), at.getColumnNr());
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw malformed(file, at, "the text is empty; JSON wanted");
    }
    return switch (token) {
      case START_OBJECT -> {
        Map<String, JsonValue> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String key = parser.currentName();
          parser.nextToken();
          fields.put(key, value(parser, file));
        }
        yield new JsonValue(fields, origin);
      }
      case START_ARRAY -> {
        List<JsonValue> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          items.add(value(parser, file));
        }
        yield new JsonValue(items, origin);
      }
      case VALUE_NULL -> new JsonValue(NULL, origin);
      default -> new JsonValue(parser.getText(), origin);
    };
  }

  MalformedLineException malformed(String problem) {
    return new MalformedLineException(origin.file(), origin.line(), origin.column(), problem);
  }

  boolean isObject() {
    return content instanceof Map;
  }

  boolean isList() {
    return content instanceof List;
  }

  boolean isText() {
    return content instanceof String;
  }

  /** Fields by name; none of what is no object. */
  @SuppressWarnings("unchecked")
  Map<String, JsonValue> fields() {
    return content instanceof Map ? (Map<String, JsonValue>) content : Map.of();
  }

  /** The value of a field, which may be absent or null. */
  Optional<JsonValue> get(String key) {
    return Optional.ofNullable(fields().get(key)).filter(value -> value.content != NULL);
  }

  /** The value of a field that must be there. */
  JsonValue need(String key) throws MalformedLineException {
    return get(key).orElseThrow(() -> malformed("'" + key + "' is missing; add it"));
  }

  /** Items of a list. */
  @SuppressWarnings("unchecked")
  List<JsonValue> items() throws MalformedLineException {
    if (!isList()) {
      throw malformed("this is " + kind() + ", legal: a list");
    }
    return (List<JsonValue>) content;
  }

  /** Items of a field's list; none if it is absent. */
  List<JsonValue> items(String key) throws MalformedLineException {
    Optional<JsonValue> list = get(key);
    return list.isPresent() ? list.get().items() : List.of();
  }

  String text() throws MalformedLineException {
    if (!isText()) {
      throw malformed("this is " + kind() + ", legal: one value");
    }
    return (String) content;
  }

  /** A field's text, or what stands for an absent one. */
  String text(String key, String absent) throws MalformedLineException {
    Optional<JsonValue> value = get(key);
    return value.isPresent() ? value.get().text() : absent;
  }

  int number(String what, int first, int last) throws MalformedLineException {
    String text = text();
    boolean legal = text.matches("-?[0-9]{1,9}");
    int number = legal ? Integer.parseInt(text) : 0;
    if (!legal || number < first || number > last) {
      throw malformed(what + " is '" + text + "', legal " + first + ".." + last);
    }
    return number;
  }

  /** A field's number, or what stands for an absent one. */
  int number(String key, int first, int last, int absent) throws MalformedLineException {
    Optional<JsonValue> value = get(key);
    return value.isPresent() ? value.get().number(key, first, last) : absent;
  }

  private String kind() {
    return switch (content) {
      case Map<?, ?> map -> "an object with " + String.join(", ", fields().keySet());
      case List<?> list -> "a list";
      case String text -> "'" + text + "'";
      default -> "null";
    };
  }
}
