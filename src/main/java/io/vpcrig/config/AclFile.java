package io.vpcrig.config;

import io.vpcrig.model.AclList;
import java.util.List;
import java.util.Optional;

/** Access lists of a file that is a VPC file, or holds its section {@code acls} alone. */
public final class AclFile {
  private AclFile() {}

  /**
   * The lists of a text.
   *
   * @param name for messages
   */
  public static List<AclList> parse(String text, String name) throws ConfigException {
    Problems problems = new Problems();
    Optional<YamlValue> root =
        new YamlText(name, problems)
            .compose(text)
            .map(node -> new YamlValue(node, "", name, problems));
    if (root.isPresent() && !holdsOnlyLists(root.get())) {
      return List.copyOf(VpcFile.check(text, name).orElseThrow().lists().values());
    }
    Draft draft = new Draft();
    root.flatMap(value -> value.fields("acls"))
        .flatMap(fields -> fields.get("acls"))
        .ifPresent(new AclSection(draft)::read);
    if (problems.errors() > 0) {
      throw new ConfigException(problems.sorted());
    }
    return draft.lists.values().stream().flatMap(Optional::stream).toList();
  }

  private static boolean holdsOnlyLists(YamlValue root) {
    return root.keys().equals(List.of("acls"));
  }
}
