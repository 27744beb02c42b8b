package io.vpcrig.query.compiler;

import io.vpcrig.model.Flow;
import java.util.List;

/** A compiler of rules, from outside. Thread: one. */
public interface CompilerUnderTest extends AutoCloseable {
  /** As the operator named it. */
  String name();

  /** What exactly was tested, for certificates: kind, version, digest. */
  String identity();

  /**
   * Compiles a list and has the compiled form judge headers.
   *
   * @return an answer for each header
   * @throws CompilerFailure if it has not compiled the list
   */
  List<Answer> judge(WrittenList list, List<Flow> headers) throws CompilerFailure;

  @Override
  default void close() {}
}
