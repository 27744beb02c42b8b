package io.vpcrig.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.testing.RandomVpc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The places that taps know are those of the way. */
final class PathTapTest {
  @Test
  void placesAreTheStagesInTheirOrder() {
    List<String> met = new ArrayList<>();
    PathTap tap =
        new PathTap() {
          @Override
          public void enter(FrameBatch batch, Snapshot snapshot, PacketPath path) {
            met.add(IN);
          }

          @Override
          public void before(FrameBatch batch) {}

          @Override
          public void after(String place, FrameBatch batch) {
            met.add(place);
          }

          @Override
          public void leave(FrameBatch batch, PacketPath path) {}
        };
    Snapshot snapshot = Snapshot.compile(RandomVpc.of(1), 1, Optional.empty());
    try (PacketPath path = new PacketPath(PathOptions.DEFAULT.withSessions(100));
        FrameBatch batch = new FrameBatch(4)) {
      path.tap(tap);
      path.process(batch, snapshot);
      path.tap(null);
      path.process(batch, snapshot);
    }
    assertEquals(PacketPath.places(), met);
  }

  @Test
  void aPlaceThatIsNoneIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new FrameTap("nowhere", FrameTest.ALL, 1));
  }
}
