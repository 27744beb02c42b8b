package io.vpcrig.acl;

import io.vpcrig.acl.live.LiveRules;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Direction;
import io.vpcrig.model.Vpc;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The lists of a VPC while single rules change; the model ({@link #vpc}) and the compiled form
 * ({@link #table}) change together. Rules are named by their numbers in the list, as the management
 * API does. An operation fails before it has changed anything, with a sentence for the operator, or
 * not at all.
 *
 * <p>An edit takes a few microseconds and copies 4 bytes for each rule of the list. It takes as
 * long as to compile the list where, under shipped semantics, a rule is the first or the last with
 * one of the quirks.
 *
 * <p>Thread: one owner at a time; what it hands out is immutable.
 */
public final class LiveAcls {
  /** The operator's lists, attached anywhere or not. */
  private final Map<String, LiveList> lists = new HashMap<>();

  private final AclCompiler builtIn;
  private Vpc vpc;
  private RuleTable rules;
  private AclTable table;

  /** Compiles the lists of a VPC, with the engines that suit them. */
  public LiveAcls(Vpc vpc) {
    this(vpc, lines -> Classifiers.choose(lines).classifier());
  }

  LiveAcls(Vpc vpc, Function<RuleSet, Classifier> engine) {
    this.vpc = vpc;
    rules = new RuleTable(vpc);
    builtIn = new AclCompiler(vpc, rules);
    for (String name : vpc.lists().keySet()) {
      lists.put(
          name,
          new LiveList(
              name,
              rules,
              new LiveDirection(Direction.EGRESS, vpc.semantics(), engine),
              new LiveDirection(Direction.INGRESS, vpc.semantics(), engine)));
    }
    table = attach();
  }

  /** What the operator wants by now. */
  public Vpc vpc() {
    return vpc;
  }

  /** The lists as they are by now. */
  public AclTable table() {
    return table;
  }

  /** Everything of a list that can be compiled anew. */
  public List<LiveRules> forms(String list) {
    return named(list).forms();
  }

  /**
   * @throws IllegalArgumentException if there is no such list of the operator's, or the number is
   *     taken
   */
  public void add(String list, AclRule rule) {
    LiveList edited = named(list);
    take(edited, edited.add(rule, rules));
  }

  /**
   * @throws IllegalArgumentException if there is no such list of the operator's, or no such rule
   */
  public void remove(String list, int number) {
    LiveList edited = named(list);
    take(edited, edited.remove(number, rules));
  }

  /**
   * Gives a rule's place and counts to another, or, if the other has another number, only its
   * counts.
   *
   * @throws IllegalArgumentException if there is no such list of the operator's, no such rule, or
   *     the other's number is taken
   */
  public void replace(String list, int number, AclRule rule) {
    LiveList edited = named(list);
    take(edited, edited.replace(number, rule, rules));
  }

  /**
   * Gives a rule another number; rules in its way, one next to the other, move up by one.
   *
   * @throws IllegalArgumentException if there is no such list of the operator's, no such rule, or
   *     the new number is not legal
   */
  public void move(String list, int number, int to) {
    LiveList edited = named(list);
    take(edited, edited.move(number, to, rules));
  }

  /** Takes over the forms that were compiled anew; the lists stay what they are. */
  public void refresh() {
    lists.values().forEach(list -> list.compile(rules));
    table = attach();
  }

  private void take(LiveList edited, RuleTable after) {
    rules = after;
    vpc = vpc.withList(edited.list());
    table = attach();
  }

  private AclTable attach() {
    return AclCompiler.attach(
        vpc,
        rules,
        (name, direction) -> {
          LiveList live = lists.get(name);
          return live == null ? builtIn.list(name, direction) : live.compiled(direction);
        });
  }

  private LiveList named(String list) {
    LiveList live = lists.get(list);
    if (live == null) {
      throw new IllegalArgumentException("no list of the operator's is named '" + list + "'");
    }
    return live;
  }
}
