package io.vpcrig.acl.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.acl.Classifier;
import io.vpcrig.acl.RuleSet;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** When lists are compiled whole again. */
class RecompilerTest {
  private final SplittableRandom random = new SplittableRandom(7);
  private final ArrayDeque<Runnable> background = new ArrayDeque<>();
  private final ReentrantLock owner = new ReentrantLock();
  private int landed;
  private final Recompiler recompiler =
      new Recompiler(
          (afterNs, task) -> {
            assertTrue(afterNs > 0, "at once");
            background.add(task);
          },
          owner,
          () -> {
            assertTrue(owner.isHeldByCurrentThread(), "landed without the lock");
            landed++;
          });

  @Test
  void severalListsAreCompiledOneAfterTheOther() {
    LiveRules one = list(LiveSamples.engine("tuple-merge"));
    LiveRules other = list(LiveSamples.engine("tuple-merge"));
    edit(one);
    edit(other);
    edit(one);
    assertEquals(1, background.size());
    background.remove().run();
    assertFalse(one.current().isOverlaid());
    assertTrue(other.current().isOverlaid());
    assertEquals(1, background.size());
    background.remove().run();
    assertFalse(other.current().isOverlaid());
    assertTrue(background.isEmpty());
    assertEquals(2, landed);
  }

  @Test
  void whatIsEditedWhileItIsCompiledIsCompiledOnceMore() {
    LiveRules[] list = new LiveRules[1];
    list[0] =
        list(
            rules -> {
              assertFalse(owner.isHeldByCurrentThread(), "compiles with the lock held");
              if (list[0] != null && landed == 0) {
                edit(list[0]);
              }
              return LiveSamples.engine("tuple-merge").apply(rules);
            });
    edit(list[0]);
    background.remove().run();
    assertEquals(2, list[0].current().overlaySize(), "the later edit lies over the new form");
    background.remove().run();
    assertFalse(list[0].current().isOverlaid());
    assertTrue(background.isEmpty());
  }

  @Test
  void whereCompilingFailsTheOverlayStaysAndTheNextEditTriesAgain() {
    boolean[] fails = {false};
    LiveRules list =
        list(
            rules -> {
              if (fails[0]) {
                throw new IllegalStateException("too large");
              }
              return LiveSamples.engine("tuple-merge").apply(rules);
            });
    edit(list);
    fails[0] = true;
    assertThrows(IllegalStateException.class, background.remove()::run);
    assertTrue(list.current().isOverlaid());
    assertTrue(background.isEmpty());
    assertEquals(0, landed);
    fails[0] = false;
    edit(list);
    background.remove().run();
    assertFalse(list.current().isOverlaid());
  }

  private LiveRules list(Function<RuleSet, Classifier> engine) {
    return new LiveRules(RuleSet.of(LiveSamples.rules(20, random)), engine);
  }

  private void edit(LiveRules list) {
    owner.lock();
    try {
      list.replace(0, LiveSamples.rule(100, random));
      recompiler.edited(list);
    } finally {
      owner.unlock();
    }
  }
}
