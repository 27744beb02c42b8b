package io.vpcrig.io.live;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The program at an interface's XDP hook: it gives every frame to the AF_XDP socket of the queue
 * that it came by, and before that puts back a VLAN tag that the driver keeps beside the frame,
 * where the kernel can say so (6.8 and later).
 *
 * <p>It is attached by a link (kernel 5.9 and later), so it goes with the process, however that
 * ends. Thread: any.
 */
final class XdpProgram implements AutoCloseable {
  private static final int MODE_GENERIC = 1 << 1;
  private static final int MODE_NATIVE = 1 << 2;

  // Opcodes, and the numbers of helpers, of linux/bpf.h.
  private static final int MOVE = 0xb7;
  private static final int MOVE_REGISTER = 0xbf;
  private static final int ADD = 0x07;
  private static final int TO_BIG_ENDIAN = 0xdc;
  private static final int LOAD_16 = 0x69;
  private static final int LOAD_32 = 0x61;
  private static final int STORE_16 = 0x6b;
  private static final int STORE_32 = 0x63;
  private static final int STORE_IMMEDIATE_64 = 0x7a;
  private static final int LOAD_WIDE = 0x18;
  private static final int JUMP_IF_NOT = 0x55;
  private static final int JUMP_IF_GREATER = 0x2d;
  private static final int CALL = 0x85;
  private static final int EXIT = 0x95;
  private static final int MAP_FILE = 1;
  private static final int KERNEL_FUNCTION = 2;
  private static final int ADJUST_HEAD = 44;
  private static final int REDIRECT_MAP = 51;
  private static final int PASS = 2;

  // struct xdp_md.
  private static final int DATA = 0;
  private static final int DATA_END = 4;
  private static final int QUEUE = 16;

  private static final int STACK = 10;
  private static final String VLAN_FUNCTION = "bpf_xdp_metadata_rx_vlan_tag";

  private final int map;
  private final int program;
  private final int attached;
  private final boolean tagsBack;
  private final boolean driverMode;

  /**
   * Loads and attaches it.
   *
   * @throws IOException with a sentence, if the process may not, or another program is there
   */
  XdpProgram(Link link, int queues) throws IOException {
    map = allowed(link, () -> Bpf.socketMap(queues));
    int loaded = -1;
    int hooked = -1;
    boolean tags = false;
    boolean driver = true;
    try {
      OptionalInt function = BpfTypes.function(VLAN_FUNCTION);
      if (function.isPresent()) {
        try {
          loaded = Bpf.load(restoring(function.getAsInt()), link.index());
          hooked = Bpf.attach(loaded, link.index(), MODE_NATIVE);
          tags = true;
        } catch (Linux.ErrnoException e) {
          requireFree(link, e);
          // The driver can't be asked; the plain program may do.
          if (loaded >= 0) {
            Linux.close(loaded);
            loaded = -1;
          }
        }
      }
      if (loaded < 0) {
        loaded = allowed(link, () -> Bpf.load(plain(), 0));
        try {
          hooked = Bpf.attach(loaded, link.index(), MODE_NATIVE);
        } catch (Linux.ErrnoException e) {
          requireFree(link, e);
          driver = false;
          hooked = generic(link, loaded);
        }
      }
    } catch (IOException e) {
      if (loaded >= 0) {
        Linux.close(loaded);
      }
      Linux.close(map);
      throw e;
    }
    program = loaded;
    attached = hooked;
    tagsBack = tags;
    driverMode = driver;
  }

  private static int generic(Link link, int program) throws IOException {
    try {
      return Bpf.attach(program, link.index(), MODE_GENERIC);
    } catch (Linux.ErrnoException e) {
      requireFree(link, e);
      throw new IOException(
          "interface " + link.name() + ": the kernel attaches no XDP program: " + e.getMessage(),
          e);
    }
  }

  private static void requireFree(Link link, Linux.ErrnoException e) throws IOException {
    if (e.errno == Linux.EBUSY || e.errno == Linux.EEXIST) {
      throw new IOException(
          "interface "
              + link.name()
              + ": another XDP program is attached there; take it off (ip link show "
              + link.name()
              + " tells which) or use --driver afpacket",
          e);
    }
  }

  /** A command of bpf(2). */
  @FunctionalInterface
  private interface Command {
    int run() throws IOException;
  }

  private static int allowed(Link link, Command command) throws IOException {
    try {
      return command.run();
    } catch (Linux.ErrnoException e) {
      if (e.errno == Linux.EPERM || e.errno == Linux.EACCES) {
        throw new IOException(
            "driver afxdp needs root or the capabilities CAP_BPF, CAP_NET_ADMIN and CAP_NET_RAW,"
                + " and this process has not all of them",
            e);
      }
      throw new IOException(
          "interface " + link.name() + ": no XDP program can be loaded: " + e.getMessage(), e);
    }
  }

