package io.vpcrig.cli;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One connection that lives as long as the test: blocks go there and come back, each is compared.
 */
final class SoakTalk implements AutoCloseable {
  private static final int PATIENCE_MS = 45_000;
  private static final int PAUSE_MS = 5;

  final String name;
  private final Socket client;
  private final Socket server;
  private final AtomicLong rounds = new AtomicLong();
  private volatile Throwable failure;
  private volatile boolean stopped;

  /**
   * @param listener where the connection arrives, maybe under another address
   */
  SoakTalk(LiveLab lab, String from, String address, int port, ServerSocket listener)
      throws IOException {
    name = from + " > " + address + ":" + port;
    client = lab.connect(from, address, port, 5_000);
    server = listener.accept();
    client.setSoTimeout(PATIENCE_MS);
    server.setSoTimeout(PATIENCE_MS);
    Thread.ofPlatform().daemon().start(this::echo);
    Thread.ofPlatform().daemon().start(this::talk);
  }

  private void talk() {
    SplittableRandom random = new SplittableRandom(name.hashCode());
    try {
      DataInputStream in = new DataInputStream(client.getInputStream());
      while (!stopped) {
        byte[] block = new byte[1 + random.nextInt(4_000)];
        random.nextBytes(block);
        client.getOutputStream().write(block);
        byte[] back = new byte[block.length];
        in.readFully(back);
        if (!Arrays.equals(block, back)) {
          throw new IOException("other bytes came back");
        }
        rounds.incrementAndGet();
        Thread.sleep(PAUSE_MS);
      }
    } catch (IOException | InterruptedException e) {
      failure = stopped ? null : e;
    }
  }

  private void echo() {
    byte[] block = new byte[8_192];
    try {
      while (true) {
        int length = server.getInputStream().read(block);
        if (length < 0) {
          return;
        }
        server.getOutputStream().write(block, 0, length);
      }
    } catch (IOException e) {
      failure = stopped ? failure : e;
    }
  }

  long rounds() {
    return rounds.get();
  }

  /** What ended it; null while it lives. */
  Throwable failure() {
    return failure;
  }

  @Override
  public void close() throws IOException {
    stopped = true;
    client.close();
    server.close();
  }
}
