package io.vpcrig.symbolic;

import com.github.javabdd.BDD;
import com.github.javabdd.BDDException;
import com.github.javabdd.BDDFactory;
import com.github.javabdd.JFactory;
import io.vpcrig.model.FilterRule;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The space of all headers, 104 bits, in which sets of headers are made. Owns the table of nodes
 * that its sets live in: they are gone when it is closed, and sets of two spaces never meet.
 *
 * <pre>
 *   variables, from the top:   protocol 8, destination port 16, source port 16,
 *                              destination 32, source 32; in each the highest bit first
 * </pre>
 *
 * <p>Thread: one. Bounded by nodes and by time; what exceeds them is an {@link UndecidedException},
 * after which the space still holds what it held.
 */
public final class HeaderSpace implements AutoCloseable {
  /** About 1.3 GB of tables; more than any set that is decided within minutes was seen to need. */
  public static final int MOST_NODES = 1 << 25;

  private static final Field[] ORDER = {
    Field.PROTOCOL, Field.DESTINATION_PORT, Field.SOURCE_PORT, Field.DESTINATION, Field.SOURCE
  };

  private static final int FIRST_NODES = 1 << 16;
  private static final int MOST_CACHE = 1 << 20;

  private final BDDFactory factory = JFactory.init(FIRST_NODES, FIRST_NODES / 4);
  private final int[] top = new int[Field.COUNT];
  private final HeaderSet empty;
  private final HeaderSet all;
  private final ReferenceQueue<HeaderSet> dropped = new ReferenceQueue<>();
  private final Set<Holder> holders = new HashSet<>();
  private boolean limited;
  private long deadlineNs;

  /** Keeps the nodes of a set that somebody may still ask. */
  private static final class Holder extends PhantomReference<HeaderSet> {
    private final BDD bdd;

    Holder(HeaderSet set, BDD bdd, ReferenceQueue<HeaderSet> dropped) {
      super(set, dropped);
      this.bdd = bdd;
    }
  }

  public HeaderSpace() {
    this(MOST_NODES);
  }

  /**
   * @param mostNodes of the table; 20 bytes each, and as much again while it grows
   */
  public HeaderSpace(int mostNodes) {
    int variable = 0;
    for (Field field : ORDER) {
      top[field.ordinal()] = variable;
      variable += field.bits();
    }
    Silence.over(factory);
    factory.setVarNum(variable);
    factory.setMaxNodeNum(mostNodes);
    factory.setMaxIncrease(mostNodes / 4);
    factory.setCacheSize(MOST_CACHE);
    empty = new HeaderSet(this, factory.zero());
    all = new HeaderSet(this, factory.one());
  }

  /** From now on, operations that begin later than this are undecided. */
  public void limit(Duration time) {
    limited = true;
    deadlineNs = System.nanoTime() + time.toNanos();
  }

  public HeaderSet empty() {
    return empty;
  }

  public HeaderSet all() {
    return all;
  }

  /** What a rule matches. */
  public HeaderSet of(FilterRule rule) {
    return of(Box.of(rule));
  }

  public HeaderSet of(Box box) {
    return make(
        () -> {
          BDD set = factory.one();
          for (int k = ORDER.length - 1; k >= 0; k--) {
            Field field = ORDER[k];
            if (!box.isAny(field)) {
              set.andWith(range(field, box.first(field), box.last(field)));
            }
          }
          return set;
        });
  }

  /** The one header. */
  public HeaderSet of(Header header) {
    return of(Box.of(header));
  }

  /** What any of the boxes matches; pairs are joined, then pairs of pairs. */
  public HeaderSet union(List<Box> boxes) {
    List<HeaderSet> sets = new ArrayList<>(boxes.size());
    for (Box box : boxes) {
      sets.add(of(box));
    }
    while (sets.size() > 1) {
      List<HeaderSet> joined = new ArrayList<>((sets.size() + 1) / 2);
      for (int k = 0; k < sets.size(); k += 2) {
        joined.add(k + 1 < sets.size() ? sets.get(k).or(sets.get(k + 1)) : sets.get(k));
      }
      sets = joined;
    }
    return sets.isEmpty() ? empty : sets.getFirst();
  }

  /** Nodes in the table that are in use. */
  public int nodes() {
    return factory.getNodeNum();
  }

  @Override
  public void close() {
    factory.done();
  }

  HeaderSet make(Supplier<BDD> operation) {
    if (limited && System.nanoTime() - deadlineNs > 0) {
      throw new UndecidedException("not decided in time");
    }
    release();
    try {
      BDD bdd = operation.get();
      HeaderSet set = new HeaderSet(this, bdd);
      holders.add(new Holder(set, bdd, dropped));
      return set;
    } catch (BDDException e) {
      throw new UndecidedException("more than the nodes allowed: " + e.getMessage(), e);
    }
  }

  /** Frees the nodes of sets that nobody holds any more. */
  private void release() {
    for (Object gone = dropped.poll(); gone != null; gone = dropped.poll()) {
      Holder holder = (Holder) gone;
      holders.remove(holder);
      holder.bdd.free();
    }
  }

  /** Variable of a field's highest bit. */
  int top(Field field) {
    return top[field.ordinal()];
  }

  static Field[] order() {
    return ORDER.clone();
  }

  static int variables() {
    int all = 0;
    for (Field field : ORDER) {
      all += field.bits();
    }
    return all;
  }

  /** {@code from <= field <= to}, from the lowest bit up. */
  private BDD range(Field field, long from, long to) {
    BDD atLeast = factory.one();
    BDD atMost = factory.one();
    for (int bit = 0; bit < field.bits(); bit++) {
      int variable = top(field) + field.bits() - 1 - bit;
      atLeast =
          (from >>> bit & 1) == 1
              ? atLeast.andWith(factory.ithVar(variable))
              : atLeast.orWith(factory.ithVar(variable));
      atMost =
          (to >>> bit & 1) == 0
              ? atMost.andWith(factory.nithVar(variable))
              : atMost.orWith(factory.nithVar(variable));
    }
    return atLeast.andWith(atMost);
  }
}
