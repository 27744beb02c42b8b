package io.vpcrig.io;

import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.LinkType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Frames that an expression of pcap-filter(7) takes, as tcpdump would: compiled by libpcap for each
 * link type the frames have, run in Java on the frame's bytes where they stand.
 */
public final class BpfFilter implements FrameFilter {
  private record Compiled(int link, BpfProgram program) {}

  private final String expression;
  private final PcapCompiler compiler;
  private final List<Compiled> programs = new ArrayList<>();
  private Compiled latest = new Compiled(FrameBatch.NONE, null);

  private BpfFilter(String expression, PcapCompiler compiler) {
    this.expression = expression;
    this.compiler = compiler;
  }

  /**
   * Loads libpcap and looks whether it understands the expression.
   *
   * @throws SelectionException if it is not installed, or with its message
   */
  public static BpfFilter of(String expression) throws SelectionException {
    PcapCompiler compiler = new PcapCompiler(PcapCompiler.LIBRARIES);
    try {
      compiler.compile(expression, LinkType.ETHERNET);
    } catch (SelectionException e) {
      // Some expressions have a sense for other link types only.
      try {
        compiler.compile(expression, LinkType.LINUX_SLL);
      } catch (SelectionException alsoWrong) {
        throw e;
      }
    }
    return new BpfFilter(expression, compiler);
  }

  @Override
  public boolean takes(FrameBatch batch, int i) throws IOException {
    int link = batch.link[i];
    if (link != latest.link()) {
      latest = compiled(link);
    }
    int length = batch.length[i];
    return latest.program().takes(batch.bytes, batch.start[i], length, length + batch.missing[i]);
  }

  /** As {@link #takes(FrameBatch, int)}, of a whole frame of a link type that stands somewhere. */
  public boolean takes(int link, Bytes bytes, int start, int length) throws IOException {
    if (link != latest.link()) {
      latest = compiled(link);
    }
    return latest.program().takes(bytes, start, length, length);
  }

  private Compiled compiled(int link) throws SelectionException {
    for (Compiled known : programs) {
      if (known.link() == link) {
        return known;
      }
    }
    Compiled compiled = new Compiled(link, compiler.compile(expression, link));
    programs.add(compiled);
    return compiled;
  }
}
