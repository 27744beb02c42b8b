package io.vpcrig.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The socket by itself: who gets it, what it does with what is said. */
final class ControlSocketTest {
  @TempDir private Path folder;

  private static final Map<String, ControlSocket.Verb> VERBS =
      Map.of(
          "echo",
          (arguments, answer) -> answer.done(Answer.ok().put("said", arguments)),
          "fail",
          (arguments, answer) -> {
            throw new IllegalArgumentException("no \"sense\"");
          });

  private Path path() {
    return folder.resolve("control");
  }

  private static String say(Path path, String text) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      channel.shutdownOutput();
      return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void eachLineHasItsAnswer() throws IOException {
    try (ControlSocket socket = new ControlSocket(path())) {
      socket.serve(VERBS);
      assertEquals(
          """
          {"ok":true,"said":"a  b"}
          {"ok":false,"problem":"no \\"sense\\""}
          {"ok":false,"problem":"'nonsense' is no verb, legal echo, fail"}
          {"ok":true,"said":""}
          """,
          say(path(), "echo  a  b \n\nfail\nnonsense\necho"));
    }
    assertFalse(Files.exists(path()));
  }

  @Test
  void itIsItsOwnersOnly() throws IOException {
    try (ControlSocket socket = new ControlSocket(path())) {
      assertEquals(
          "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.path())));
    }
  }

  @Test
  void aLineWithoutEndEndsTheConnectionOnly() throws IOException {
    try (ControlSocket socket = new ControlSocket(path())) {
      socket.serve(VERBS);
      try {
        assertEquals("", say(path(), "x".repeat(ControlSocket.LONGEST + 1)));
      } catch (IOException e) {
        assertTrue(e.getMessage().contains("reset") || e.getMessage().contains("pipe"));
      }
      assertEquals("{\"ok\":true,\"said\":\"x\"}\n", say(path(), "echo x\n"));
    }
  }

  @Test
  void oneThatADeadProcessLeftIsReplacedALivingOneIsNot() throws IOException {
    ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    dead.bind(UnixDomainSocketAddress.of(path()));
    dead.close();
    assertTrue(Files.exists(path()));
    try (ControlSocket socket = new ControlSocket(path())) {
      socket.serve(VERBS);
      IOException refused = assertThrows(IOException.class, () -> new ControlSocket(path()));
      assertTrue(refused.getMessage().contains("another process listens"), refused.getMessage());
      assertEquals("{\"ok\":true,\"said\":\"\"}\n", say(path(), "echo"));
    }
  }

  @Test
  void aFileThatIsNoSocketStays() throws IOException {
    Files.writeString(path(), "precious");
    assertThrows(IOException.class, () -> new ControlSocket(path()));
    assertEquals("precious", Files.readString(path()));
  }
}
