package io.vpcrig.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameSink;
import io.vpcrig.frame.Verdict;
import io.vpcrig.query.FrameText;
import io.vpcrig.telemetry.Reason;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One JSON line per frame read, in the order in which frames got their verdict. A fragment has its
 * line when its datagram is complete; those that never were have theirs at the end.
 */
final class VerdictSink implements FrameSink {
  private static final JsonFactory JSON = new JsonFactory();

  private final WholeFile file;
  private final Writer out;
  private final JsonGenerator json;
  private final FrameText text;
  private final boolean onlyDropped;
  private final Map<Long, String> held = new LinkedHashMap<>();

  VerdictSink(WholeFile file, FrameText text, boolean onlyDropped) throws IOException {
    this.file = file;
    this.text = text;
    this.onlyDropped = onlyDropped;
    out =
        new BufferedWriter(new OutputStreamWriter(file.stream(), StandardCharsets.UTF_8), 1 << 16);
    json = generator(out);
  }

  @Override
  public void write(FrameBatch batch, int i) throws IOException {
    int verdict = batch.verdict[i];
    if (verdict == Verdict.ORIGINATED || onlyDropped && verdict != Verdict.DROP) {
      return;
    }
    if (verdict == Verdict.HELD) {
      StringWriter line = new StringWriter();
      try (JsonGenerator aside = generator(line)) {
        line(aside, batch, i);
      }
      held.put(batch.number[i], line.toString());
      return;
    }
    if (!held.isEmpty()) {
      held.remove(batch.number[i]);
    }
    line(json, batch, i);
  }

  private void line(JsonGenerator to, FrameBatch batch, int i) throws IOException {
    batch.spread(i);
    to.writeStartObject();
    to.writeNumberField("frame", batch.number[i]);
    to.writeStringField("verdict", Verdict.name(batch.verdict[i]));
    to.writeStringField("reason", Reason.of(batch.reason[i]).dottedName());
    to.writeStringField("list", text.list(batch, i));
    if (batch.rule[i] >= 0) {
      to.writeNumberField("rule", text.rule(batch, i));
    } else {
      to.writeNullField("rule");
    }
    to.writeStringField("in", text.segment(batch.segment[i]));
    to.writeStringField("out", text.segment(batch.outSegment[i]));
    to.writeStringField("flow", text.flow(batch, i));
    to.writeStringField("rewritten", text.rewritten(batch, i));
    if (batch.quirk[i] != 0) {
      to.writeStringField("quirk", text.quirk(batch, i));
    }
    to.writeNumberField("generation", batch.generation[i]);
    to.writeEndObject();
    to.writeRaw('\n');
  }

  private static JsonGenerator generator(Writer to) throws IOException {
    JsonGenerator json = JSON.createGenerator(to);
    json.setRootValueSeparator(null);
    return json;
  }

  @Override
  public void close() throws IOException {
    json.flush();
    for (String line : held.values()) {
      out.write(line);
    }
    json.close();
    file.commit();
  }
}
