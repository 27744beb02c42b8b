package io.vpcrig.session;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The rules of FragmentTable with maps, lists and a bit for every byte; without bounds. */
final class PlainReassembly {
  record Key(int source, int destination, int protocol, int id, int segment) {}

  /** One fragment as offered; {@code number} stands for the frame. */
  record Piece(long number, int headerLength, int from, int length, boolean more, long timeNs) {}

  private static final class Datagram {
    final long beganNs;
    final List<Piece> arrived = new ArrayList<>();
    final List<int[]> runs = new ArrayList<>();
    final BitSet bytes = new BitSet();
    int[] tailRun;
    int tailEnd;
    int largestEnd;
    int end = -1;

    Datagram(long beganNs) {
      this.beganNs = beganNs;
    }
  }

  private final Map<Key, Datagram> datagrams = new HashMap<>();

  /** "held", a reason to drop, or the numbers of the frames that go on, in order. */
  String offer(Key key, Piece piece) {
    Datagram datagram = datagrams.get(key);
    if (datagram == null || piece.timeNs - datagram.beganNs >= FragmentTable.TIMEOUT_NS) {
      datagram = new Datagram(piece.timeNs);
      datagrams.put(key, datagram);
    }
    int to = piece.from + (piece.more ? piece.length / 8 * 8 : piece.length);
    String outcome = judge(datagram, piece, to);
    if (!outcome.equals("held") && !outcome.equals("FRAGMENT_DUPLICATE")) {
      datagrams.remove(key);
    }
    return outcome;
  }

  private static String judge(Datagram datagram, Piece piece, int to) {
    boolean beyond = datagram.end >= 0 && to > datagram.end;
    boolean otherEnd = !piece.more && datagram.end >= 0 && to != datagram.end;
    boolean short_ = !piece.more && to < datagram.largestEnd;
    if (piece.headerLength + to > 65_535 || beyond || otherEnd || short_) {
      return "FRAGMENT_OVERLAP";
    }
    datagram.largestEnd = Math.max(datagram.largestEnd, to);
    if (!piece.more) {
      datagram.end = to;
    }
    if (to <= piece.from) {
      return "FRAGMENT_EMPTY";
    }
    if (!datagram.bytes.get(piece.from, to).isEmpty()) {
      boolean inside = datagram.runs.stream().anyMatch(r -> r[0] <= piece.from && to <= r[1]);
      return inside ? "FRAGMENT_DUPLICATE" : "FRAGMENT_OVERLAP";
    }
    datagram.bytes.set(piece.from, to);
    datagram.arrived.add(piece);
    if (datagram.end >= 0 && datagram.bytes.cardinality() == datagram.end) {
      return order(datagram);
    }
    if (datagram.tailRun != null && piece.from == datagram.tailEnd) {
      datagram.tailRun[1] = to;
      datagram.tailEnd = to;
    } else {
      int[] run = {piece.from, to};
      datagram.runs.add(run);
      if (to > datagram.tailEnd) {
        datagram.tailRun = run;
        datagram.tailEnd = to;
      }
    }
    return "held";
  }

  private static String order(Datagram datagram) {
    List<Long> numbers = new ArrayList<>();
    datagram.arrived.stream().filter(p -> p.from == 0).forEach(p -> numbers.add(p.number));
    datagram.arrived.stream().filter(p -> p.from != 0).forEach(p -> numbers.add(p.number));
    return numbers.toString();
  }
}
