package io.vpcrig.control;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Supplier;

/**
 * Events of a running router, one line each: {@code time=2026-01-02T03:04:05.678Z event=reload
 * generation=2}, or the same as a JSON object. A log that can't be written stops nobody: its lines
 * are counted, and told with the next that can. Any thread.
 */
public final class EventLog implements AutoCloseable {
  /** How a line looks. */
  public enum Form {
    KEY_VALUE,
    JSON
  }

  private final String file;
  private final Form form;
  private final Supplier<Instant> clock;
  private OutputStream out;
  private long lost;

  private EventLog(String file, OutputStream out, Form form, Supplier<Instant> clock) {
    this.file = file;
    this.out = out;
    this.form = form;
    this.clock = clock;
  }

  /** A log to a stream, which stays open. */
  public static EventLog to(OutputStream stream, Form form) {
    return new EventLog(null, stream, form, Instant::now);
  }

  static EventLog to(OutputStream stream, Form form, Supplier<Instant> clock) {
    return new EventLog(null, stream, form, clock);
  }

  /** A log that is put behind what stands in a file. */
  public static EventLog file(String file, Form form) throws IOException {
    return new EventLog(file, new FileOutputStream(file, true), form, Instant::now);
  }

  /**
   * Writes an event.
   *
   * @param facts keys and values in turn; a value that is null is left out with its key
   */
  public synchronized void write(String event, Object... facts) {
    StringBuilder line = new StringBuilder();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    add(line, json, "time", clock.get().truncatedTo(ChronoUnit.MILLIS));
    add(line, json, "event", event);
    for (int k = 0; k + 1 < facts.length; k += 2) {
      add(line, json, (String) facts[k], facts[k + 1]);
    }
    if (lost > 0) {
      add(line, json, "lost-lines", lost);
    }
    String text = (form == Form.JSON ? json.toString() : line.toString()) + "\n";
    try {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
      lost = 0;
    } catch (IOException e) {
      lost++;
    }
  }

  private static void add(StringBuilder line, ObjectNode json, String key, Object value) {
    if (value == null) {
      return;
    }
    String text = value.toString();
    line.append(line.isEmpty() ? "" : " ").append(key).append('=').append(quoted(text));
    switch (value) {
      case Long number -> json.put(key, number);
      case Integer number -> json.put(key, number);
      case Double number -> json.put(key, number);
      case Boolean truth -> json.put(key, truth);
      default -> json.put(key, text);
    }
  }

  /** In quotes where a reader could not tell where the value ends. */
  private static String quoted(String text) {
    boolean plain =
        !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c != '"' && c != '=' && c != 0x7f);
    if (plain) {
      return text;
    }
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        case '\n' -> quoted.append("\\n");
        case '\t' -> quoted.append("\\t");
        default -> quoted.append(c < ' ' ? ' ' : c);
      }
    }
    return quoted.append('"').toString();
  }

  /**
   * Opens the file anew, so that one which was moved away can be: a new one begins. If that fails
   * the log goes on where it was.
   */
  public synchronized void reopen() {
    if (file == null) {
      return;
    }
    try {
      OutputStream next = new FileOutputStream(file, true);
      out.close();
      out = next;
    } catch (IOException e) {
      write("log", "problem", e.getMessage());
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (file != null) {
      out.close();
    }
  }
}
