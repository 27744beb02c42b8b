package io.vpcrig.config.foreign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.model.FilterList;
import io.vpcrig.model.MalformedLineException;
import io.vpcrig.testing.Filters;
import io.vpcrig.testing.Filters.Kinds;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Random lists written, detected and read back decide alike at the edges of all rules. */
class FormatRoundTripTest {
  private static final long SEED = Long.getLong("vpcrig.formats.seed", 20_261_126L);
  private static final int LISTS = 150;
  private static final int HEADERS = 400;

  private static final Kinds NETFILTER = new Kinds(true, true, false, true);
  private static final Kinds CLOUD = new Kinds(false, false, false, true);

  @TestFactory
  Stream<DynamicTest> everyWriterIsReadBack() {
    return Stream.of(
        roundTrip("iptables", NETFILTER),
        roundTrip("nft", NETFILTER),
        roundTrip("cisco", NETFILTER),
        roundTrip("tcam", new Kinds(true, true, true, true)),
        roundTrip("classbench", new Kinds(true, true, true, false)),
        roundTrip("yaml", CLOUD),
        roundTrip("cloudstack", CLOUD),
        roundTrip("router", CLOUD),
        roundTrip("aws", CLOUD));
  }

  private static DynamicTest roundTrip(String name, Kinds kinds) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          SplittableRandom random = new SplittableRandom(SEED);
          for (int i = 0; i < LISTS; i++) {
            FilterList list = Filters.random("", kinds, random);
            if (list.rules().isEmpty() && name.equals("classbench")) {
              continue; // Nothing is written, which no format can be told from.
            }
            StringBuilder text = new StringBuilder();
            List<Loss> losses = RuleFormats.named(name).orElseThrow().write(List.of(list), text);
            assertEquals(List.of(), losses, () -> list + "\n" + text);
            FilterList back = read(text.toString(), name, list.name());
            Optional<String> difference = Filters.difference(list, back, HEADERS, random);
            assertTrue(
                difference.isEmpty(),
                () -> "seed " + SEED + ", " + difference + "\n" + list + "\n" + text);
          }
        });
  }

  /** The list of a name, or the only one with rules or a name that is not the writer's choice. */
  private static FilterList read(String text, String format, String name)
      throws MalformedLineException {
    RuleText written = new RuleText("written", text);
    assertEquals(format, RuleFormats.detect(written).name());
    RuleLists lists = RuleFormats.detect(written).read(written);
    Optional<ReadList> named = lists.read(name);
    ReadList read =
        named.isPresent() ? named.get() : lists.read(lists.names().getFirst()).orElseThrow();
    assertTrue(named.isPresent() || lists.names().size() == 1, () -> lists.names().toString());
    assertTrue(read.isWhole(), () -> read.losses().toString());
    return read.list();
  }

  @Test
  void whatAFormatCantSayIsTold() {
    SplittableRandom random = new SplittableRandom(SEED);
    Kinds wide = new Kinds(true, true, true, true);
    for (String name : List.of("iptables", "nft", "cisco", "classbench", "yaml", "aws")) {
      int told = 0;
      for (int i = 0; i < 20; i++) {
        FilterList list = Filters.random("x:ingress", wide, random);
        told +=
            RuleFormats.named(name).orElseThrow().write(List.of(list), new StringBuilder()).size();
      }
      assertTrue(told > 0, name);
    }
  }
}
