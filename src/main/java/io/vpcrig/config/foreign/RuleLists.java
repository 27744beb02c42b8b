package io.vpcrig.config.foreign;

import io.vpcrig.model.Action;
import io.vpcrig.model.FilterList;
import io.vpcrig.model.FilterRule;
import io.vpcrig.model.MalformedLineException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rule lists of one file, each read when it is asked for. */
public interface RuleLists {
  /** Names of all lists, in the order of the file. */
  List<String> names();

  /**
   * The list of a name; some formats know more names than {@link #names} tells.
   *
   * @return empty if there is none of this name
   */
  Optional<ReadList> read(String name) throws MalformedLineException;

  /** What stands in the file beside its lists and is not carried. */
  default List<Loss> beside() {
    return List.of();
  }

  /** Lists that were read at once. */
  final class Eager implements RuleLists {
    private final Map<String, Draft> lists = new LinkedHashMap<>();
    private final List<Loss> beside = new ArrayList<>();

    /** A list in the making. */
    static final class Draft {
      final List<FilterRule> rules = new ArrayList<>();
      final List<Loss> losses = new ArrayList<>();
      private final Action otherwise;

      private Draft(Action otherwise) {
        this.otherwise = otherwise;
      }
    }

    /** The list of a name, made when first named. */
    Draft list(String name, Action otherwise) {
      return lists.computeIfAbsent(name, key -> new Draft(otherwise));
    }

    void besides(Loss loss) {
      beside.add(loss);
    }

    @Override
    public List<String> names() {
      return List.copyOf(lists.keySet());
    }

    @Override
    public Optional<ReadList> read(String name) {
      return Optional.ofNullable(lists.get(name))
          .map(
              draft ->
                  new ReadList(new FilterList(name, draft.rules, draft.otherwise), draft.losses));
    }

    @Override
    public List<Loss> beside() {
      return List.copyOf(beside);
    }
  }
}
