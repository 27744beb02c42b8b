package io.vpcrig.bench;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.header.Ipv4;
import io.vpcrig.header.Tcp;
import io.vpcrig.session.ConnectionTracker;
import io.vpcrig.session.SessionListener;
import io.vpcrig.session.SessionStage;
import io.vpcrig.session.SessionTable;
import io.vpcrig.session.Timeouts;
import io.vpcrig.session.Tuples;
import io.vpcrig.stage.StageContext;
import io.vpcrig.telemetry.TraceRing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The table of sessions alone: finding, creating and ending TCP connections, in random order. No
 * frame is read: all have the same header in memory, and columns as decap would have left them.
 */
public final class SessionBench implements AutoCloseable {
  private static final int SERVER = 10 << 24 | 11 << 16 | 1;
  private static final int CLIENTS = 10 << 24 | 10 << 16;
  private static final int CLIENT_BITS = 16;
  private static final int SERVER_PORT = 443;
  private static final int FIRST_PORT = 1024;

  private static final int IN = 0;
  private static final int OUT = 1;
  private static final long MAC = 0x0200_0000_0001L;
  private static final int ENDPOINT = 192 << 24 | 2 << 8 | 7;

  private static final int HEADER = FrameBatch.HEADROOM;
  private static final int DATAGRAM = 60;

  /** A lone SYN lasts 120 s, and is swept a tick or two later. */
  private static final long LATER_NS = 130_000_000_000L;

  /** Flows looked up one by one in a call. */
  private static final int ONE_BY_ONE = 256;

  private final int flows;
  private final int[] order;
  private final SessionTable table;
  private final ConnectionTracker tracker;
  private final SessionStage stage;
  private final StageContext context = new StageContext(new TraceRing(1));
  private int next;
  private long nowNs = 1;

  /**
   * @param flows 1..{@link SessionTable#MAX_CAPACITY}
   * @param seed of the order
   */
  public SessionBench(int flows, long seed) {
    this.flows = flows;
    table = new SessionTable(flows, SessionListener.NONE);
    tracker = new ConnectionTracker(table, Timeouts.LINUX);
    stage = new SessionStage(tracker);
    order = new int[flows];
    SplittableRandom random = new SplittableRandom(seed);
    for (int k = 0; k < flows; k++) {
      int other = random.nextInt(k + 1);
      order[k] = order[other];
      order[other] = k;
    }
  }

  /**
   * Measures everything, in this order: creating, ending and expiring; then, with all flows
   * established, finding one by one and in batches, those that are there and others.
   *
   * @param batches frames at a time
   * @return rates by what was done
   * @throws AnswerException if the table lost a session, or found one that is not there
   */
  public Map<String, Samples> measure(Sampler sampler, List<Integer> batches) {
    Map<String, Samples> rates = new LinkedHashMap<>();
    turnOver(sampler, rates);
    establish();
    rates.put("find, one by one", sampler.measure(() -> find(0, true)));
    rates.put("miss, one by one", sampler.measure(() -> find(flows, false)));
    for (int size : batches) {
      try (FrameBatch batch = batch(size)) {
        rates.put("stage, batch " + size, sampler.measure(() -> pass(batch, 0, OUT)));
        rates.put(
            "miss, batch " + size, sampler.measure(() -> pass(batch, flows, FrameBatch.NONE)));
      }
    }
    require(table.size() == flows, table.size() + " sessions of " + flows);
    return rates;
  }

  /** Sessions in the table. */
  public int sessions() {
    return table.size();
  }

  /** Bytes of all that grows with the sessions. */
  public long memoryBytes() {
    return table.memoryBytes();
  }

  @Override
  public void close() {
    table.close();
  }

  /** What a whole table is filled and emptied by, over and over. */
  private void turnOver(Sampler sampler, Map<String, Samples> rates) {
    long warm = System.nanoTime() + (long) (sampler.warmUpSeconds() * 1e9);
    do {
      fill();
      endAll();
      fill();
      expireAll();
    } while (System.nanoTime() < warm);
    List<Samples.Run> created = new ArrayList<>();
    List<Samples.Run> ended = new ArrayList<>();
    List<Samples.Run> expired = new ArrayList<>();
    for (int run = 0; run < sampler.runs(); run++) {
      long[] ns = new long[3];
      long rounds = 0;
      while (ns[0] < sampler.secondsPerRun() * 1e9) {
        ns[0] += time(this::fill);
        ns[1] += time(this::endAll);
        ns[0] += time(this::fill);
        ns[2] += time(this::expireAll);
        rounds++;
      }
      created.add(new Samples.Run(2 * rounds * flows, ns[0], -1));
      ended.add(new Samples.Run(rounds * flows, ns[1], -1));
      expired.add(new Samples.Run(rounds * flows, ns[2], -1));
    }
    rates.put("create", new Samples(created));
    rates.put("end", new Samples(ended));
    rates.put("expire", new Samples(expired));
  }

