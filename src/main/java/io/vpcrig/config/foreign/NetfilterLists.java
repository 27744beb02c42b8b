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
      Pattern.compile("([^:]+):((?:in|out)=[^,]+(?:,(?:in|out)=[^,]+)?)");

  @Override
  public List<String> names() {
    return tables.entrySet().stream()
        .flatMap(
            each -> each.getValue().entries().stream().map(chain -> each.getKey() + "/" + chain))
        .toList();
  }

  @Override
  public Optional<ReadList> read(String name) throws MalformedLineException {
    Matcher selector = SELECTOR.matcher(name);
    String path = selector.matches() ? selector.group(1) : name;
    int slash = path.indexOf('/');
    Chains chains = slash < 0 ? null : tables.get(path.substring(0, slash));
    String chain = path.substring(slash + 1);
    if (chains == null || !chains.has(chain)) {
      return Optional.empty();
    }
    View view = selector.matches() ? view(selector.group(2)) : View.UNNAMED;
    return Optional.of(chains.flatten(name, chain, view));
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
