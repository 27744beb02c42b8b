package io.vpcrig.cli;

import io.vpcrig.acl.RuleTable;
import io.vpcrig.engine.PacketPath;
import io.vpcrig.model.AclRule;
import io.vpcrig.telemetry.CounterFile;
import io.vpcrig.telemetry.CounterType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/** Where the values of a run's counters are read; more come while it runs. One thread at a time. */
final class CounterSources {
  /** Rules that get counters, the first of the table: 1,280 bytes of the file each. */
  static final int MOST_RULES = 16_384;

  private record Source(CounterType type, List<String> labels, LongSupplier value) {}

  private final List<Source> sources = new ArrayList<>();
  private int added;
  private long leftOut;

  CounterSources() {
    add(CounterType.LEFT_OUT, () -> leftOut);
  }

  void add(CounterType type, LongSupplier value, String... labels) {
    sources.add(new Source(type, List.of(labels), value));
  }

  /** Sessions and bytes of all paths together. */
  void addPaths(List<PacketPath> paths) {
    sum(paths, CounterType.BYTES, PacketPath::bytes);
    sum(paths, CounterType.SESSIONS, path -> path.sessions().size());
    sum(paths, CounterType.SESSIONS_CREATED, path -> path.sessions().created());
    sum(
        paths,
        CounterType.SESSIONS_ENDED,
        path -> Math.max(0, path.sessions().created() - path.sessions().size()));
    sum(paths, CounterType.SESSIONS_EARLY, path -> path.sessions().droppedEarly());
    sum(paths, CounterType.SESSIONS_REFUSED, path -> path.tracker().invalid(), "invalid");
    sum(
        paths,
        CounterType.SESSIONS_REFUSED,
        path -> path.tracker().insertFailed(),
        "insert_failed");
    sum(paths, CounterType.SESSIONS_REFUSED, path -> path.tracker().full(), "drop");
  }

  /** Hits of the rules of a table from a number on. */
  void addRules(List<PacketPath> paths, RuleTable rules, int from) {
    for (int r = from; r < Math.min(MOST_RULES, rules.ruleCount()); r++) {
      int rule = r;
      AclRule named = rules.rule(r);
      String[] labels = {
        rules.list(rules.listOf(r)).name(),
        Integer.toString(named.number()),
        named.direction().name().toLowerCase(Locale.ROOT),
        named.action().name().toLowerCase(Locale.ROOT)
      };
      sum(paths, CounterType.RULE_PACKETS, path -> path.hits().packets(rule), labels);
      sum(paths, CounterType.RULE_BYTES, path -> path.hits().bytes(rule), labels);
    }
    leftOut += 2L * Math.max(0, rules.ruleCount() - Math.max(from, MOST_RULES));
  }

  private void sum(
      List<PacketPath> paths,
      CounterType type,
      ToLongFunction<PacketPath> value,
      String... labels) {
    PacketPath[] all = paths.toArray(PacketPath[]::new);
    add(type, () -> sum(all, value), labels);
  }

  static <T> long sum(T[] all, ToLongFunction<T> value) {
    long sum = 0;
    for (T one : all) {
      sum += value.applyAsLong(one);
    }
    return sum;
  }

  /** Gives those that are new their place in the file. */
  void addTo(CounterFile file) {
    for (; added < sources.size(); added++) {
      Source source = sources.get(added);
      if (!file.add(source.type, source.labels, source.value)) {
        leftOut++;
      }
    }
  }
}
