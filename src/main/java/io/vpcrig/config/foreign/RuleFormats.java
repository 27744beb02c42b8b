package io.vpcrig.config.foreign;

import io.vpcrig.model.MalformedLineException;
import java.util.List;
import java.util.Optional;

/** All formats of rule lists. */
public final class RuleFormats {
  /** In the order in which they are tried on a text. */
  public static final List<RuleFormat> ALL =
      List.of(
          new Nft(),
          new NftText(),
          new CloudStack(),
          new RouterJson(),
          new Aws(),
          new Azure(),
          new ClassBenchFormat(),
          new Tcam(),
          new Iptables(),
          new Cisco(),
          new Yaml());

  private RuleFormats() {}

  public static List<String> names() {
    return ALL.stream().map(RuleFormat::name).toList();
  }

  public static Optional<RuleFormat> named(String name) {
    return ALL.stream().filter(format -> format.name().equals(name)).findFirst();
  }

  /** The format of a text, by its content. */
  public static RuleFormat detect(RuleText text) throws MalformedLineException {
    return ALL.stream()
        .filter(format -> format.detects(text))
        .findFirst()
        .orElseThrow(
            () ->
                new MalformedLineException(
                    text.file(),
                    1,
                    1,
                    "no known rule format, but "
                        + glance(text)
                        + "; name it with --from, legal "
                        + String.join(", ", names())));
  }

  /** What an unknown text is, at a glance. */
  private static String glance(RuleText text) {
    try {
      if (text.first() == '{') {
        return "JSON with " + String.join(", ", JsonValue.parse(text).fields().keySet());
      }
    } catch (MalformedLineException e) {
      return "a text that begins like JSON";
    }
    String first = text.text().lines().findFirst().orElse("").strip();
    return first.isEmpty()
        ? "an empty text"
        : "a text that begins with '" + first.substring(0, Math.min(40, first.length())) + "'";
  }
}
