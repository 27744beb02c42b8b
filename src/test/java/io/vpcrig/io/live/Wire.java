package io.vpcrig.io.live;

import io.vpcrig.frame.FrameBatch;
import io.vpcrig.testing.Netns;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Two kernel hosts, and between them room for a wire of ours: what comes by one port goes out by
 * the other.
 *
 * <pre>
 *   left: end 10.9.0.1 <-veth-> middle: p0 == p1 <-veth-> right: end 10.9.0.2
 * </pre>
 */
final class Wire implements AutoCloseable {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  final String left;
  final String middle;
  final String right;

  Wire() throws IOException {
    String name = "vpcrig-wire-" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet();
    left = name + "-l";
    middle = name + "-m";
    right = name + "-r";
    for (String each : new String[] {left, middle, right}) {
      Netns.run("", "ip", "netns", "add", each);
    }
    ip(
        middle,
        """
        link add p0 type veth peer name end netns %s
        link add p1 type veth peer name end netns %s
        link set p0 up
        link set p1 up
        """
            .formatted(left, right));
    try {
      end(left, 1);
      end(right, 2);
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private static void end(String namespace, int number) throws IOException {
    ip(
        namespace,
        """
        link set lo up
        address add 10.9.0.%1$d/24 dev end
        link set end up
        link add vx type vxlan id 77 local 10.9.0.%1$d remote 10.9.0.%2$d dstport 4789
        address add 10.9.77.%1$d/24 dev vx
        link set vx mtu 1450 up
        """
            .formatted(number, 3 - number));
  }

  /** Runs lines of {@code ip -batch} in a namespace. */
  static void ip(String namespace, String lines) throws IOException {
    Netns.run(lines, "ip", "-n", namespace, "-batch", "-");
  }

  /** Opens an interface of a namespace. */
  static LivePort open(Driver driver, String namespace, String link) throws IOException {
    try {
      return Netns.start(namespace, () -> driver.open(Link.up(link))).get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** Lays the wire, until it is closed. */
  Carrier carry(Driver driver) throws IOException {
    return new Carrier(open(driver, middle, "p0"), open(driver, middle, "p1"));
  }

  /** Carries frames both ways on a thread of its own. */
  static final class Carrier implements AutoCloseable {
    final LivePort a;
    final LivePort b;
    private final Thread thread;
    private volatile boolean stopped;
    private volatile Throwable failure;

    private Carrier(LivePort a, LivePort b) {
      this.a = a;
      this.b = b;
      thread = Thread.ofPlatform().start(this::run);
    }

    private void run() {
      try (FrameBatch batch = new FrameBatch(256);
          PortWait wait = new PortWait(List.of(a, b))) {
        while (!stopped) {
          if (carry(batch, a, b) + carry(batch, b, a) == 0) {
            wait.await(10);
          }
        }
      } catch (Throwable e) {
        failure = e;
      }
    }

    private static int carry(FrameBatch batch, LivePort from, LivePort to) throws IOException {
      batch.clear();
      int count = from.receive(batch, 0, 0, 0);
      for (int i = 0; i < batch.size; i++) {
        to.send(batch.bytes, batch.start[i], batch.length[i]);
      }
      to.flush();
      return count;
    }

    /** Processor time of its thread so far, nanoseconds. */
    long cpuNs() {
      return java.lang.management.ManagementFactory.getThreadMXBean().getThreadCpuTime(id());
    }

    private long id() {
      return thread.threadId();
    }

    @Override
    public void close() throws IOException {
      stopped = true;
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      a.close();
      b.close();
      if (failure != null) {
        throw new IllegalStateException("the wire broke", failure);
      }
    }
  }

  @Override
  public void close() throws IOException {
    Netns.remove(middle, left, right);
  }
}
