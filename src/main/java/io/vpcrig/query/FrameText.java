package io.vpcrig.query;

import io.vpcrig.acl.RuleTable;
import io.vpcrig.engine.DropExamples;
import io.vpcrig.engine.Snapshot;
import io.vpcrig.frame.Bytes;
import io.vpcrig.frame.FrameBatch;
import io.vpcrig.frame.FrameRow;
import io.vpcrig.frame.Verdict;
import io.vpcrig.model.AclList;
import io.vpcrig.model.Flow;
import io.vpcrig.model.Ipv4Text;
import io.vpcrig.model.Quirk;
import io.vpcrig.model.Segment;
import io.vpcrig.telemetry.Reason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.agrona.collections.Long2ObjectHashMap;

/** Says in words what the columns of a finished frame hold. Thread: the writer. */
public final class FrameText {
  private final RuleTable rules;
  private final List<Segment> segments;
  private final Long2ObjectHashMap<byte[]> comments = new Long2ObjectHashMap<>();
  private long lastKey;
  private byte[] lastComment;

  public FrameText(Snapshot snapshot) {
    rules = snapshot.acls().rules();
    segments = snapshot.vpc().segments();
  }

  /** Name of a segment, null if there is none. */
  public String segment(int index) {
    return index < 0 || index >= segments.size() ? null : segments.get(index).name();
  }

  /** Name of the deciding list, null if no list was asked. */
  public String list(FrameBatch batch, int i) {
    batch.spread(i);
    return batch.list[i] < 0 ? null : rules.list(batch.list[i]).name();
  }

  /** Number of the deciding rule, 0 if none decided. */
  public int rule(FrameBatch batch, int i) {
    batch.spread(i);
    return batch.rule[i] < 0 ? 0 : rules.rule(batch.rule[i]).number();
  }

  /** Label of the quirk that decided, null if none. */
  public String quirk(FrameBatch batch, int i) {
    return batch.quirk[i] == 0 ? null : Quirk.values()[batch.quirk[i]].label();
  }

  /** The flow as it came, null if the frame could not be parsed that far. */
  public String flow(FrameBatch batch, int i) {
    batch.spread(i);
    if (batch.verdict[i] == Verdict.DROP && isParseDrop(batch.reason[i])) {
      return null;
    }
    return flow(batch, i, batch.sourceAddress[i], batch.destinationAddress[i], batch.ports[i]);
  }

  /** The flow as sent, null if the frame is not sent. */
  public String rewritten(FrameBatch batch, int i) {
    batch.spread(i);
    return batch.verdict[i] == Verdict.FORWARD
        ? flow(batch, i, batch.newSource[i], batch.newDestination[i], batch.newPorts[i])
        : null;
  }

  /**
   * Verdict, reason, rule and generation, for the comment of a written frame. Frames one behind the
   * other mostly have the same.
   */
  public byte[] comment(FrameBatch batch, int i) {
    int list = batch.list[i];
    int rule = batch.rule[i];
    int generation = batch.generation[i];
    if (batch.plain[i] != 0) {
      long row = batch.row(i);
      list = Bytes.raw32(row + FrameRow.LIST);
      rule = Bytes.raw32(row + FrameRow.RULE);
      generation = Bytes.raw32(row + FrameRow.GENERATION);
    }
    long key =
        ((long) batch.verdict[i] << 8 | batch.reason[i]) << 48
            | (batch.quirk[i] & 0xfL) << 44
            | (generation & 0xfffL) << 32
            | (rule >= 0 ? rule : ~list) & 0xffff_ffffL;
    if (key == lastKey) {
      return lastComment;
    }
    byte[] comment = comments.get(key);
    if (comment == null) {
      batch.spread(i);
      comment = write(batch, i).getBytes(StandardCharsets.UTF_8);
      comments.put(key, comment);
    }
    lastKey = key;
    lastComment = comment;
    return comment;
  }

  private String write(FrameBatch batch, int i) {
    StringBuilder text = new StringBuilder();
    text.append(Verdict.name(batch.verdict[i]))
        .append(' ')
        .append(Reason.of(batch.reason[i]).dottedName());
    if (batch.list[i] >= 0) {
      text.append(' ').append(list(batch, i));
    }
    if (batch.rule[i] >= 0) {
      text.append('#').append(rule(batch, i));
    }
    if (batch.quirk[i] != 0) {
      text.append(" quirk=").append(quirk(batch, i));
    }
    return text.append(" gen=").append(batch.generation[i]).toString();
  }

  /**
   * A dropped frame in words: the flow if it has one, in the syntax of {@code explain}, and what
   * decided.
   */
  public String example(Reason reason, DropExamples.Drop drop) {
    StringBuilder text = new StringBuilder();
    String flow = flow(reason, drop);
    String segment = segment(drop.segment());
    String rule = rule(drop);
    text.append(flow == null ? drop.length() + " bytes" : flow);
    if (segment != null) {
      text.append(" via ").append(segment);
    }
    if (rule != null) {
      text.append(", ").append(rule);
    }
    return text.append(", frame ").append(drop.number()).toString();
  }

  /** The flow of a dropped frame, null if it could not be parsed that far. */
  public String flow(Reason reason, DropExamples.Drop drop) {
    return isParseDrop(reason.number())
        ? null
        : flow(drop.family(), drop.protocol(), drop.source(), drop.destination(), drop.ports());
  }

  /** What decided about a dropped frame, as {@code web#20}; null if it was no rule. */
  public String rule(DropExamples.Drop drop) {
    if (drop.rule() < 0) {
      return null;
    }
    AclList list = rules.list(rules.listOf(drop.rule()));
    return list.name() + "#" + rules.rule(drop.rule()).number();
  }

  private static boolean isParseDrop(int reason) {
    return Reason.of(reason).owner().equals("tunnel") || Reason.of(reason).owner().equals("io");
  }

  private static String flow(FrameBatch batch, int i, int source, int destination, int ports) {
    return flow(batch.family[i], batch.protocol[i], source, destination, ports);
  }

  private static String flow(int family, int protocol, int source, int destination, int ports) {
    if (family == 0) {
      return "arp " + Ipv4Text.format(source) + " > " + Ipv4Text.format(destination);
    }
    return Flow.of(protocol, source, destination, ports, Optional.empty()).toString();
  }
}
