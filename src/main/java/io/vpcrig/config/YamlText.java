package io.vpcrig.config;

import io.vpcrig.model.Origin;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** YAML 1.2 to a tree of nodes with marks, within bounds that no text can make it exceed. */
final class YamlText {
  /** Longest file, bytes of UTF-8. */
  static final int MAX_BYTES = 16 << 20;

  static final int MAX_DEPTH = 64;
  static final int MAX_ALIASES = 50;

  /** Scalars and collections, counted as often as aliases repeat them. */
  static final long MAX_VALUES = 2_000_000;

  private final String file;
  private final Problems problems;
  private final Map<Node, Long> sizes = new IdentityHashMap<>();

  YamlText(String file, Problems problems) {
    this.file = file;
    this.problems = problems;
  }

  /** The root of the only document; empty, with problems reported, if there is none in bounds. */
  Optional<Node> compose(byte[] utf8) {
    if (utf8.length > MAX_BYTES) {
      return tooLong(utf8.length);
    }
    Optional<String> text = decode(utf8);
    return text.isPresent() ? parse(text.get()) : Optional.empty();
  }

  /** As {@link #compose(byte[])}. */
  Optional<Node> compose(String text) {
    return text.length() > MAX_BYTES ? tooLong(text.length()) : parse(text);
  }

  private Optional<Node> tooLong(int bytes) {
    fail(0, 0, "the file has " + bytes + " bytes, legal up to " + MAX_BYTES + "; split the VPC");
    return Optional.empty();
  }

  private Optional<Node> parse(String given) {
    String text = given.startsWith("\ufeff") ? given.substring(1) : given;
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(file)
            .setMaxAliasesForCollections(MAX_ALIASES)
            .setCodePointLimit(MAX_BYTES)
            .setAllowNonScalarKeys(true)
            .build();
    try {
      Parser parser = new ParserImpl(settings, new StreamReader(settings, text));
      Optional<Node> root = new Composer(settings, new ShallowParser(parser)).getSingleNode();
      if (root.isEmpty()) {
        fail(0, 0, "the file is empty; a VPC file has at least vpc: {name: NAME, cidr: CIDR}");
        return root;
      }
      return root.filter(this::withinBounds);
    } catch (MarkedYamlEngineException e) {
      Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
      fail(
          mark.map(m -> m.getLine() + 1).orElse(0),
          mark.map(m -> m.getColumn() + 1).orElse(0),
          "not YAML: " + sentence(e));
    } catch (ReaderException e) {
      failAt(
          text,
          e.getPosition(),
          String.format(
              Locale.ROOT,
              "not YAML: character U+%04X is not allowed; remove it",
              e.getCodePoint()));
    } catch (YamlEngineException e) {
      fail(0, 0, "not YAML: " + oneLine(String.valueOf(e.getMessage())));
    }
    return Optional.empty();
  }

  private static String sentence(MarkedYamlEngineException e) {
    String problem = e.getProblem() == null ? "" : e.getProblem();
    String context = e.getContext() == null ? "" : e.getContext();
    return oneLine(
        context.isEmpty() || problem.isEmpty() ? context + problem : problem + " " + context);
  }

  private static String oneLine(String text) {
    String line = text.replaceAll("\\s+", " ").strip();
    return line.length() > 300 ? line.substring(0, 300) + "..." : line;
  }

  private Optional<String> decode(byte[] utf8) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(utf8);
    CharBuffer out = CharBuffer.allocate(utf8.length);
    CoderResult result = decoder.decode(in, out, true);
    String text = out.flip().toString();
    if (result.isError()) {
      failAt(
          text,
          text.codePointCount(0, text.length()),
          String.format(
              Locale.ROOT,
              "byte 0x%02x is not UTF-8; save the file as UTF-8",
              utf8[in.position()] & 0xff));
      return Optional.empty();
    }
    return Optional.of(text);
  }

  /** Whether the values under a node, aliases written out, are few enough and form no circle. */
  private boolean withinBounds(Node root) {
    long size = size(root);
    if (size > MAX_VALUES) {
      fail(
          0,
          0,
          "more than "
              + MAX_VALUES
              + " values once aliases are written out, or an alias that contains itself; write"
              + " fewer aliases");
      return false;
    }
    return true;
  }

  /** Depth is at most {@link #MAX_DEPTH}, so that recursion is safe. */
  private long size(Node node) {
    Long known = sizes.get(node);
    if (known != null) {
      return known;
    }
    sizes.put(node, MAX_VALUES + 1);
    long size = 1;
    if (node instanceof SequenceNode sequence) {
      for (Node item : sequence.getValue()) {
        size = Math.min(MAX_VALUES + 1, size + size(item));
      }
    } else if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        size = Math.min(MAX_VALUES + 1, size + size(tuple.getKeyNode()));
        size = Math.min(MAX_VALUES + 1, size + size(tuple.getValueNode()));
      }
    }
    sizes.put(node, size);
    return size;
  }

  private void failAt(String text, int codePoint, String message) {
    int line = 1;
    int column = 1;
    int left = codePoint;
    for (int i = 0; i < text.length() && left > 0; left--) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      column = c == '\n' ? 1 : column + 1;
      line += c == '\n' ? 1 : 0;
    }
    fail(line, column, message);
  }

  private void fail(int line, int column, String message) {
    problems.error(new Origin(file, line, column), "", message);
  }

  /** Refuses nesting deeper than {@link #MAX_DEPTH}: the composer calls itself for every level. */
  private static final class ShallowParser implements Parser {
    private final Parser parser;
    private int depth;

    private ShallowParser(Parser parser) {
      this.parser = parser;
    }

    @Override
    public boolean checkEvent(Event.ID choice) {
      return parser.checkEvent(choice);
    }

    @Override
    public Event peekEvent() {
      return parser.peekEvent();
    }

    @Override
    public boolean hasNext() {
      return parser.hasNext();
    }

    @Override
    public Event next() {
      Event event = parser.next();
      switch (event.getEventId()) {
        case MappingStart, SequenceStart -> depth++;
        case MappingEnd, SequenceEnd -> depth--;
        default -> {}
      }
      if (depth > MAX_DEPTH) {
        throw new TooDeepException(event.getStartMark());
      }
      return event;
    }
  }

  private static final class TooDeepException extends MarkedYamlEngineException {
    private static final long serialVersionUID = 1;

    private TooDeepException(Optional<Mark> mark) {
      super("", Optional.empty(), "nested more than " + MAX_DEPTH + " levels deep", mark);
    }
  }
}
