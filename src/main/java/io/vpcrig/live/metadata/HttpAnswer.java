package io.vpcrig.live.metadata;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;

/** An answer, which ends its connection. */
record HttpAnswer(int status, String phrase, String body) {
  static final HttpAnswer MALFORMED = new HttpAnswer(400, "Bad Request", "");
  static final HttpAnswer NOT_FOUND = new HttpAnswer(404, "Not Found", "");
  static final HttpAnswer NOT_ALLOWED = new HttpAnswer(405, "Method Not Allowed", "");
  static final HttpAnswer TOO_LONG = new HttpAnswer(431, "Request Header Fields Too Large", "");

  static HttpAnswer ok(String body) {
    return new HttpAnswer(200, "OK", body);
  }

  /**
   * As it is sent.
   *
   * @param withBody false for HEAD
   */
  byte[] bytes(boolean withBody, long nowNs) {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            Instant.ofEpochSecond(0, nowNs).atOffset(ZoneOffset.UTC));
    String head =
        "HTTP/1.1 %d %s\r\nDate: %s\r\nContent-Type: text/plain; charset=utf-8\r\n"
                .formatted(status, phrase, date)
            + (status == NOT_ALLOWED.status ? "Allow: GET, HEAD\r\n" : "")
            + "Content-Length: %d\r\nConnection: close\r\n\r\n".formatted(content.length);
    byte[] start = head.getBytes(StandardCharsets.ISO_8859_1);
    if (!withBody) {
      return start;
    }
    byte[] all = Arrays.copyOf(start, start.length + content.length);
    System.arraycopy(content, 0, all, start.length, content.length);
    return all;
  }
}
