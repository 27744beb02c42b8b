package io.vpcrig.bench.pipeline;

/**
 * One connection, as its two ends know it. Which one follows from its number alone; no two numbers
 * below 2^27 give the same addresses and ports. Reused: {@link #number} changes all of it.
 *
 * <pre>
 *   client:clientPort -> dialled:dialledPort        by clientSegment
 *   seen:clientPort   -> server:serverPort          by serverSegment, once translated
 * </pre>
 */
final class Flow {
  /**
   * Hosts that flows begin at, and as many that flows between tiers lead to; of all tiers together,
   * so that more tiers do not also mean more next hops.
   */
  private static final int HOSTS = 4000;

  /** The first of them: 10.x.1.0. */
  private static final int FIRST_HOST = 256;

  /** 198.18.0.0/15, the benchmarking network of RFC 2544. */
  private static final int OUTSIDE = 198 << 24 | 18 << 16;

  private static final int OUTSIDE_BITS = 17;
  private static final int FIRST_CLIENT_PORT = 1024;
  private static final int CLIENT_PORTS = 60_000;

  private final Scenario scenario;

  int clientSegment;
  int client;
  int clientPort;
  int dialled;
  int dialledPort;
  int serverSegment;
  int server;
  int serverPort;
  int seen;

  /** Whether the frames that are measured are the server's. */
  boolean backward;

  Flow(Scenario scenario) {
    this.scenario = scenario;
  }

  /** Becomes flow {@code f}. */
  Flow number(int f) {
    int mixed = (f ^ f >>> 15) * 0x9e37_79b9 >>> 8;
    int service = mixed % Services.count(scenario.rules());
    serverPort = Services.port(service);
    Variant.Kind kind = scenario.variant().kind(f);
    backward = kind == Variant.Kind.BACK;
    switch (kind) {
      case TIERS -> betweenTiers(f, mixed);
      case OUT, BACK -> out(f, mixed);
      case INTO -> into(f, service);
    }
    return this;
  }

  private void betweenTiers(int f, int mixed) {
    int pairs = scenario.tiers() / 2;
    int host = f % HOSTS;
    int pair = host % pairs;
    int from = 2 * pair;
    client(from, FIRST_HOST + host);
    clientPort = FIRST_CLIENT_PORT + f / HOSTS % CLIENT_PORTS;
    serverSegment = BenchVpc.segment(from + 1);
    int peer = mixed % ((HOSTS + pairs - 1) / pairs) * pairs + pair;
    server = BenchVpc.address(from + 1, FIRST_HOST + peer);
    dialled = server;
    dialledPort = serverPort;
    seen = client;
  }

  private void out(int f, int mixed) {
    client(mixed % scenario.tiers(), FIRST_HOST + f % HOSTS);
    clientPort = outsidePort(f);
    serverSegment = 0;
    server = outside(f);
    dialled = server;
    dialledPort = serverPort;
    seen = BenchVpc.PUBLIC;
  }

  private void into(int f, int service) {
    int tier = service % scenario.tiers();
    clientSegment = 0;
    client = outside(f);
    clientPort = outsidePort(f);
    serverSegment = BenchVpc.segment(tier);
    server = BenchVpc.server(service, tier);
    dialled = BenchVpc.FORWARDED;
    dialledPort = BenchVpc.FIRST_PORT + service;
    seen = client;
  }

  private void client(int tier, int host) {
    clientSegment = BenchVpc.segment(tier);
    client = BenchVpc.address(tier, host);
  }

  private static int outside(int f) {
    return OUTSIDE + (f & (1 << OUTSIDE_BITS) - 1);
  }

  /** With {@link #outside} unique, so that source NAT never has to look for another port. */
  private static int outsidePort(int f) {
    return FIRST_CLIENT_PORT + ((f >>> OUTSIDE_BITS) * 509 + (f & 0x1ff)) % CLIENT_PORTS;
  }
}
