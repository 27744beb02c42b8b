package io.vpcrig.cli;

import io.vpcrig.config.foreign.RuleFormat;
import io.vpcrig.config.foreign.RuleFormats;
import io.vpcrig.model.FilterList;
import io.vpcrig.query.compiler.CompilerUnderTest;
import io.vpcrig.query.compiler.EmitterUnderTest;
import io.vpcrig.query.compiler.ListReader;
import io.vpcrig.query.compiler.OutputForm;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The formats of rule lists, as readers of compiled forms and as compilers under test. */
final class Emitters {
  private static final String PREFIX = "emit:";

  /** How compiled forms that are rule lists are read. */
  static final Map<OutputForm, ListReader> READERS =
      Map.of(OutputForm.iptables, reader("iptables"), OutputForm.nft, reader("nft"));

  private Emitters() {}

  static List<String> names() {
    return RuleFormats.ALL.stream()
        .filter(RuleFormat::isReadable)
        .map(format -> PREFIX + format.name())
        .toList();
  }

  /** The writer of a format; empty: the name is not of that kind, or there is no such format. */
  static Optional<CompilerUnderTest> named(String name) {
    return name.startsWith(PREFIX)
        ? RuleFormats.named(name.substring(PREFIX.length()))
            .filter(RuleFormat::isReadable)
            .map(Emitters::emitter)
        : Optional.empty();
  }

  private static CompilerUnderTest emitter(RuleFormat format) {
    return new EmitterUnderTest(
        PREFIX + format.name(),
        "writer of " + format.title() + ", " + new Version().getVersion()[0],
        list -> write(format, list),
        text -> RuleSource.compiled(format.name(), text));
  }

  private static ListReader reader(String name) {
    return text -> RuleSource.compiled(name, text);
  }

  private static String write(RuleFormat format, FilterList list) throws IOException {
    StringBuilder text = new StringBuilder();
    try {
      RuleSource.refuseLost(format.write(List.of(list), text));
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
    return text.toString();
  }
}
