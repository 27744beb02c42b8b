package io.vpcrig.live;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vpcrig.testing.Netns;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Bytes to and fro, each answered, until it is told to end; then all of them are checked. */
final class Talk {
  private final AtomicInteger answered = new AtomicInteger();
  private final FutureTask<String> server;
  private final FutureTask<Integer> client;
  private volatile boolean end;

  /**
   * Begins one.
   *
   * @param host machine that connects
   * @param peer machine that listens
   * @param to address of that one
   */
  Talk(Switch wires, String host, String peer, String to) throws IOException {
    ServerSocket listener =
        Netns.inside(wires.name(peer), () -> new ServerSocket(0, 5, InetAddress.getByName(to)));
    server =
        Netns.start(
            wires.name(peer),
            () -> {
              try (listener;
                  Socket socket = listener.accept();
                  DataInputStream in = new DataInputStream(socket.getInputStream());
                  DataOutputStream out = new DataOutputStream(socket.getOutputStream())) {
                for (int length = in.readInt(); length > 0; length = in.readInt()) {
                  byte[] got = in.readNBytes(length);
                  out.writeInt(length);
                  out.write(got);
                  out.flush();
                }
                return socket.getInetAddress().getHostAddress();
              }
            });
    client =
        Netns.start(
            wires.name(host),
            () -> {
              SplittableRandom random = new SplittableRandom(1);
              try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(to, listener.getLocalPort()), 5_000);
                socket.setSoTimeout(20_000);
                DataInputStream in = new DataInputStream(socket.getInputStream());
                DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                while (!end) {
                  byte[] sent = new byte[random.nextInt(1, 20_000)];
                  random.nextBytes(sent);
                  out.writeInt(sent.length);
                  out.write(sent);
                  out.flush();
                  assertEquals(sent.length, in.readInt());
                  assertArrayEquals(sent, in.readNBytes(sent.length));
                  answered.incrementAndGet();
                }
                out.writeInt(0);
                out.flush();
                return answered.get();
              }
            });
    Switch.await("the first answers", () -> answered.get() > 5 || client.isDone());
  }

  /** Waits until it has got further. */
  void goOn(String after) throws IOException {
    int before = answered.get();
    Switch.await("more answers after " + after, () -> answered.get() > before + 5);
  }

  /** Ends it; the listener must have seen it come from this address. */
  void end(String seenAs) throws Exception {
    end = true;
    assertTrue(client.get(20, TimeUnit.SECONDS) > 5);
    assertEquals(seenAs, server.get(20, TimeUnit.SECONDS));
  }
}
