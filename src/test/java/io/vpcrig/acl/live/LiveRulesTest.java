package io.vpcrig.acl.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.acl.Classifier;
import io.vpcrig.acl.Classifiers;
import io.vpcrig.acl.MatchRule;
import io.vpcrig.acl.RuleSet;
import io.vpcrig.acl.live.LiveSamples.Header;
import io.vpcrig.model.Cidr;
import io.vpcrig.model.PortRange;
import io.vpcrig.model.Quirk;
import io.vpcrig.testing.Allocation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** After every edit the list answers as one that was written like that from the start. */
class LiveRulesTest {
  private static final long SEED = Long.getLong("vpcrig.seed", 20_261_126);

  @Test
  void afterEveryEditTheAnswersAreThoseOfAListWrittenAnew() {
    for (String engine : Classifiers.names()) {
      var random = new SplittableRandom(SEED);
      Set<String> seen = new HashSet<>();
      for (int round = 0; round < 40; round++) {
        int size = random.nextInt(3) == 0 ? random.nextInt(3) : random.nextInt(200);
        int edits = random.nextInt(1, 300);
        Run run = new Run(engine, round, size, random);
        seen.add(run.live.current().name());
        run.edit(edits);
      }
      assertTrue(seen.contains(engine), () -> engine + " refused every list, seed " + SEED);
    }
  }

  /** A live list and its twin, an ordinary list that is searched rule by rule. */
  private static final class Run {
    private final SplittableRandom random;
    private final Supplier<String> what;
    private final List<MatchRule> twin;
    private final LiveRules live;
    private LiveRules.Recompilation underWay;
    private int nextId;

    Run(String engine, int round, int size, SplittableRandom random) {
      this.random = random;
      what = () -> "%s, seed %d round %d".formatted(engine, SEED, round);
      twin = new ArrayList<>(LiveSamples.rules(size, random));
      live = new LiveRules(RuleSet.of(twin), LiveSamples.engine(engine));
      nextId = size;
    }

    void edit(int edits) {
      for (int e = 0; e < edits; e++) {
        editOnce();
        recompileNowAndThen();
        check();
      }
    }

    private void editOnce() {
      int at = twin.isEmpty() ? 0 : random.nextInt(twin.size());
      switch (twin.isEmpty() ? 0 : random.nextInt(6)) {
        case 0, 1 -> {
          MatchRule rule = LiveSamples.rule(nextId++, random);
          // Mostly at the same place, so that the ranks there run out.
          int index = random.nextInt(4) == 0 ? random.nextInt(twin.size() + 1) : at / 100;
          twin.add(index, rule);
          live.add(index, rule);
        }
        case 2 -> {
          twin.remove(at);
          live.remove(at);
        }
        case 3 -> {
          MatchRule rule = LiveSamples.rule(nextId++, random);
          twin.set(at, rule);
          live.replace(at, rule);
        }
        default -> {
          int to = random.nextInt(twin.size());
          twin.add(to, twin.remove(at));
          live.move(at, to);
        }
      }
    }

    private void recompileNowAndThen() {
      switch (random.nextInt(40)) {
        case 0 -> underWay = live.recompile();
        case 1, 2 -> {
          if (underWay != null) {
            underWay.run();
            live.land(underWay);
            underWay = null;
          }
        }
        default -> {}
      }
    }

    private void check() {
      OverlayClassifier version = live.current();
      assertEquals(twin, version.rules().rules(), what);
      assertEquals(twin.size(), live.size(), what);
      for (int k = 0; k < 8; k++) {
        Header header = Header.random(random);
        assertEquals(
            LiveSamples.define(twin, header),
            LiveSamples.id(version, header.ask(version)),
            () -> what.get() + " " + header);
      }
    }
  }

