package io.vpcrig.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One file of HTML: the template {@code page.html} with everything it needs filled in. The policy
 * in its head names the digests of its scripts (Content Security Policy Level 3, 8.3), so that
 * nothing else runs, and forbids to load anything.
 */
final class Page {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");
  private static final String WEBJAR = "/META-INF/maven/org.webjars.npm/uplot/pom.properties";

  private Page() {}

  /**
   * @param scripts names of resources, run in this order after {@code page.js}
   * @param data what the scripts find as {@code data}
   */
  static byte[] of(String title, ObjectNode data, List<String> scripts) {
    String library = "/META-INF/resources/webjars/uplot/" + version() + "/";
    String chart = resource(library + "dist/uPlot.iife.min.js");
    StringBuilder own = new StringBuilder("'use strict';\n").append(resource("page.js"));
    scripts.forEach(name -> own.append(resource(name)));
    String page = resource("page.html");
    Map<String, String> fill =
        Map.of(
            "title", escape(title),
            "digests", "'sha256-" + sha256(chart) + "' 'sha256-" + sha256(own.toString()) + "'",
            "licence", escape(resource(library + "LICENSE")),
            "style", resource(library + "dist/uPlot.min.css") + "\n" + resource("page.css"),
            "data", json(data),
            "chart", chart,
            "script", own.toString());
    Matcher places = PLACE.matcher(page);
    return places
        .replaceAll(place -> Matcher.quoteReplacement(fill.get(place.group(1))))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** JSON that may stand inside a script element: nothing in it can end the element or open one. */
  private static String json(ObjectNode data) {
    try {
      return JSON.writeValueAsString(data)
          .replace("<", "\\u003c")
          .replace(">", "\\u003e")
          .replace("&", "\\u0026")
          .replace("\u2028", "\\u2028")
          .replace("\u2029", "\\u2029");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // A tree of values can be written.
    }
  }

  private static String escape(String text) {
    return text.chars()
        .mapToObj(
            c ->
                switch (c) {
                  case '&' -> "&amp;";
                  case '<' -> "&lt;";
                  case '>' -> "&gt;";
                  case '"' -> "&quot;";
                  default -> String.valueOf((char) c);
                })
        .collect(Collectors.joining());
  }

  private static String sha256(String script) {
    try {
      byte[] bytes = script.getBytes(StandardCharsets.UTF_8);
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every JDK has it.
    }
  }

  /** Version of the chart library, as its WebJar tells: the folder its files are in. */
  private static String version() {
    Properties properties = new Properties();
    try (InputStream in = open(WEBJAR)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }

  private static String resource(String name) {
    try (InputStream in = open(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String name) throws IOException {
    InputStream in = Page.class.getResourceAsStream(name);
    if (in == null) {
      throw new IOException("not in the class path: " + name);
    }
    return in;
  }
}
