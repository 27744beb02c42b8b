package io.vpcrig.model;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The words of a flow's or of a set of flows' text, taken one by one: what {@link FlowSyntax} and
 * {@link FlowSetSyntax} have in common. Everything wrong is an IllegalArgumentException with a
 * sentence for the operator.
 */
final class FlowWords {
  private final Optional<Vpc> vpc;
  private final String shape;
  private final Deque<String> words = new ArrayDeque<>();

  /**
   * @param vpc whose segments may be named; empty: any name is one
   * @param shape what follows a sentence about the order of the words
   */
  FlowWords(String text, Optional<Vpc> vpc, String shape) {
    if (text.length() > FlowSyntax.MAX_LENGTH) {
      throw new IllegalArgumentException(
          "a flow of " + text.length() + " characters, legal up to " + FlowSyntax.MAX_LENGTH);
    }
    this.vpc = vpc;
    this.shape = shape;
    for (String word : text.replace(">", " > ").strip().split("\\s+")) {
      if (!word.isEmpty()) {
        words.add(word);
      }
    }
  }

  /** The next word. */
  String next(String what) {
    if (words.isEmpty()) {
      throw bad("the flow ends where " + what + " belongs");
    }
    return words.remove();
  }

  /** Takes the next word if it is this one. */
  boolean take(String keyword) {
    if (!words.isEmpty() && words.peek().equals(keyword)) {
      words.remove();
      return true;
    }
    return false;
  }

  void arrow() {
    String arrow = next("'>'");
    if (!arrow.equals(">")) {
      throw bad("'" + arrow + "' stands where '>' belongs");
    }
  }

  /** An ICMP message by its name, if the next word is one. */
  Optional<IcmpNames.Message> message() {
    Optional<IcmpNames.Message> named = IcmpNames.find(words.isEmpty() ? "" : words.peek());
    named.ifPresent(found -> words.remove());
    return named;
  }

  /** The segment after {@code via}, if it is there. */
  Optional<String> via() {
    if (!take("via")) {
      return Optional.empty();
    }
    String name = next("a segment");
    if (vpc.isPresent()) {
      List<String> all = vpc.get().segments().stream().map(Segment::name).toList();
      if (!all.contains(name)) {
        throw new IllegalArgumentException(
            "'" + name + "' is no segment of the VPC" + Names.suggest(name, all));
      }
    }
    return Optional.of(name);
  }

  /**
   * Nothing may be left.
   *
   * @param hint what could stand there
   */
  void end(String hint) {
    if (!words.isEmpty()) {
      throw bad("'" + words.peek() + "' is not understood here" + hint);
    }
  }

  /** A number from 0, the next word. */
  int number(String what, int last) {
    return number(what, next("a number"), last);
  }

  static int number(String what, String word, int last) {
    if (!isNumber(word, last)) {
      throw new IllegalArgumentException(what + " '" + word + "', legal 0.." + last);
    }
    return Integer.parseInt(word);
  }

  int protocol(String word) {
    return switch (word) {
      case "tcp" -> Protocol.TCP;
      case "udp" -> Protocol.UDP;
      case "icmp" -> Protocol.ICMP;
      default -> {
        if (!isNumber(word, 255)) {
          throw bad("protocol '" + word + "', legal tcp, udp, icmp or 0..255");
        }
        yield Integer.parseInt(word);
      }
    };
  }

  private static boolean isNumber(String word, int last) {
    return word.matches("[0-9]{1,5}") && Integer.parseInt(word) <= last;
  }

  static boolean hasPorts(int protocol) {
    return protocol == Protocol.TCP || protocol == Protocol.UDP;
  }

  IllegalArgumentException bad(String problem) {
    return new IllegalArgumentException(problem + shape);
  }
}
