package io.vpcrig.control;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * A socket in the file system by which a running router is spoken to: a line with a verb and its
 * arguments in, lines of JSON out ({@link Answer}). Its owner alone may connect (mode 0600 from the
 * moment it has its name). A connection that ends ends what it asked for.
 *
 * <p>Bounded: {@link #MOST} connections, lines of {@link #LONGEST} bytes. Thread: one waits, each
 * connection has its own.
 */
public final class ControlSocket implements AutoCloseable {
  static final int MOST = 16;
  static final int LONGEST = 4_096;

  /** Longest path that the address of such a socket has room for. */
  private static final int LONGEST_PATH = 107;

  /** Does what a verb says. */
  @FunctionalInterface
  public interface Verb {
    /**
     * Answers, with {@link Answer#done} or {@link Answer#refuse} at the end.
     *
     * @param arguments what stands behind the verb, without spaces around it
     * @throws IllegalArgumentException with a sentence, if they are not legal
     */
    void serve(String arguments, Answer answer) throws IOException, InterruptedException;
  }

  private final Path path;
  private final ServerSocketChannel listening;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
  private final Semaphore room = new Semaphore(MOST);
  private volatile Map<String, Verb> verbs = Map.of();

  /**
   * Makes the socket; nobody is answered before {@link #serve}. One that a dead process left behind
   * is replaced.
   *
   * @throws IOException with a sentence, if it is not to be had
   */
  public ControlSocket(Path path) throws IOException {
    this.path = path.toAbsolutePath();
    Path folder = this.path.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new IOException("control socket " + path + ": its folder does not exist");
    }
    if (Files.exists(this.path, LinkOption.NOFOLLOW_LINKS)) {
      requireDead();
    }
    Path part = folder.resolve("." + ProcessHandle.current().pid() + ".control");
    if (Math.max(part.toString().length(), this.path.toString().length()) > LONGEST_PATH) {
      throw new IOException(
          "control socket " + path + ": the name is too long, legal up to " + LONGEST_PATH);
    }
    Files.deleteIfExists(part);
    listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      // Under another name until nobody else may connect.
      listening.bind(UnixDomainSocketAddress.of(part));
      Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rw-------"));
      Files.move(part, this.path, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      listening.close();
      Files.deleteIfExists(part);
      throw e;
    }
  }

  private void requireDead() throws IOException {
    boolean answered;
    try (SocketChannel other = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      answered = other.isConnected();
    } catch (SocketException e) {
      answered = false;
    }
    if (answered) {
      throw new IOException("control socket " + path + ": another process listens there");
    }
    if (!Files.readAttributes(path, BasicFileAttributes.class).isOther()) {
      throw new IOException("control socket " + path + ": there is a file that is no socket");
    }
  }

  public Path path() {
    return path;
  }

  /** Makes it a user's, who alone may connect then, beside root. */
  public void giveTo(String user) throws IOException {
    Files.setOwner(
        path, path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user));
  }

  /** Answers from now on. */
  public void serve(Map<String, Verb> known) {
    verbs = Map.copyOf(known);
    Thread.ofPlatform().name("vpcrig-control").daemon().start(this::accept);
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel connection = listening.accept();
        if (!room.tryAcquire()) {
          connection.close();
          continue;
        }
        open.add(connection);
        Thread.ofPlatform().name("vpcrig-control").daemon().start(() -> converse(connection));
      }
    } catch (ClosedChannelException e) {
      return;
    } catch (IOException e) {
      closeQuietly();
    }
  }

  private void converse(SocketChannel connection) {
    try (connection) {
      InputStream in = new BufferedInputStream(Channels.newInputStream(connection));
      Answer answer = new Answer(Channels.newOutputStream(connection));
      for (String line = line(in); line != null; line = line(in)) {
        if (!line.isBlank()) {
          answer(line.strip(), answer);
        }
      }
    } catch (IOException e) {
      // The other end is gone, or spoke nonsense without end: nobody is left to be told.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(connection);
      room.release();
    }
  }

  private void answer(String line, Answer answer) throws IOException, InterruptedException {
    int space = line.indexOf(' ');
    String name = space < 0 ? line : line.substring(0, space);
    Verb verb = verbs.get(name);
    if (verb == null) {
      answer.refuse(
          "'%s' is no verb, legal %s"
              .formatted(name, String.join(", ", new TreeMap<>(verbs).keySet())));
      return;
    }
    try {
      verb.serve(space < 0 ? "" : line.substring(space).strip(), answer);
    } catch (IllegalArgumentException | IllegalStateException e) {
      answer.refuse(e.getMessage());
    }
  }

  /** The next line; null at the end. */
  private static String line(InputStream in) throws IOException {
    byte[] line = new byte[LONGEST];
    int length = 0;
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        return length == 0 ? null : new String(line, 0, length, StandardCharsets.UTF_8);
      }
      if (length == LONGEST) {
        throw new IOException("a line of more than " + LONGEST + " bytes");
      }
      line[length++] = (byte) b;
    }
    return new String(line, 0, length, StandardCharsets.UTF_8);
  }

  /** Ends all connections and takes the socket away, if this process still may. */
  @Override
  public void close() throws IOException {
    listening.close();
    for (SocketChannel connection : open) {
      connection.close();
    }
    try {
      Files.deleteIfExists(path);
    } catch (AccessDeniedException e) {
      return; // Rights were dropped: the next process replaces it.
    }
  }

  private void closeQuietly() {
    try {
      close();
    } catch (IOException e) {
      return; // Nothing can be done about it.
    }
  }
}
