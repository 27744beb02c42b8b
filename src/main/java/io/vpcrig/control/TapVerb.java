package io.vpcrig.control;

import io.vpcrig.engine.FrameTap;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.LinkType;
import io.vpcrig.frame.Verdict;
import io.vpcrig.io.FrameComment;
import io.vpcrig.io.OutputLayout;
import io.vpcrig.io.PcapngWriter;
import io.vpcrig.live.LiveRouter;
import io.vpcrig.model.Segment;
import io.vpcrig.telemetry.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * {@code tap PLACE [count=N] [filter=EXPRESSION]}: the frames at a place of the way, as pcapng
 * while they come, each with what is known of it there as its comment; interfaces are the ports
 * that frames came by. Ends after N frames or when the asker goes. Thread: one for each asker.
 */
final class TapVerb implements ControlSocket.Verb {
  private static final long PAUSE_MS = 20;

  private final LiveRouter router;
  private final List<String> links;

  TapVerb(LiveRouter router, List<String> links) {
    this.router = router;
    this.links = links;
  }

  @Override
  public void serve(String arguments, Answer answer) throws IOException, InterruptedException {
    int space = arguments.indexOf(' ');
    String place = space < 0 ? arguments : arguments.substring(0, space);
    TapArguments rest =
        TapArguments.parse(space < 0 ? "" : arguments.substring(space).strip(), Long.MAX_VALUE);
    FrameTap tap = new FrameTap(place, rest.test(), rest.count());
    try (Output output = new Output(place, answer)) {
      router.add(tap);
      try {
        while (output.frames < rest.count()) {
          tap.check();
          tap.read(output::write);
          output.send();
          answer.stillThere(output.frames, tap.lost());
          Thread.sleep(PAUSE_MS);
        }
      } finally {
        router.remove(tap);
      }
      answer.done(Answer.ok().put("frames", output.frames).put("lost", tap.lost()));
    }
  }

  /** Makes pcapng of what was seen. */
  private final class Output implements AutoCloseable {
    private final String place;
    private final Answer answer;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final FrameBatch batch = new FrameBatch(1);
    private final PcapngWriter writer;
    private byte[] comment;
    private long frames;

    Output(String place, Answer answer) throws IOException {
      this.place = place;
      this.answer = answer;
      FrameComment current = (ofBatch, i) -> comment;
      writer =
          new PcapngWriter(
              Channels.newChannel(written), new OutputLayout(links, LinkType.ETHERNET), current);
    }

    private void write(FrameTap.Seen seen) {
      batch.clear();
      int i = batch.add(seen.bytes().length);
      batch.bytes.put(batch.start[i], seen.bytes(), 0, seen.bytes().length);
      batch.number[i] = seen.number();
      batch.timestampNs[i] = seen.timestampNs();
      batch.missing[i] = 0;
      batch.link[i] = LinkType.ETHERNET;
      batch.verdict[i] = Verdict.FORWARD;
      batch.outSegment[i] = seen.port();
      comment = words(seen).getBytes(StandardCharsets.UTF_8);
      try {
        writer.write(batch, i);
      } catch (IOException e) {
        throw new IllegalStateException("memory takes what is written", e);
      }
      frames++;
    }

    private String words(FrameTap.Seen seen) {
      StringBuilder text = new StringBuilder(place).append(": ");
      List<Segment> segments = seen.snapshot().vpc().segments();
      if (seen.verdict() == Verdict.PENDING) {
        text.append("goes on");
      } else {
        text.append(Verdict.name(seen.verdict()))
            .append(' ')
            .append(Reason.of(seen.reason()).dottedName());
      }
      var rules = seen.snapshot().acls().rules();
      if (seen.list() >= 0) {
        text.append(' ').append(rules.list(seen.list()).name());
      }
      if (seen.rule() >= 0) {
        text.append('#').append(rules.rule(seen.rule()).number());
      }
      if (seen.segment() >= 0) {
        text.append(" in=").append(segments.get(seen.segment()).name());
      }
      if (seen.outSegment() >= 0) {
        text.append(" out=").append(segments.get(seen.outSegment()).name());
      }
      return text.append(" gen=").append(seen.snapshot().generation()).toString();
    }

    private void send() throws IOException {
      writer.flush();
      if (written.size() > 0) {
        answer.bytes(written.toByteArray(), 0, written.size());
        written.reset();
      }
    }

    @Override
    public void close() {
      writer.abort();
      batch.close();
    }
  }
}
