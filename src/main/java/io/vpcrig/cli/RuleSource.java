package io.vpcrig.cli;

import io.vpcrig.config.foreign.Loss;
import io.vpcrig.config.foreign.ReadList;
import io.vpcrig.config.foreign.RuleFormat;
import io.vpcrig.config.foreign.RuleFormats;
import io.vpcrig.config.foreign.RuleLists;
import io.vpcrig.config.foreign.RuleText;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.Names;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A file of rules as the command line names it: {@code FILE}, or {@code FILE#LIST} for one of its
 * lists; {@code -} is stdin.
 *
 * @param list the list asked for; empty if none was
 */
record RuleSource(String file, Optional<String> list, RuleFormat format, RuleLists lists) {
  /**
   * Reads the file.
   *
   * @param from name of its format; empty: told by content
   * @throws IllegalArgumentException if there is no such format
   */
  static RuleSource open(String argument, Optional<String> from) throws IOException {
    int hash = argument.lastIndexOf('#');
    boolean hasList = hash > 0 && !Files.exists(Path.of(argument));
    String file = hasList ? argument.substring(0, hash) : argument;
    RuleText text;
    if (file.equals("-")) {
      text = RuleText.read("stdin", System.in);
    } else {
      try (InputStream stream = Files.newInputStream(Path.of(file))) {
        text = RuleText.read(file, stream);
      }
    }
    RuleFormat format = from.isPresent() ? format(from.get()) : RuleFormats.detect(text);
    Optional<String> list = hasList ? Optional.of(argument.substring(hash + 1)) : Optional.empty();
    return new RuleSource(file, list, format, format.read(text));
  }

  /** The lists that an argument names, whatever was lost in reading them; as {@link #open}. */
  static List<FilterList> filterLists(String argument, Optional<String> from) throws IOException {
    return open(argument, from).chosen().stream().map(ReadList::list).toList();
  }

  /**
   * The one list that an argument names, as {@link #filterLists}.
   *
   * @throws IllegalArgumentException if there are more
   */
  static FilterList filterList(String argument, Optional<String> from) throws IOException {
    List<FilterList> lists = filterLists(argument, from);
    if (lists.size() != 1) {
      throw new IllegalArgumentException(
          "%s has %d lists %s; name one, FILE#LIST"
              .formatted(argument, lists.size(), lists.stream().map(FilterList::name).toList()));
    }
    return lists.getFirst();
  }

  /**
   * The lists of what a rule compiler wrote; those of forwarding alone if there are some.
   *
   * @throws IOException with the first loss, if any of them does not mean what was written
   */
  static List<FilterList> compiled(String format, String text) throws IOException {
    RuleLists lists = format(format).read(new RuleText("stdout", text));
    List<String> forward =
        lists.names().stream()
            .filter(name -> name.toLowerCase(Locale.ROOT).endsWith("forward"))
            .toList();
    List<FilterList> compiled = new ArrayList<>();
    for (String name : forward.isEmpty() ? lists.names() : forward) {
      ReadList read = lists.read(name).orElseThrow();
      refuseLost(read.losses());
      compiled.add(read.list());
    }
    return compiled;
  }

  /**
   * @throws IOException with the first loss that changes what a list means, if there is one
   */
  static void refuseLost(List<Loss> losses) throws IOException {
    for (Loss loss : losses) {
      if (loss.isLost()) {
        throw new IOException(loss.toString());
      }
    }
  }

  /** Whether a file is a whole VPC in our own format, well-formed or not. */
  static boolean isVpc(Path file) throws IOException {
    RuleText text;
    try (InputStream stream = Files.newInputStream(file)) {
      text = RuleText.read(file.toString(), stream);
    }
    boolean isForeign =
        RuleFormats.ALL.stream()
            .filter(format -> !format.name().equals("yaml"))
            .anyMatch(format -> format.detects(text));
    List<String> sections = text.text().lines().filter(line -> line.matches("[a-z-]+:.*")).toList();
    boolean onlyLists =
        !sections.isEmpty() && sections.stream().allMatch(line -> line.startsWith("acls:"));
    return !isForeign && !onlyLists;
  }

  /** The format of a name; IllegalArgumentException with all names if there is none. */
  static RuleFormat format(String name) {
    return RuleFormats.named(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "format '" + name + "', legal: " + String.join(", ", RuleFormats.names())));
  }

  /**
   * The list asked for, or else all of them.
   *
   * @throws IllegalArgumentException if there is no list of this name
   */
  List<ReadList> chosen() throws IOException {
    List<ReadList> chosen = new ArrayList<>();
    for (String name : list.isPresent() ? List.of(list.get()) : lists.names()) {
      chosen.add(
          lists
              .read(name)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          file
                              + " has no list '"
                              + name
                              + "'"
                              + Names.suggest(name, lists.names()))));
    }
    return chosen;
  }
}
