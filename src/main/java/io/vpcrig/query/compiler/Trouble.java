package io.vpcrig.query.compiler;

import io.vpcrig.model.Flow;
import java.util.Optional;

/** What is wrong with a compiled list. */
public sealed interface Trouble {
  /** A header gets another answer than the list as written gives it. */
  record Wrong(Flow header, Answer meant, Answer compiled) implements Trouble {
    @Override
    public String sort() {
      return "meant " + meant.verdict() + ", compiled " + compiled.verdict();
    }
  }

  /**
   * The compiler did not compile the list.
   *
   * @param details what it wrote beside; may be empty
   */
  record Failed(CompilerFailure.Kind kind, String sentence, String details) implements Trouble {
    @Override
    public String sort() {
      return kind.toString();
    }
  }

  /** Troubles of one sort are taken for the same while a list is made smaller. */
  String sort();

  /** The header concerned, if it is one. */
  default Optional<Flow> about() {
    return this instanceof Wrong wrong ? Optional.of(wrong.header()) : Optional.empty();
  }
}
