package io.vpcrig.query.compiler;

import io.vpcrig.model.Flow;
import java.util.List;
import java.util.Optional;

/** Holds compiled lists against the reference, and counts. Thread: one. */
final class Trial {
  private final CompilerUnderTest compiler;
  private long lists;
  private long headers;
  private long refused;

  Trial(CompilerUnderTest compiler) {
    this.compiler = compiler;
  }

  /** Lists that were given to the compiler. */
  long lists() {
    return lists;
  }

  /** Headers that compiled lists were asked about. */
  long headers() {
    return headers;
  }

  /** Lists that the compiler does not claim to take. */
  long refused() {
    return refused;
  }

  /** The first header that goes wrong, or why the list was not compiled; empty: all is well. */
  Optional<Trouble> of(WrittenList list, List<Flow> asked) {
    lists++;
    List<Answer> answers;
    try {
      answers = compiler.judge(list, asked);
    } catch (CompilerFailure e) {
      if (e.kind() == CompilerFailure.Kind.REFUSED) {
        refused++;
        return Optional.empty();
      }
      return Optional.of(new Trouble.Failed(e.kind(), e.getMessage(), e.details()));
    }
    headers += asked.size();
    List<Answer> meant = list.meant(asked);
    for (int i = 0; i < asked.size(); i++) {
      if (!answers.get(i).agrees(meant.get(i))) {
        return Optional.of(new Trouble.Wrong(asked.get(i), meant.get(i), answers.get(i)));
      }
    }
    return Optional.empty();
  }
}