  @Test
  void aBatchIsAnsweredAsItsHeadersAreOneByOne() {
    var random = new SplittableRandom(SEED);
    LiveRules live = edited(random);
    OverlayClassifier version = live.current();
    int n = 500;
    int[] source = new int[n];
    int[] destination = new int[n];
    int[] ports = new int[n];
    int[] protocol = new int[n];
    for (int i = 0; i < n; i++) {
      Header header = Header.random(random);
      source[i] = header.source();
      destination[i] = header.destination();
      ports[i] = header.ports();
      protocol[i] = header.protocol();
    }
    int[] odd = IntStream.range(0, n).filter(i -> (i & 1) == 1).toArray();
    int[] result = new int[n];
    Arrays.fill(result, -7);
    version.classify(source, destination, ports, protocol, odd, odd.length, result);
    for (int i = 0; i < n; i++) {
      int expected =
          (i & 1) == 0 ? -7 : version.classify(source[i], destination[i], ports[i], protocol[i]);
      assertEquals(expected, result[i], "header " + i + ", seed " + SEED);
    }
    int[] all = IntStream.range(0, n).toArray();
    Allocation.assertNone(
        500, () -> version.classify(source, destination, ports, protocol, all, n, result));
  }

  @Test
  void aVersionStaysWhatItWasWhenItWasLoaded() {
    var random = new SplittableRandom(SEED);
    LiveRules live = edited(random);
    OverlayClassifier before = live.current();
    List<MatchRule> rules = before.rules().rules();
    for (int e = 0; e < 300; e++) {
      live.replace(random.nextInt(live.size()), LiveSamples.rule(10_000 + e, random));
      live.remove(random.nextInt(live.size()));
      live.add(0, LiveSamples.rule(20_000 + e, random));
    }
    assertEquals(rules, before.rules().rules());
  }

  @Test
  void movingARuleBetweenTwoPlacesNeverLeavesAMomentWithoutIt() {
    var random = new SplittableRandom(SEED);
    List<MatchRule> rules = new ArrayList<>(LiveSamples.rules(100, random));
    Header header = Header.random(random);
    rules.removeIf(r -> LiveSamples.define(List.of(r), header) != Classifier.NONE);
    rules.add(
        20,
        new MatchRule(
            new Cidr(header.source(), 32),
            Cidr.ANY,
            PortRange.ALL,
            PortRange.ALL,
            header.protocol(),
            777,
            Quirk.NONE));
    LiveRules live = new LiveRules(RuleSet.of(rules), LiveSamples.engine("tuple-merge"));
    int at = 20;
    for (int k = 0; k < 500; k++) {
      int to = random.nextInt(rules.size());
      live.move(at, to);
      at = to;
      assertEquals(777, LiveSamples.id(live.current(), header.ask(live.current())));
    }
  }

  @Test
  void compilingAnewLeavesNothingOfTheOverlay() {
    LiveRules live = edited(new SplittableRandom(SEED));
    assertTrue(live.current().isOverlaid());
    assertTrue(live.current().overlaySize() > 0);
    List<MatchRule> rules = live.current().rules().rules();
    LiveRules.Recompilation recompilation = live.recompile();
    recompilation.run();
    live.land(recompilation);
    assertFalse(live.current().isOverlaid());
    assertEquals(0, live.current().overlaySize());
    assertEquals(rules, live.current().rules().rules());
  }

  @Test
  void onlyTheLatestRecompilationLandsAndOnlyOnce() {
    LiveRules live = edited(new SplittableRandom(SEED));
    LiveRules.Recompilation first = live.recompile();
    LiveRules.Recompilation second = live.recompile();
    first.run();
    assertThrows(IllegalStateException.class, () -> live.land(first));
    assertThrows(IllegalStateException.class, () -> live.land(second), "has not run");
    second.run();
    live.land(second);
    assertThrows(IllegalStateException.class, () -> live.land(second));
  }

  private static LiveRules edited(SplittableRandom random) {
    LiveRules live =
        new LiveRules(
            RuleSet.of(LiveSamples.rules(300, random)), LiveSamples.engine("tuple-merge"));
    for (int e = 0; e < 100; e++) {
      live.replace(random.nextInt(live.size()), LiveSamples.rule(1_000 + e, random));
      live.move(random.nextInt(live.size()), random.nextInt(live.size()));
    }
    return live;
  }
}