  /** Frames of a queue go to a socket from now on. */
  void serve(int queue, int socket) throws IOException {
    Bpf.put(map, queue, socket);
  }

  /** Whether VLAN tags that the driver takes off are put back. */
  boolean tagsBack() {
    return tagsBack;
  }

  /** Whether the interface's driver runs it; else the kernel does, after it has built its frame. */
  boolean driverMode() {
    return driverMode;
  }

  private long[] plain() {
    List<Long> code = new ArrayList<>();
    code.add(Bpf.instruction(MOVE_REGISTER, 6, 1, 0, 0));
    redirect(code);
    return code.stream().mapToLong(Long::longValue).toArray();
  }

  /** Register 6 holds the frame's description; the frame goes to the host where nobody serves. */
  private void redirect(List<Long> code) {
    code.add(Bpf.instruction(LOAD_32, 2, 6, QUEUE, 0));
    code.add(Bpf.instruction(LOAD_WIDE, 1, MAP_FILE, 0, map));
    code.add(0L);
    code.add(Bpf.instruction(MOVE, 3, 0, 0, PASS));
    code.add(Bpf.instruction(CALL, 0, 0, 0, REDIRECT_MAP));
    code.add(Bpf.instruction(EXIT, 0, 0, 0, 0));
  }

  /**
   * <pre>
   *   stack: -8 type of the tag, network order; -16 the tag, native order
   * </pre>
   */
  private long[] restoring(int function) {
    List<Long> code = new ArrayList<>();
    code.add(Bpf.instruction(MOVE_REGISTER, 6, 1, 0, 0));
    code.add(Bpf.instruction(STORE_IMMEDIATE_64, STACK, 0, -8, 0));
    code.add(Bpf.instruction(STORE_IMMEDIATE_64, STACK, 0, -16, 0));
    code.add(Bpf.instruction(MOVE_REGISTER, 2, STACK, 0, 0));
    code.add(Bpf.instruction(ADD, 2, 0, 0, -8));
    code.add(Bpf.instruction(MOVE_REGISTER, 3, STACK, 0, 0));
    code.add(Bpf.instruction(ADD, 3, 0, 0, -16));
    code.add(Bpf.instruction(CALL, 0, KERNEL_FUNCTION, 0, function));
    List<Long> put = putTag();
    code.add(Bpf.instruction(JUMP_IF_NOT, 0, 0, put.size(), 0));
    code.addAll(put);
    redirect(code);
    return code.stream().mapToLong(Long::longValue).toArray();
  }

  private static List<Long> putTag() {
    List<Long> move = new ArrayList<>();
    for (int at = 0; at < 12; at += 4) {
      move.add(Bpf.instruction(LOAD_32, 5, 2, at + 4, 0));
      move.add(Bpf.instruction(STORE_32, 2, 5, at, 0));
    }
    move.add(Bpf.instruction(LOAD_16, 5, STACK, -8, 0));
    move.add(Bpf.instruction(STORE_16, 2, 5, 12, 0));
    move.add(Bpf.instruction(LOAD_16, 5, STACK, -16, 0));
    move.add(Bpf.instruction(TO_BIG_ENDIAN, 5, 0, 0, 16));
    move.add(Bpf.instruction(STORE_16, 2, 5, 14, 0));
    List<Long> code = new ArrayList<>();
    code.add(Bpf.instruction(MOVE_REGISTER, 1, 6, 0, 0));
    code.add(Bpf.instruction(MOVE, 2, 0, 0, -4));
    code.add(Bpf.instruction(CALL, 0, 0, 0, ADJUST_HEAD));
    // Without room before the frame, or a frame too short for two MACs, it goes as it is.
    code.add(Bpf.instruction(JUMP_IF_NOT, 0, 0, 5 + move.size(), 0));
    code.add(Bpf.instruction(LOAD_32, 2, 6, DATA, 0));
    code.add(Bpf.instruction(LOAD_32, 3, 6, DATA_END, 0));
    code.add(Bpf.instruction(MOVE_REGISTER, 4, 2, 0, 0));
    code.add(Bpf.instruction(ADD, 4, 0, 0, 16));
    code.add(Bpf.instruction(JUMP_IF_GREATER, 4, 3, move.size(), 0));
    code.addAll(move);
    return code;
  }

  @Override
  public void close() throws IOException {
    Linux.close(attached);
    Linux.close(program);
    Linux.close(map);
  }
}
