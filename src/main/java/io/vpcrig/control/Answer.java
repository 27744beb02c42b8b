package io.vpcrig.control;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * What goes back to who asked by a {@link ControlSocket}: lines of JSON; behind a line with {@code
 * "bytes": N} stand N bytes that are no line. The last line has {@code "ok"}. Thread: one.
 */
public final class Answer {
  private static final int LONGEST_PROBLEM = 1_000;

  private static final long SIGN_OF_LIFE_NS = 500_000_000;

  private final OutputStream out;
  private long lastNs = System.nanoTime();

  Answer(OutputStream out) {
    this.out = out;
  }

  /** A line before the last. */
  public void line(ObjectNode json) throws IOException {
    out.write((json + "\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  /** Bytes as they are. */
  public void bytes(byte[] bytes, int from, int length) throws IOException {
    out.write(("{\"bytes\":" + length + "}\n").getBytes(StandardCharsets.UTF_8));
    out.write(bytes, from, length);
    out.flush();
  }

  /**
   * Says now and then that there is more to come: to who is gone it fails.
   *
   * @param frames so far
   * @param lost frames that could not be taken
   */
  void stillThere(long frames, long lost) throws IOException {
    long now = System.nanoTime();
    if (now - lastNs >= SIGN_OF_LIFE_NS) {
      lastNs = now;
      line(JsonNodeFactory.instance.objectNode().put("frames", frames).put("lost", lost));
    }
  }

  /** An object to put facts into, for {@link #done}. */
  public static ObjectNode ok() {
    return JsonNodeFactory.instance.objectNode().put("ok", true);
  }

  /** The last line. */
  public void done(ObjectNode json) throws IOException {
    line(json);
  }

  /** The last line where it can't be done. */
  public void refuse(String problem) throws IOException {
    String some =
        problem.length() <= LONGEST_PROBLEM ? problem : problem.substring(0, LONGEST_PROBLEM);
    line(JsonNodeFactory.instance.objectNode().put("ok", false).put("problem", some));
  }
}
