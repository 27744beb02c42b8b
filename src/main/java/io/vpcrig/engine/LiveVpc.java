package io.vpcrig.engine;

import io.vpcrig.acl.LiveAcls;
import io.vpcrig.acl.live.LiveRules;
import io.vpcrig.acl.live.Recompiler;
import io.vpcrig.model.AclRule;
import io.vpcrig.model.Vpc;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A VPC whose lists change while frames go through it. Each change publishes a snapshot of the next
 * generation, which shares all that did not change and holds from the next batch on; the list is
 * compiled whole again in the background, which publishes the same generation once more.
 *
 * <p>Sessions that were made stay, whatever the lists now say (cloudstack.md fact 6). Counts stay
 * with their rule (see {@link io.vpcrig.acl.RuleTable}).
 *
 * <p>A change that can't be made throws an {@link IllegalArgumentException} with a sentence for the
 * operator, and nothing has changed. Thread: any; changes are made one after the other.
 */
public final class LiveVpc {
  private final Lock control = new ReentrantLock();
  private final LiveAcls acls;
  private final SnapshotCell cell;
  private final Recompiler recompiler;

  /**
   * Compiles a VPC.
   *
   * @param untagged as for {@link Snapshot#compile(Vpc, int, Optional)}
   * @param background where lists are compiled again
   */
  public LiveVpc(Vpc vpc, Optional<String> untagged, Recompiler.Background background) {
    acls = new LiveAcls(vpc);
    cell = new SnapshotCell(Snapshot.compile(vpc, 1, untagged, acls.table()));
    recompiler = new Recompiler(background, control, this::landed);
  }

  /** Where a data path finds the latest snapshot. */
  public SnapshotCell cell() {
    return cell;
  }

  /** The latest snapshot; its VPC is what the operator wants by now. */
  public Snapshot snapshot() {
    return cell.getAcquire();
  }

  /** Adds a rule under its number. */
  public Snapshot addRule(String list, AclRule rule) {
    return change(list, () -> acls.add(list, rule));
  }

  /** Removes the rule of a number. */
  public Snapshot removeRule(String list, int number) {
    return change(list, () -> acls.remove(list, number));
  }

  /** Puts another rule in the place of the one of a number; it takes over its counts. */
  public Snapshot replaceRule(String list, int number, AclRule rule) {
    return change(list, () -> acls.replace(list, number, rule));
  }

  /** Gives a rule another number; rules in its way, one next to the other, move up by one. */
  public Snapshot moveRule(String list, int number, int to) {
    return change(list, () -> acls.move(list, number, to));
  }

  private Snapshot change(String list, Runnable edit) {
    control.lock();
    try {
      edit.run();
      Snapshot next = publish(snapshot().generation() + 1);
      for (LiveRules form : acls.forms(list)) {
        if (form.current().isOverlaid()) {
          recompiler.edited(form);
        }
      }
      return next;
    } finally {
      control.unlock();
    }
  }

  private void landed() {
    acls.refresh();
    publish(snapshot().generation());
  }

  private Snapshot publish(int generation) {
    Snapshot next = snapshot().withLists(generation, acls.vpc(), acls.table());
    cell.publish(next);
    return next;
  }
}
