package io.vpcrig.engine;

import io.vpcrig.route.RouteTable;
import io.vpcrig.session.RouteChange;
import io.vpcrig.session.Ways;
import io.vpcrig.tunnel.SegmentTable;

/**
 * The ways of established sessions through one snapshot after another. As on the real router,
 * conntrack keeps a connection's translation, whatever became of the rule that made it, and each
 * packet goes where the routes of the day lead: to another segment, to another next hop, or nowhere
 * ({@code route.none}). Only answers to who came by a public network are bound: as long as that
 * network is there they leave by it, not by the default one (the real router's connmark, table 100
 * + n; cloudstack.md 3.1).
 *
 * <p>Segments are the same if they have the same name. Thread: one worker; allocates only where
 * routes change.
 */
final class Routing implements Ways, RouteChange {
  private Snapshot snapshot;
  private Snapshot before;
  private Gateways gateways;

  /** Numbers of segments now, by those before. */
  private int[] now = {};

  private int segment;
  private int neighbour;

  /**
   * Goes by a snapshot from now on.
   *
   * @return whether segments, routes or neighbours are other ones than before
   */
  // The same snapshot, not an equal one.
  @SuppressWarnings("ReferenceEquality")
  boolean follow(Snapshot next) {
    if (next == snapshot) {
      return false;
    }
    before = snapshot;
    snapshot = next;
    gateways = new Gateways(next);
    if (before == null || next.vpc().routesAs(before.vpc())) {
      return false;
    }
    now = new int[before.segments().size()];
    for (int k = 0; k < now.length; k++) {
      now[k] = numberOf(before.segments().name(k));
    }
    return true;
  }

  private int numberOf(String name) {
    SegmentTable segments = snapshot.segments();
    for (int k = 0; k < segments.size(); k++) {
      if (segments.name(k).equals(name)) {
        return k;
      }
    }
    return SegmentTable.NONE;
  }

  // --- what changed ---

  @Override
  public int segment(int number) {
    return now[number];
  }

  @Override
  public boolean isOther(int address) {
    return before.neighbours().mac(address) != mac(address);
  }

  @Override
  public long mac(int address) {
    return snapshot.neighbours().mac(address);
  }

  // --- how it is ---

  @Override
  public boolean find(int address, int home) {
    RouteTable routes = snapshot.routes();
    int route = routes.find(address);
    if (route == RouteTable.NONE) {
      return false;
    }
    segment = routes.outSegment(route);
    neighbour = routes.neighbour(route, address);
    if (home != SegmentTable.NONE && isPublic(home) && isPublic(segment) && home != segment) {
      segment = home;
      neighbour = gateways.neighbour(home, address);
    }
    return true;
  }

  private boolean isPublic(int which) {
    return snapshot.segments().kind(which) == SegmentTable.PUBLIC;
  }

  @Override
  public int segment() {
    return segment;
  }

  @Override
  public int neighbour() {
    return neighbour;
  }

  @Override
  public long mac() {
    return mac(neighbour);
  }
}
