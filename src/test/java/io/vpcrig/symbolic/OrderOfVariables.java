package io.vpcrig.symbolic;

import com.github.javabdd.BDD;
import com.github.javabdd.BDDException;
import com.github.javabdd.BDDFactory;
import com.github.javabdd.JFactory;
import io.vpcrig.config.foreign.RuleFormats;
import io.vpcrig.config.foreign.RuleLists;
import io.vpcrig.config.foreign.RuleText;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Measures orders of the variables of decision diagrams: nodes of the set of headers that the rules
 * at even positions decide, and milliseconds until it is made, from the last rule to the first.
 * Arguments: {@code FILE[#LIST]...}; without a list the longest one. The figures taken stand in
 * {@code symbolic}.
 */
public final class OrderOfVariables {
  private static final int MOST_NODES = 1 << 24;

  private OrderOfVariables() {}

  /** Orders by name: fields from the top; those joined by + are interleaved bit by bit. */
  private static final String[] ORDERS = {
    "PROTOCOL DESTINATION_PORT SOURCE_PORT DESTINATION SOURCE",
    "PROTOCOL DESTINATION_PORT SOURCE_PORT SOURCE DESTINATION",
    "SOURCE DESTINATION PROTOCOL SOURCE_PORT DESTINATION_PORT",
    "DESTINATION SOURCE PROTOCOL SOURCE_PORT DESTINATION_PORT",
    "SOURCE+DESTINATION PROTOCOL SOURCE_PORT DESTINATION_PORT",
  };

  public static void main(String[] arguments) throws IOException {
    for (String argument : arguments) {
      String[] path = argument.split("#", -1);
      FilterList list;
      try (InputStream stream = Files.newInputStream(Path.of(path[0]))) {
        RuleText text = RuleText.read(path[0], stream);
        RuleLists lists = RuleFormats.detect(text).read(text);
        list = path.length > 1 ? lists.read(path[1]).orElseThrow().list() : longest(lists);
      }
      System.out.printf("%s: %d rules%n", argument, list.rules().size());
      for (String order : ORDERS) {
        measure(list, order);
      }
    }
  }

  private static FilterList longest(RuleLists lists) throws IOException {
    FilterList longest = lists.read(lists.names().getFirst()).orElseThrow().list();
    for (String name : lists.names()) {
      FilterList list = lists.read(name).orElseThrow().list();
      longest = list.rules().size() > longest.rules().size() ? list : longest;
    }
    return longest;
  }

  private static void measure(FilterList list, String order) {
    BDDFactory factory = JFactory.init(1 << 16, 1 << 14);
    Silence.over(factory);
    int[][] variables = variables(order);
    factory.setVarNum(Arrays.stream(variables).mapToInt(bits -> bits.length).sum());
    factory.setMaxNodeNum(MOST_NODES);
    factory.setCacheSize(1 << 20);
    long start = System.nanoTime();
    String result;
    try {
      BDD set = factory.zero();
      List<FilterRule> rules = new ArrayList<>(list.rules());
      for (int k = rules.size() - 1; k >= 0; k--) {
        BDD matched = matched(factory, Box.of(rules.get(k)), variables);
        set = k % 2 == 0 ? set.orWith(matched) : set.andWith(matched.not());
      }
      result = "%,d nodes".formatted(set.nodeCount());
    } catch (BDDException e) {
      result = "more than " + MOST_NODES + " nodes";
    }
    System.out.printf(
        Locale.ROOT, "  %s: %s, %d ms%n", order, result, (System.nanoTime() - start) / 1_000_000);
    factory.done();
  }

  /** By field: the variable of each bit, the lowest bit first. */
  private static int[][] variables(String order) {
    int[][] variables = new int[Field.COUNT][];
    int next = 0;
    for (String group : order.split(" ", -1)) {
      List<Field> fields = Arrays.stream(group.split("\\+", -1)).map(Field::valueOf).toList();
      for (Field field : fields) {
        variables[field.ordinal()] = new int[field.bits()];
      }
      for (int bit = fields.getFirst().bits() - 1; bit >= 0; bit--) {
        for (Field field : fields) {
          variables[field.ordinal()][bit] = next++;
        }
      }
    }
    return variables;
  }

  private static BDD matched(BDDFactory factory, Box box, int[][] variables) {
    BDD set = factory.one();
    List<Field> fields = new ArrayList<>(List.of(Field.values()));
    Collections.reverse(fields);
    for (Field field : fields) {
      BDD atLeast = factory.one();
      BDD atMost = factory.one();
      for (int bit = 0; bit < field.bits(); bit++) {
        int variable = variables[field.ordinal()][bit];
        atLeast =
            (box.first(field) >>> bit & 1) == 1
                ? atLeast.andWith(factory.ithVar(variable))
                : atLeast.orWith(factory.ithVar(variable));
        atMost =
            (box.last(field) >>> bit & 1) == 0
                ? atMost.andWith(factory.nithVar(variable))
                : atMost.orWith(factory.nithVar(variable));
      }
      set.andWith(atLeast.andWith(atMost));
    }
    return set;
  }
}
