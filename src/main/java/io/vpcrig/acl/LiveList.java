package io.vpcrig.acl;

import io.vpcrig.acl.live.LiveRules;
import io.vpcrig.model.AclList;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Direction;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.IntArrayList;

/**
 * One list while it changes, both directions. An operation fails before it has changed anything, or
 * not at all. Thread: the owner.
 */
final class LiveList {
  private final int index;
  private final LiveDirection egress;
  private final LiveDirection ingress;

  /** Numbers in the rule table, by position in the list. */
  private final IntArrayList ids = new IntArrayList();

  private AclList list;
  private CompiledList compiledEgress;
  private CompiledList compiledIngress;

  /**
   * @param egress without rules yet, as is {@code ingress}
   */
  LiveList(String name, RuleTable table, LiveDirection egress, LiveDirection ingress) {
    this.index = table.indexOf(name);
    this.egress = egress;
    this.ingress = ingress;
    list = table.list(index);
    for (AclRule rule : list.rules()) {
      ids.addInt(table.compiledRule(index, ids.size()));
      egress.count(rule, 1);
      ingress.count(rule, 1);
    }
    compile(table);
  }

  AclList list() {
    return list;
  }

  CompiledList compiled(Direction direction) {
    return direction == Direction.EGRESS ? compiledEgress : compiledIngress;
  }

  /** Everything that is asked, as it now is. */
  List<LiveRules> forms() {
    List<LiveRules> forms = new ArrayList<>(egress.forms());
    forms.addAll(ingress.forms());
    return forms;
  }

  /** Takes over what its forms now are, and what the rules of its numbers now are. */
  void compile(RuleTable table) {
    egress.settle(list, ids::getInt);
    ingress.settle(list, ids::getInt);
    compiledEgress = egress.compiled(index, table);
    compiledIngress = ingress.compiled(index, table);
  }

  // Each returns the table after it.
  RuleTable add(AclRule rule, RuleTable table) {
    AclList next = list.with(rule);
    return putIn(next, rule, table.ruleCount(), table);
  }

  RuleTable remove(int number, RuleTable table) {
    AclList next = list.without(number);
    takeOut(number, table);
    list = next;
    RuleTable after = table.withList(list);
    compile(after);
    return after;
  }

  RuleTable replace(int number, AclRule rule, RuleTable table) {
    AclList next = list.without(number).with(rule);
    int id = takeOut(number, table);
    return putIn(next, rule, id, table);
  }

  RuleTable move(int number, int to, RuleTable table) {
    AclRule rule = list.rules().get(list.indexOf(number)).numbered(to);
    AclList others = list.without(number);
    AclList spread = others.withRoomAt(to);
    AclList next = spread.with(rule);
    int id = takeOut(number, table);
    RuleTable after = table;
    int end = others.rules().size();
    for (int i = others.find(to); i >= 0 && i < end && isShifted(i, others, spread); i++) {
      after = after.withRule(ids.getInt(i), spread.rules().get(i), index);
    }
    return putIn(next, rule, id, after);
  }

  private static boolean isShifted(int position, AclList before, AclList after) {
    return before.rules().get(position).number() != after.rules().get(position).number();
  }

  private int takeOut(int number, RuleTable table) {
    int position = list.indexOf(number);
    AclRule rule = list.rules().get(position);
    egress.remove(rule, table);
    ingress.remove(rule, table);
    return ids.removeAt(position);
  }

  private RuleTable putIn(AclList next, AclRule rule, int id, RuleTable table) {
    list = next;
    ids.addInt(next.indexOf(rule.number()), id);
    RuleTable after = table.withRule(id, rule, index).withList(next);
    egress.insert(rule, id, after);
    ingress.insert(rule, id, after);
    compile(after);
    return after;
  }
}
