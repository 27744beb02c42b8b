package io.vpcrig.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.InfoCmp.Capability;
import org.jline.utils.NonBlockingReader;

/**
 * The terminal while {@code top} has it: its other screen, without cursor and echo. {@link #close}
 * leaves it as it was, also where the process is ended by a signal.
 */
final class TopScreen implements AutoCloseable {
  /** No key came in time. */
  static final int NO_KEY = -2;

  /** Ctrl-C, as a key. */
  static final int INTERRUPT = 3;

  private final Terminal terminal;
  private final Attributes before;
  private final Thread atExit = new Thread(this::restore, "vpcrig-terminal");
  private volatile boolean interrupted;
  private boolean restored;

  private TopScreen(Terminal terminal) {
    this.terminal = terminal;
    Runtime.getRuntime().addShutdownHook(atExit);
    terminal.handle(Terminal.Signal.INT, signal -> interrupted = true);
    before = terminal.enterRawMode();
    terminal.puts(Capability.enter_ca_mode);
    terminal.puts(Capability.cursor_invisible);
    terminal.puts(Capability.clear_screen);
    terminal.flush();
  }

  /** Takes the terminal; null if there is none, or it can't place text. */
  static TopScreen take() throws IOException {
    String type = System.getenv("TERM");
    if (!GlobalOptions.onTerminal() || type == null || type.startsWith(Terminal.TYPE_DUMB)) {
      return null;
    }
    Terminal terminal = TerminalBuilder.builder().system(true).dumb(true).build();
    boolean able =
        !terminal.getType().startsWith(Terminal.TYPE_DUMB)
            && terminal.getStringCapability(Capability.cursor_home) != null
            && terminal.getStringCapability(Capability.clr_eol) != null;
    if (!able) {
      terminal.close();
      return null;
    }
    return new TopScreen(terminal);
  }

  /** Columns and lines; 80 and 24 if the terminal does not say. */
  Size size() {
    Size size = terminal.getSize();
    return size.getColumns() > 0 && size.getRows() > 0 ? size : Size.of(80, 24);
  }

  /** Draws over what is there, line by line, so that nothing flickers. */
  void draw(List<String> lines) {
    PrintWriter writer = terminal.writer();
    terminal.puts(Capability.cursor_home);
    for (int k = 0; k < lines.size(); k++) {
      writer.print(lines.get(k));
      terminal.puts(Capability.clr_eol);
      if (k < lines.size() - 1) {
        writer.print("\r\n");
      }
    }
    terminal.puts(Capability.clr_eos);
    terminal.flush();
  }

  /** The next key, {@link #INTERRUPT}, or {@link #NO_KEY}; the end of input counts as q. */
  int key(long timeoutMs) throws IOException {
    long end = System.nanoTime() + timeoutMs * 1_000_000;
    do {
      if (interrupted) {
        return INTERRUPT;
      }
      int key = terminal.reader().read(Math.clamp((end - System.nanoTime()) / 1_000_000, 1, 100));
      if (key != NonBlockingReader.READ_EXPIRED) {
        return key == NonBlockingReader.EOF ? 'q' : key;
      }
    } while (System.nanoTime() < end);
    return NO_KEY;
  }

  @Override
  public void close() throws IOException {
    restore();
    Runtime.getRuntime().removeShutdownHook(atExit);
    terminal.close();
  }

  private synchronized void restore() {
    if (restored) {
      return;
    }
    restored = true;
    terminal.puts(Capability.cursor_normal);
    terminal.puts(Capability.exit_ca_mode);
    terminal.flush();
    terminal.setAttributes(before);
  }
}
