package io.vpcrig.io.live;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The system calls of live ports, Linux on a 64-bit machine. What a call refuses is an {@link
 * ErrnoException}; numbers are those of the kernel's headers. Any thread; the error number of a
 * call is kept by the calling thread.
 */
@SuppressWarnings("restricted")
final class Linux {
  static final int AF_PACKET = 17;
  static final int AF_XDP = 44;
  static final int SOCK_RAW = 3;
  static final int SOL_SOCKET = 1;
  static final int SOL_PACKET = 263;
  static final int SOL_XDP = 283;
  static final int SO_ERROR = 4;
  static final int SO_SNDBUF = 7;
  static final int SO_RCVBUF = 8;
  static final int MSG_DONTWAIT = 0x40;
  static final int POLLIN = 1;
  static final int POLLERR = 8;

  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int EINTR = 4;
  static final int EAGAIN = 11;
  static final int ENOMEM = 12;
  static final int EACCES = 13;
  static final int EBUSY = 16;
  static final int EEXIST = 17;
  static final int ENODEV = 19;
  static final int EINVAL = 22;
  static final int ERANGE = 34;
  static final int EOPNOTSUPP = 95;
  static final int EADDRNOTAVAIL = 99;
  static final int ENETDOWN = 100;
  static final int ENOBUFS = 105;

  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_SHARED = 1;
  private static final int MAP_PRIVATE = 2;
  private static final int MAP_ANONYMOUS = 0x20;
  private static final int MAP_POPULATE = 0x8000;
  private static final int NO_FILE = -1;

  /** Number of bpf(2): x86-64 has its own table, all later machines share one. */
  private static final long NR_BPF = "amd64".equals(System.getProperty("os.arch")) ? 321 : 280;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup LIBRARY = LINKER.defaultLookup();
  private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final ThreadLocal<MemorySegment> CAPTURED =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

