package io.vpcrig.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A headless Chromium with one page, driven by the DevTools protocol over its pipe: no port, no
 * network, a profile of its own that goes with it. It is killed if it lives too long, so that no
 * call waits for ever. One thread.
 */
public final class Chromium implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long LIFE_SECONDS = 120;
  private static final List<String> FLAGS =
      List.of(
          "--headless",
          "--no-sandbox",
          "--disable-gpu",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--disable-extensions",
          "--hide-scrollbars",
          "--remote-debugging-pipe");

  private final Path profile;
  private final Process process;
  private final InputStream in;
  private final OutputStream out;
  private final String session;
  private final List<JsonNode> events = new ArrayList<>();
  private int calls;

  private Chromium(String program) throws IOException {
    profile = Files.createTempDirectory("chromium");
    List<String> command = new ArrayList<>();
    // Its pipe is file descriptors 3 and 4.
    command.addAll(List.of("/bin/sh", "-c", "exec \"$@\" 3<&0 4>&1 0</dev/null 1>/dev/null", "sh"));
    command.add(program);
    command.addAll(FLAGS);
    command.add("--user-data-dir=" + profile);
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    in = new BufferedInputStream(process.getInputStream(), 1 << 16);
    out = process.getOutputStream();
    Thread.ofPlatform().daemon().start(this::limitLife);
    String target =
        call(null, "Target.createTarget", object().put("url", "about:blank"))
            .get("targetId")
            .asText();
    session =
        call(null, "Target.attachToTarget", object().put("targetId", target).put("flatten", true))
            .get("sessionId")
            .asText();
    for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
      call(domain + ".enable", object());
    }
  }

  /** Starts one, or skips the test and says so where there is none. */
  public static Chromium startOrSkip() throws IOException {
    Optional<String> program =
        Stream.of(System.getenv("PATH").split(":"))
            .flatMap(
                folder ->
                    Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(folder, name)))
            .filter(Files::isExecutable)
            .map(Path::toString)
            .findFirst();
    Assumptions.assumeTrue(program.isPresent(), "SKIPPED: no chromium in PATH");
    return new Chromium(program.orElseThrow());
  }

  /**
   * Shows a file in a window of this size, from the beginning; what happened before is forgotten.
   */
  public void open(Path file, int width, int height, boolean dark) throws IOException {
    events.clear();
    boolean phone = width < 500;
    call(
        "Emulation.setDeviceMetricsOverride",
        object()
            .put("width", width)
            .put("height", height)
            .put("deviceScaleFactor", 1)
            .put("mobile", phone));
    media("", dark);
    call("Page.navigate", object().put("url", file.toUri().toString()));
    while (!seen("Page.loadEventFired")) {
      events.add(read());
    }
  }

  /** Medium ({@code print}, or empty for the screen) and colours that the page is shown for. */
  public void media(String medium, boolean dark) throws IOException {
    ObjectNode media = object().put("media", medium);
    media
        .putArray("features")
        .addObject()
        .put("name", "prefers-color-scheme")
        .put("value", dark ? "dark" : "light");
    call("Emulation.setEmulatedMedia", media);
  }

  /** The value of a JavaScript expression, which has to be JSON. */
  public JsonNode evaluate(String expression) throws IOException {
    JsonNode answer =
        call("Runtime.evaluate", object().put("expression", expression).put("returnByValue", true));
    if (answer.has("exceptionDetails")) {
      throw new IllegalArgumentException(expression + ": " + answer.get("exceptionDetails"));
    }
    return answer.get("result").path("value");
  }

  /** PNG of the window. */
  public byte[] screenshot() throws IOException {
    return bytes(call("Page.captureScreenshot", object()));
  }

  /** PDF of the whole page, as printed. */
  public byte[] pdf() throws IOException {
    return bytes(call("Page.printToPDF", object().put("printBackground", true)));
  }

  /** Errors and warnings on the console since the page was opened. */
  public List<String> complaints() {
    return events.stream()
        .filter(
            event -> {
              String method = event.path("method").asText();
              return method.equals("Runtime.exceptionThrown")
                  || method.equals("Runtime.consoleAPICalled")
                  || method.equals("Log.entryAdded");
            })
        .map(JsonNode::toString)
        .toList();
  }

  /** What it asked for since the page was opened, the page itself left out. */
  public List<String> requests(Path page) {
    return events.stream()
        .filter(event -> event.path("method").asText().equals("Network.requestWillBeSent"))
        .map(event -> event.get("params").get("request").get("url").asText())
        .filter(url -> !url.equals(page.toUri().toString()))
        .toList();
  }

  @Override
  public void close() throws IOException {
    try {
      call(null, "Browser.close", object());
    } finally {
      try {
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
          kill();
        }
      } catch (InterruptedException e) {
        kill();
        Thread.currentThread().interrupt();
      }
      delete();
    }
  }

  /** Files of a profile may vanish while they are counted. */
  private void delete() throws IOException {
    try (Stream<Path> all = Files.walk(profile)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }

  private void limitLife() {
    try {
      if (!process.waitFor(LIFE_SECONDS, TimeUnit.SECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      kill();
    }
  }

  private void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private boolean seen(String method) {
    return events.stream().anyMatch(event -> event.path("method").asText().equals(method));
  }

  private JsonNode call(String method, ObjectNode parameters) throws IOException {
    return call(session, method, parameters);
  }

  private JsonNode call(String in, String method, ObjectNode parameters) throws IOException {
    int id = ++calls;
    ObjectNode message = object().put("id", id).put("method", method);
    message.set("params", parameters);
    if (in != null) {
      message.put("sessionId", in);
    }
    out.write(JSON.writeValueAsBytes(message));
    out.write(0);
    out.flush();
    while (true) {
      JsonNode answer = read();
      if (answer.path("id").asInt() == id) {
        if (answer.has("error")) {
          throw new IOException(method + ": " + answer.get("error"));
        }
        return answer.get("result");
      }
      events.add(answer);
    }
  }

  private JsonNode read() throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    for (int next = in.read(); next != 0; next = in.read()) {
      if (next < 0) {
        throw new IOException("chromium ended: " + message.toString(StandardCharsets.UTF_8));
      }
      message.write(next);
    }
    return JSON.readTree(message.toByteArray());
  }

  private static byte[] bytes(JsonNode answer) {
    return Base64.getDecoder().decode(answer.get("data").asText());
  }

  private static ObjectNode object() {
    return JSON.createObjectNode();
  }
}
