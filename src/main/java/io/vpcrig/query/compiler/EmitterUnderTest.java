package io.vpcrig.query.compiler;

import io.vpcrig.model.FilterList;
import io.vpcrig.model.Flow;
import java.io.IOException;
import java.util.List;

/** A writer of rule lists in some format, together with the reader of that format. */
public final class EmitterUnderTest implements CompilerUnderTest {
  /** Under this name the list is for what comes in, whatever its rules look like. */
  private static final String LIST = "rules:ingress";

  private final String name;
  private final String identity;
  private final ListWriter writer;
  private final ListReader reader;

  /** Writes a list in one format. */
  @FunctionalInterface
  public interface ListWriter {
    /**
     * @throws IOException with a sentence, if the format can't say what the list does
     */
    String write(FilterList list) throws IOException;
  }

  public EmitterUnderTest(String name, String identity, ListWriter writer, ListReader reader) {
    this.name = name;
    this.identity = identity;
    this.writer = writer;
    this.reader = reader;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String identity() {
    return identity;
  }

  @Override
  public List<Answer> judge(WrittenList list, List<Flow> headers) throws CompilerFailure {
    String text = write(list.expanded());
    try {
      return CompiledOutput.judge(reader.read(text), headers);
    } catch (IOException e) {
      throw new CompilerFailure(CompilerFailure.Kind.UNREADABLE, e.getMessage(), -1, text);
    } catch (RuntimeException e) {
      throw new CompilerFailure(
          CompilerFailure.Kind.FAILED, "reading what was written threw " + e, -1, text);
    }
  }

  private String write(FilterList list) throws CompilerFailure {
    try {
      return writer.write(new FilterList(LIST, list.rules(), list.otherwise()));
    } catch (IOException e) {
      throw new CompilerFailure(CompilerFailure.Kind.REFUSED, e.getMessage(), -1, "");
    } catch (RuntimeException e) {
      throw new CompilerFailure(CompilerFailure.Kind.FAILED, "writing threw " + e, -1, "");
    }
  }
}
