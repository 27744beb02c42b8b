package io.vpcrig.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutputOrderTest {
  private static final int CAPACITY = 8;

  private final FrameBatch batch = new FrameBatch(CAPACITY);

  @Test
  void framesComeInTheOrderTheyWereRead() {
    read(3);
    assertEquals(List.of(0, 1, 2), order());
    batch.close();
  }

  @Test
  void releasedFragmentsComeBeforeTheFrameThatReleasedThem() {
    read(2);
    int first = released(1, 77);
    int second = released(1, 78);
    assertEquals(List.of(0, first, second, 1), order());
    batch.close();
  }

  @Test
  void answersComeBehindTheFrameTheyAnswerInWhateverOrderTheyWereMade() {
    read(3);
    int late = batch.addExtra(2, 20);
    int early = batch.addExtra(0, 20);
    int another = batch.addExtra(2, 20);
    assertEquals(List.of(0, early, 1, 2, late, another), order());
    batch.close();
  }

  @Test
  void anAnswerToAReleasedFragmentComesBehindTheFrameThatReleasedIt() {
    read(2);
    int fragment = released(0, 77);
    int answer = batch.addExtra(fragment, 20);
    assertEquals(List.of(fragment, 0, answer, 1), order());
    batch.close();
  }

  private void read(int frames) {
    for (int k = 0; k < frames; k++) {
      batch.number[batch.add(60)] = 100 + k;
    }
  }

  private int released(int by, long number) {
    int extra = batch.addExtra(by, 60);
    batch.number[extra] = number;
    return extra;
  }

  private List<Integer> order() {
    List<Integer> found = new ArrayList<>();
    OutputOrder order = new OutputOrder().over(batch);
    while (order.nextFrame()) {
      for (int i = order.next(); i != FrameBatch.NONE; i = order.next()) {
        found.add(i);
      }
    }
    return found;
  }
}
