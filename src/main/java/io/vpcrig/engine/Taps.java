package io.vpcrig.engine;

import io.vpcrig.frame.FrameBatch;
import java.util.List;
import java.util.function.Consumer;

/**
 * Several taps of one path, one after the other. A tap that throws is shown nothing more: looking
 * must not end a router. Thread: the path's.
 */
public final class Taps implements PathTap {
  private final List<PathTap> all;
  private final RuntimeException[] failures;

  public Taps(List<PathTap> all) {
    this.all = List.copyOf(all);
    failures = new RuntimeException[all.size()];
  }

  @Override
  public void enter(FrameBatch batch, Snapshot snapshot, PacketPath path) {
    each(tap -> tap.enter(batch, snapshot, path));
  }

  @Override
  public void before(FrameBatch batch) {
    each(tap -> tap.before(batch));
  }

  @Override
  public void after(String place, FrameBatch batch) {
    each(tap -> tap.after(place, batch));
  }

  @Override
  public void leave(FrameBatch batch, PacketPath path) {
    each(tap -> tap.leave(batch, path));
  }

  private void each(Consumer<PathTap> action) {
    for (int k = 0; k < failures.length; k++) {
      if (failures[k] == null) {
        try {
          action.accept(all.get(k));
        } catch (RuntimeException e) {
          failures[k] = e;
          all.get(k).failed(e);
        }
      }
    }
  }
}
