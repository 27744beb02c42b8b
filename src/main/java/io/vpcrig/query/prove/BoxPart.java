package io.vpcrig.query.prove;

import io.vpcrig.acl.TakenApart;
import io.vpcrig.symbolic.Box;
import io.vpcrig.symbolic.Field;
import io.vpcrig.symbolic.Header;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Boxes under proof. */
final class BoxPart implements PartProof {
  /** Boxes whose addresses have more high halves than this are in no {@link Index}. */
  private static final int WIDE = 64;

  private static final int HIGH = 16;

  /** A box that the part answers, or may answer, with a position. */
  private record Shown(Box box, int position) {}

  private final Box[] rules;
  private final List<Shown> shown = new ArrayList<>();

  /** Boxes for which the answer is certain, by position and by place. */
  private final List<List<Box>> certain = new ArrayList<>();

  private final Index index;

  BoxPart(TakenApart.Boxes part, Box[] rules) {
    this.rules = rules;
    for (int k = 0; k < rules.length; k++) {
      certain.add(new ArrayList<>(1));
    }
    List<Shown> all = new ArrayList<>();
    part.each(
        (sourceFirst,
            sourceLast,
            destinationFirst,
            destinationLast,
            sourcePorts,
            destinationPorts,
            protocolFirst,
            protocolLast,
            position,
            isCertain) -> {
          Box box =
              Box.ALL
                  .with(Field.SOURCE, unsigned(sourceFirst), unsigned(sourceLast))
                  .with(Field.DESTINATION, unsigned(destinationFirst), unsigned(destinationLast))
                  .with(Field.SOURCE_PORT, sourcePorts.first(), sourcePorts.last())
                  .with(Field.DESTINATION_PORT, destinationPorts.first(), destinationPorts.last())
                  .with(Field.PROTOCOL, protocolFirst, protocolLast);
          Shown each = new Shown(box, position);
          shown.add(each);
          if (isCertain && position >= 0 && position < rules.length) {
            certain.get(position).add(box);
            all.add(each);
          }
        });
    Index bySource = new Index(all, Field.SOURCE);
    Index byDestination = new Index(all, Field.DESTINATION);
    index = bySource.wide.size() <= byDestination.wide.size() ? bySource : byDestination;
  }

  private static long unsigned(int address) {
    return Integer.toUnsignedLong(address);
  }

  /** Boxes by the high halves of one address. */
  private static final class Index {
    private final Field field;
    private final List<Shown> all;
    private final List<Shown> wide = new ArrayList<>();
    private final Map<Integer, List<Shown>> narrow = new HashMap<>();

    Index(List<Shown> all, Field field) {
      this.field = field;
      this.all = all;
      for (Shown each : all) {
        if (isWide(each.box)) {
          wide.add(each);
          continue;
        }
        for (int high = first(each.box); high <= last(each.box); high++) {
          narrow.computeIfAbsent(high, key -> new ArrayList<>(1)).add(each);
        }
      }
    }

    private int first(Box box) {
      return (int) (box.first(field) >>> HIGH);
    }

    private int last(Box box) {
      return (int) (box.last(field) >>> HIGH);
    }

    private boolean isWide(Box box) {
      return last(box) - first(box) > WIDE;
    }

    /** Boxes below a bound that overlap a box; some of them more than once. */
    List<Box> near(Box box, int bound) {
      List<Box> near = new ArrayList<>();
      if (isWide(box)) {
        add(all, box, bound, near);
      } else {
        add(wide, box, bound, near);
        for (int high = first(box); high <= last(box); high++) {
          add(narrow.getOrDefault(high, List.of()), box, bound, near);
        }
      }
      return near;
    }

    private static void add(List<Shown> some, Box box, int bound, List<Box> near) {
      for (Shown each : some) {
        if (Integer.compareUnsigned(each.position, bound) < 0 && each.box.overlaps(box)) {
          near.add(each.box);
        }
      }
    }
  }

  @Override
  public Optional<Header> tooEarly(Suspicion suspicion) {
    for (Shown each : shown) {
      suspicion.tick();
      int position = each.position;
      boolean isRule = position >= 0 && position < rules.length;
      if (isRule && rules[position].contains(each.box)) {
        continue;
      }
      for (Box piece : isRule ? each.box.minus(rules[position]) : List.of(each.box)) {
        Optional<Header> wrong = suspicion.unlessBelow(position, piece);
        if (wrong.isPresent()) {
          return wrong;
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public boolean covers(int rule, Suspicion suspicion) {
    Box wanted = rules[rule];
    return outside(wanted, certain.get(rule), suspicion, Optional::of).isEmpty()
        || seek(wanted, rule + 1, suspicion, piece -> Optional.of(piece.pick())).isEmpty();
  }

  @Override
  public Optional<Header> seek(
      Box box, int bound, Suspicion suspicion, Function<Box, Optional<Header>> seek) {
    return outside(box, index.near(box, bound), suspicion, seek);
  }

  /** A piece of a box and the next of the others that may overlap it. */
  private record Piece(Box box, int next) {}

  private static <T> Optional<T> outside(
      Box box, List<Box> others, Suspicion suspicion, Function<Box, Optional<T>> seek) {
    Deque<Piece> open = new ArrayDeque<>();
    open.push(new Piece(box, 0));
    while (!open.isEmpty()) {
      suspicion.tick();
      Piece piece = open.pop();
      int next = piece.next;
      while (next < others.size() && !others.get(next).overlaps(piece.box)) {
        next++;
      }
      if (next == others.size()) {
        Optional<T> found = seek.apply(piece.box);
        if (found.isPresent()) {
          return found;
        }
      } else {
        for (Box left : piece.box.minus(others.get(next))) {
          open.push(new Piece(left, next + 1));
        }
      }
    }
    return Optional.empty();
  }
}
