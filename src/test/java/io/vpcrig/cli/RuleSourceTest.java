package io.vpcrig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vpcrig.model.FilterList;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class RuleSourceTest {
  private static final String SAVED =
      """
      *filter
      :INPUT DROP [0:0]
      :FORWARD DROP [0:0]
      -A INPUT -i lo -j ACCEPT
      -A FORWARD -s 10.0.0.0/8 -j ACCEPT
      COMMIT
      """;

  @Test
  void ofWhatACompilerWroteForwardingCounts() throws IOException {
    List<FilterList> lists = RuleSource.compiled("iptables", SAVED);
    assertEquals(List.of("filter/FORWARD"), lists.stream().map(FilterList::name).toList());
    assertEquals(1, lists.getFirst().rules().size());
  }

  @Test
  void whatACompilerWroteHasToMeanWhatItSays() {
    String text = SAVED.replace("-s 10.0.0.0/8", "-m mark --mark 1");
    IOException e = assertThrows(IOException.class, () -> RuleSource.compiled("iptables", text));
    assertEquals(
        "stdout:5: lost: '-m mark --mark 1' can't be modelled; the list lets pass what may pass",
        e.getMessage());
  }
}