  private static final MethodHandle SOCKET = call("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle BIND = call("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle CLOSE = call("close", JAVA_INT, JAVA_INT);
  private static final MethodHandle SETSOCKOPT =
      call("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle GETSOCKOPT =
      call("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle IOCTL =
      call("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
  private static final MethodHandle MMAP =
      call("mmap", ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle MUNMAP = call("munmap", JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle PPOLL =
      call("ppoll", JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);
  private static final MethodHandle CONNECT =
      call("connect", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle SEND =
      call("send", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle RECV =
      call("recv", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle SENDMMSG =
      call("sendmmsg", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
  private static final MethodHandle SENDTO =
      call("sendto", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle SYSCALL =
      call("syscall", 1, JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle STRERROR =
      LINKER.downcallHandle(
          LIBRARY.findOrThrow("strerror"), FunctionDescriptor.of(ADDRESS, JAVA_INT));

  private Linux() {}

  static int socket(int family, int type, int protocol) throws ErrnoException {
    return check(
        "socket", (Socket) state -> (int) SOCKET.invokeExact(state, family, type, protocol));
  }

  static void bind(int socket, MemorySegment address) throws ErrnoException {
    int length = (int) address.byteSize();
    check("bind", (Socket) state -> (int) BIND.invokeExact(state, socket, address, length));
  }

  static void close(int file) throws ErrnoException {
    check("close", (Socket) state -> (int) CLOSE.invokeExact(state, file));
  }

  static void option(int socket, int level, int name, int value) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      option(socket, level, name, arena.allocateFrom(JAVA_INT, value));
    }
  }

  static void option(int socket, int level, int name, MemorySegment value) throws ErrnoException {
    int length = (int) value.byteSize();
    check(
        "setsockopt",
        (Socket) state -> (int) SETSOCKOPT.invokeExact(state, socket, level, name, value, length));
  }

  /** Reads an option into {@code value}. */
  static void getOption(int socket, int level, int name, MemorySegment value)
      throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment length = arena.allocateFrom(JAVA_INT, (int) value.byteSize());
      check(
          "getsockopt",
          (Socket)
              state -> (int) GETSOCKOPT.invokeExact(state, socket, level, name, value, length));
    }
  }

  /** Reads, and by that forgets, what befell a socket beside calls. */
  static int clearError(int socket) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment error = arena.allocate(JAVA_INT);
      getOption(socket, SOL_SOCKET, SO_ERROR, error);
      return error.get(JAVA_INT, 0);
    }
  }

  static void ioctl(int file, long request, MemorySegment argument) throws ErrnoException {
    check("ioctl", (Socket) state -> (int) IOCTL.invokeExact(state, file, request, argument));
  }

  /**
   * Maps a socket's rings for reading and writing, shared with the kernel.
   *
   * @param offset which of them, as the kind of socket has it
   */
  static MemorySegment map(int socket, long length, long offset) throws ErrnoException {
    return map(length, MAP_SHARED | MAP_POPULATE, socket, offset);
  }

  /** Zeroed memory of our own from a page's start on. */
  static MemorySegment pages(long length) throws ErrnoException {
    return map(length, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, NO_FILE, 0);
  }

  private static MemorySegment map(long length, int flags, int file, long offset)
      throws ErrnoException {
    MemorySegment state = CAPTURED.get();
    MemorySegment at;
    try {
      at =
          (MemorySegment)
              MMAP.invokeExact(
                  state, MemorySegment.NULL, length, PROT_READ_WRITE, flags, file, offset);
    } catch (Throwable e) {
      throw new IllegalStateException("mmap could not be called", e);
    }
    if (at.address() == -1) {
      throw new ErrnoException("mmap", errno());
    }
    return at.reinterpret(length);
  }

  static void unmap(MemorySegment memory) throws ErrnoException {
    long length = memory.byteSize();
    check("munmap", (Socket) state -> (int) MUNMAP.invokeExact(state, memory, length));
  }

  /**
   * Waits until one of the files has something, by ppoll(2).
   *
   * @param files {@code struct pollfd}
   * @param time {@code struct timespec}
   * @return files with something; 0 after the time, or when a signal came
   */
  static int poll(MemorySegment files, long count, MemorySegment time) throws ErrnoException {
    int ready;
    try {
      ready = (int) PPOLL.invokeExact(CAPTURED.get(), files, count, time, MemorySegment.NULL);
    } catch (Throwable e) {
      throw new IllegalStateException("ppoll could not be called", e);
    }
    if (ready < 0 && errno() != EINTR) {
      throw new ErrnoException("ppoll", errno());
    }
    return Math.max(0, ready);
  }

  static void connect(int socket, MemorySegment address) throws ErrnoException {
    int length = (int) address.byteSize();
    check("connect", (Socket) state -> (int) CONNECT.invokeExact(state, socket, address, length));
  }

  /** Sends a datagram, never waits; 0, or the error number, negative. */
  static int send(int socket, MemorySegment datagram) {
    try {
      long sent =
          (long)
              SEND.invokeExact(CAPTURED.get(), socket, datagram, datagram.byteSize(), MSG_DONTWAIT);
      return sent < 0 ? -errno() : 0;
    } catch (Throwable e) {
      throw new IllegalStateException("send could not be called", e);
    }
  }

  /** Bytes received, -1 if nothing is there, or the link went down. */
  static int receive(int socket, MemorySegment room) throws ErrnoException {
    long got;
    try {
      got = (long) RECV.invokeExact(CAPTURED.get(), socket, room, room.byteSize(), MSG_DONTWAIT);
    } catch (Throwable e) {
      throw new IllegalStateException("recv could not be called", e);
    }
    if (got < 0 && errno() != EAGAIN && errno() != EINTR && errno() != ENETDOWN) {
      throw new ErrnoException("recv", errno());
    }
    return (int) got;
  }

  /**
   * Sends {@code count} messages; never waits.
   *
   * @param messages address of {@code struct mmsghdr}
   * @return messages sent, or the error number of the first, negative
   */
  static int sendMany(int socket, long messages, int count) {
    try {
      int sent = (int) SENDMMSG.invokeExact(CAPTURED.get(), socket, messages, count, MSG_DONTWAIT);
      return sent < 0 ? -errno() : sent;
    } catch (Throwable e) {
      throw new IllegalStateException("sendmmsg could not be called", e);
    }
  }

  /**
   * Has the kernel send what lies in a socket's ring; never waits.
   *
   * @return 0, or the error number, negative
   */
  static int kick(int socket) {
    try {
      long done =
          (long)
              SENDTO.invokeExact(
                  CAPTURED.get(),
                  socket,
                  MemorySegment.NULL,
                  0L,
                  MSG_DONTWAIT,
                  MemorySegment.NULL,
                  0);
      return done < 0 ? -errno() : 0;
    } catch (Throwable e) {
      throw new IllegalStateException("sendto could not be called", e);
    }
  }

  /**
   * bpf(2), which libc has no function for.
   *
   * @return what the command gives, mostly a new file
   */
  static int bpf(int command, MemorySegment attributes) throws ErrnoException {
    int length = (int) attributes.byteSize();
    return check(
        "bpf",
        (Socket)
            state -> (int) (long) SYSCALL.invokeExact(state, NR_BPF, command, attributes, length));
  }

  /** What the system says about an error number. */
  static String text(int errno) {
    try {
      MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
      return text.reinterpret(Long.MAX_VALUE).getString(0);
    } catch (Throwable e) {
      throw new IllegalStateException("strerror could not be called", e);
    }
  }

  /** A call that gives an int, negative for an error. */
  @FunctionalInterface
  private interface Socket {
    int invoke(MemorySegment state) throws Throwable;
  }

  private static int check(String name, Socket call) throws ErrnoException {
    int result;
    try {
      result = call.invoke(CAPTURED.get());
    } catch (Throwable e) {
      throw new IllegalStateException(name + " could not be called", e);
    }
    if (result < 0) {
      throw new ErrnoException(name, errno());
    }
    return result;
  }

  private static int errno() {
    return (int) ERRNO.get(CAPTURED.get(), 0L);
  }

  private static MethodHandle call(String name, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LIBRARY.findOrThrow(name),
        FunctionDescriptor.of(result, arguments),
        Linker.Option.captureCallState("errno"));
  }

  /** A call with arguments of variable number from {@code variadic} on. */
  private static MethodHandle call(
      String name, int variadic, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LIBRARY.findOrThrow(name),
        FunctionDescriptor.of(result, arguments),
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(variadic));
  }

  /** What the kernel refused. */
  static final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1L;

    final int errno;

    ErrnoException(String call, int errno) {
      super(call + ": " + text(errno));
      this.errno = errno;
    }
  }
}
