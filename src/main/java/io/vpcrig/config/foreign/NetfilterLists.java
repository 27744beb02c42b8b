package io.vpcrig.config.foreign;

import io.vpcrig.config.foreign.Chains.View;
import io.vpcrig.model.MalformedLineException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The chains of netfilter's tables, as lists. They are named {@code TABLE/CHAIN}; {@code
 * TABLE/CHAIN:in=IFACE,out=IFACE} is the same chain for packets of certain interfaces, {@code
 * other} for one that no rule names. Users' chains can be asked for, but are not told.
 */
record NetfilterLists(Map<String, Chains> tables, List<Loss> beside) implements RuleLists {
  private static final Pattern SELECTOR =
      Pattern.compile("(.+):((?:in|out)=[^,]+(?:,(?:in|out)=[^,]+)?)");

  @Override
  public List<String> names() {
    return tables.entrySet().stream()
        .flatMap(
            each -> each.getValue().entries().stream().map(chain -> each.getKey() + "/" + chain))
        .toList();
  }

  @Override
  public Optional<ReadList> read(String name) throws MalformedLineException {
    Optional<ReadList> plain = read(name, name, View.UNNAMED);
    Matcher selector = SELECTOR.matcher(name);
    return plain.isPresent() || !selector.matches()
        ? plain
        : read(name, selector.group(1), view(selector.group(2)));
  }

  private Optional<ReadList> read(String name, String path, View view)
      throws MalformedLineException {
    for (Map.Entry<String, Chains> table : tables.entrySet()) {
      String start = table.getKey() + "/";
      if (path.startsWith(start) && table.getValue().has(path.substring(start.length()))) {
        String chain = path.substring(start.length());
        return Optional.of(table.getValue().flatten(name, chain, view));
      }
    }
    return Optional.empty();
  }

  private static View view(String selector) {
    String in = "";
    String out = "";
    for (String part : selector.split(",", -1)) {
      String name = part.substring(part.indexOf('=') + 1);
      String actual = name.equals("other") ? "" : name;
      if (part.startsWith("in=")) {
        in = actual;
      } else {
        out = actual;
      }
    }
    return new View(in, out, true);
  }
}