  private static long time(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return System.nanoTime() - start;
  }

  private void fill() {
    for (int flow = 0; flow < flows; flow++) {
      begin(flow);
    }
    require(table.size() == flows, table.size() + " sessions of " + flows + " created");
  }

  private int begin(int flow) {
    int client = client(flow);
    int ports = ports(flow);
    int number =
        tracker.begin(
            client,
            SERVER,
            ports,
            SERVER,
            client,
            Tuples.invertPorts(ports, Ipv4.TCP),
            Ipv4.TCP,
            Tcp.SYN,
            nowNs);
    if (number < 0) {
      throw new AnswerException("session " + flow + " of " + flows + " was refused");
    }
    return number;
  }

  /** Finds each session first, as whoever ends one has to; in random order. */
  private void endAll() {
    for (int k = 0; k < flows; k++) {
      int flow = order[k];
      table.end(table.find(client(flow), SERVER, ports(flow), Ipv4.TCP, nowNs) >>> 1);
    }
    require(table.size() == 0, table.size() + " sessions left");
  }

  private void expireAll() {
    nowNs += LATER_NS;
    table.expire(nowNs, Integer.MAX_VALUE);
    require(table.size() == 0, table.size() + " sessions did not expire");
  }

  private void establish() {
    for (int flow = 0; flow < flows; flow++) {
      int number = begin(flow);
      tracker.track(number, 1, Tcp.SYN | Tcp.ACK, nowNs);
      tracker.track(number, 0, Tcp.ACK, nowNs);
      table.setHop(number, 0, OUT, MAC, ENDPOINT);
      table.setHop(number, 1, IN, MAC, ENDPOINT);
    }
  }

  private int find(int first, boolean there) {
    int found = 0;
    for (int k = 0; k < ONE_BY_ONE; k++) {
      int flow = first + nextFlow();
      int entry = table.find(client(flow), SERVER, ports(flow), Ipv4.TCP, nowNs);
      found += entry == SessionTable.NONE ? 0 : 1;
    }
    if (found != (there ? ONE_BY_ONE : 0)) {
      throw new AnswerException(found + " of " + ONE_BY_ONE + " found");
    }
    return ONE_BY_ONE;
  }

  private int pass(FrameBatch batch, int first, int outSegment) {
    batch.startAll();
    for (int i = 0; i < batch.size; i++) {
      int flow = first + nextFlow();
      batch.sourceAddress[i] = client(flow);
      batch.ports[i] = ports(flow);
    }
    stage.process(batch, context);
    int right = 0;
    for (int i = 0; i < batch.size; i++) {
      right += batch.outSegment[i] == outSegment ? 1 : 0;
    }
    if (right != batch.size) {
      throw new AnswerException(right + " of " + batch.size + " frames with the right answer");
    }
    return batch.size;
  }

  /** A batch whose frames are all the same but for client and port. */
  private FrameBatch batch(int size) {
    FrameBatch batch = new FrameBatch(size);
    for (int i = 0; i < size; i++) {
      batch.add(DATAGRAM);
      batch.l3[i] = HEADER;
      batch.l4[i] = HEADER + Ipv4.MIN_LENGTH;
      batch.l3End[i] = HEADER + DATAGRAM;
      batch.family[i] = 4;
      batch.destinationAddress[i] = SERVER;
      batch.protocol[i] = Ipv4.TCP;
      batch.tcpFlags[i] = Tcp.ACK;
      batch.fragment[i] = 0;
      batch.segment[i] = IN;
      batch.sourceMac[i] = MAC;
      batch.remoteEndpoint[i] = ENDPOINT;
      batch.timestampNs[i] = nowNs;
    }
    Ipv4.write(batch.bytes, HEADER, DATAGRAM, 1, 0, 64, Ipv4.TCP, CLIENTS, SERVER);
    return batch;
  }

  private int nextFlow() {
    int flow = order[next];
    next = next + 1 == flows ? 0 : next + 1;
    return flow;
  }

  private static int client(int flow) {
    return CLIENTS | flow & (1 << CLIENT_BITS) - 1;
  }

  private static int ports(int flow) {
    return FIRST_PORT + (flow >>> CLIENT_BITS) << 16 | SERVER_PORT;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AnswerException(otherwise);
    }
  }
}
