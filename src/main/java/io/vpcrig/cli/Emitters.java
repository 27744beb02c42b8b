package io.vpcrig.cli;

import io.vpcrig.config.foreign.Loss;
import io.vpcrig.config.foreign.ReadList;
import io.vpcrig.config.foreign.RuleFormat;
import io.vpcrig.config.foreign.RuleFormats;
import io.vpcrig.config.foreign.RuleLists;
import io.vpcrig.config.foreign.RuleText;
import io.vpcrig.model.FilterList;
import io.vpcrig.query.compiler.CompilerUnderTest;
import io.vpcrig.query.compiler.EmitterUnderTest;
import io.vpcrig.query.compiler.ListReader;
import io.vpcrig.query.compiler.OutputForm;
import java.io.IOException;
import java.util.ArrayList;
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
    return RuleFormats.names().stream().map(name -> PREFIX + name).toList();
  }

  /** The writer of a format; empty: the name is not of that kind, or there is no such format. */
  static Optional<CompilerUnderTest> named(String name) {
    return name.startsWith(PREFIX)
        ? RuleFormats.named(name.substring(PREFIX.length())).map(Emitters::emitter)
        : Optional.empty();
  }

  private static CompilerUnderTest emitter(RuleFormat format) {
    return new EmitterUnderTest(
        PREFIX + format.name(),
        "writer of " + format.title() + ", " + new Version().getVersion()[0],
        list -> write(format, list),
        text -> read(format, text));
  }

  private static ListReader reader(String name) {
    RuleFormat format = RuleFormats.named(name).orElseThrow();
    return text -> read(format, text);
  }

  private static String write(RuleFormat format, FilterList list) throws IOException {
    StringBuilder text = new StringBuilder();
    try {
      refuse(format.write(List.of(list), text));
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
    return text.toString();
  }

  /** A list that means something else than what was written can't be judged. */
  private static List<FilterList> read(RuleFormat format, String text) throws IOException {
    RuleLists lists = format.read(new RuleText("stdout", text));
    List<FilterList> read = new ArrayList<>();
    for (String name : lists.names()) {
      Optional<ReadList> list = lists.read(name);
      if (list.isPresent()) {
        refuse(list.get().losses());
        read.add(list.get().list());
      }
    }
    return read;
  }

  private static void refuse(List<Loss> losses) throws IOException {
    for (Loss loss : losses) {
      if (loss.isLost()) {
        throw new IOException(loss.toString());
      }
    }
  }
}
