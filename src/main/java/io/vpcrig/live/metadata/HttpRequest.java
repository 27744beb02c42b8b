package io.vpcrig.live.metadata;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The head of an HTTP/1 request (RFC 9112 3 and 5).
 *
 * @param path decoded, without the query
 * @param headers by name in small letters; of equal ones the last
 */
record HttpRequest(String method, String path, Map<String, String> headers) {
  /** Longest head, bytes. */
  static final int MOST = 8192;

  private static final String END = "\r\n\r\n";

  /** Where the head ends in what came; -1 if it does not yet. */
  static int end(byte[] data) {
    int at = new String(data, StandardCharsets.ISO_8859_1).indexOf(END);
    return at < 0 ? -1 : at + END.length();
  }

  /** Reads a whole head; empty if it is none. */
  static Optional<HttpRequest> parse(byte[] head) {
    String[] lines = new String(head, StandardCharsets.ISO_8859_1).split("\r\n", -1);
    String[] words = lines[0].split(" ", -1);
    if (words.length != 3
        || !words[0].matches("[A-Z]{1,16}")
        || !words[2].matches("HTTP/1\\.[0-9]")) {
      return Optional.empty();
    }
    Map<String, String> headers = new HashMap<>();
    for (int k = 1; k < lines.length && !lines[k].isEmpty(); k++) {
      int colon = lines[k].indexOf(':');
      if (colon < 1) {
        return Optional.empty();
      }
      headers.put(
          lines[k].substring(0, colon).toLowerCase(Locale.ROOT),
          lines[k].substring(colon + 1).strip());
    }
    try {
      String path = new URI(words[1]).getPath();
      return path == null
          ? Optional.empty()
          : Optional.of(new HttpRequest(words[0], path, headers));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
