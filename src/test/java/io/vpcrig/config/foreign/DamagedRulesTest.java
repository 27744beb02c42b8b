package io.vpcrig.config.foreign;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.vpcrig.model.FilterList;
import io.vpcrig.model.MalformedLineException;
import io.vpcrig.testing.Filters;
import io.vpcrig.testing.Filters.Kinds;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is done to a text, it is read, or refused by one sentence that tells the place. */
class DamagedRulesTest {
  private static final long SEED = Long.getLong("vpcrig.formats.seed", 20_261_126L);
  private static final int TEXTS = 1_000;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "iptables",
        "nft",
        "cisco",
        "tcam",
        "classbench",
        "yaml",
        "cloudstack",
        "router",
        "aws"
      })
  void damagedTextsAreReadOrRefusedInASentence(String name) {
    SplittableRandom random = new SplittableRandom(SEED);
    RuleFormat format = RuleFormats.named(name).orElseThrow();
    int refused = 0;
    for (int i = 0; i < TEXTS; i++) {
      FilterList list = Filters.random("", new Kinds(false, false, false, true), random);
      StringBuilder text = new StringBuilder();
      format.write(List.of(list), text);
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        damage(text, random);
      }
      refused += isRefused(format, text.toString()) ? 1 : 0;
    }
    assertTrue(refused > TEXTS / 20, () -> name + ": hardly any text was refused");
  }

  private static boolean isRefused(RuleFormat format, String text) {
    try {
      RuleText damaged = new RuleText("f", text);
      format.detects(damaged);
      RuleLists lists = format.read(damaged);
      for (String list : lists.names()) {
        assertTrue(lists.read(list).isPresent(), list);
      }
      return false;
    } catch (MalformedLineException e) {
      assertTrue(e.getMessage().matches("(?s)f:\\d+:\\d+: [^\\n]+"), e::getMessage);
      return true;
    } catch (RuntimeException e) {
      return fail("seed " + SEED + ", " + e + "\n" + text, e);
    }
  }

  /** Changes, removes, doubles or inserts something. */
  private static void damage(StringBuilder text, SplittableRandom random) {
    if (text.isEmpty()) {
      text.append('x');
    }
    int at = random.nextInt(text.length());
    int end = Math.min(text.length(), at + 1 + random.nextInt(12));
    String[] odd = {"-1", "999999999999", "::/0", "\"", "{", "]", "null", " ! ", "\n", "/33", "é"};
    switch (random.nextInt(4)) {
      case 0 -> text.setCharAt(at, (char) (32 + random.nextInt(95)));
      case 1 -> text.delete(at, end);
      case 2 -> text.insert(end, text.substring(at, end));
      default -> text.insert(at, odd[random.nextInt(odd.length)]);
    }
  }
}
