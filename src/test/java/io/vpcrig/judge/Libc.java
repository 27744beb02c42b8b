package io.vpcrig.judge;

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

/** The few system calls of raw and netlink sockets, Linux x86-64 and arm64. */
@SuppressWarnings("restricted")
final class Libc {
  static final int AF_NETLINK = 16;
  static final int AF_PACKET = 17;
  static final int SOCK_RAW = 3;
  static final int SOL_SOCKET = 1;
  static final int SO_SNDBUFFORCE = 32;
  static final int SO_RCVBUFFORCE = 33;
  static final int MSG_DONTWAIT = 0x40;

  private static final int EAGAIN = 11;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup LIBRARY = LINKER.defaultLookup();
  private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle CLOSE = handle("close", JAVA_INT, JAVA_INT);
  private static final MethodHandle SOCKET =
      handle("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle BIND = handle("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle SETSOCKOPT =
      handle("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle INDEX = handle("if_nametoindex", JAVA_INT, ADDRESS);
  private static final MethodHandle SEND =
      handle("send", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle RECV =
      handle("recv", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle SENDMMSG =
      handle("sendmmsg", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle RECVMMSG =
      handle("recvmmsg", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);

  /** Where errno of the last call of a thread is kept. */
  private static final ThreadLocal<MemorySegment> CAPTURED =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

  private Libc() {}

  static int socket(int family, int type, int protocol) throws IOException {
    return result("socket", SOCKET, family, type, protocol);
  }

  static void bind(int socket, MemorySegment address) throws IOException {
    result("bind", BIND, socket, address, (int) address.byteSize());
  }

  static void option(int socket, int level, int name, int value) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      result("setsockopt", SETSOCKOPT, socket, level, name, arena.allocateFrom(JAVA_INT, value), 4);
    }
  }

  /** The index of a network interface in the thread's namespace. */
  static int interfaceIndex(String name) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      int index = result("if_nametoindex", INDEX, arena.allocateFrom(name));
      if (index == 0) {
        throw new IOException("no interface " + name);
      }
      return index;
    }
  }

  static void send(int socket, MemorySegment bytes) throws IOException {
    result("send", SEND, socket, bytes, bytes.byteSize(), 0);
  }

  /** Bytes received, or -1 if {@code flags} say not to wait and nothing is there. */
  static int receive(int socket, MemorySegment room, int flags) throws IOException {
    return orNothing("recv", RECV, socket, room, room.byteSize(), flags);
  }

  /** Messages sent. */
  static int sendMany(int socket, MemorySegment messages, int count) throws IOException {
    return result("sendmmsg", SENDMMSG, socket, messages, count, 0);
  }

  /** Messages received, -1 if there are none. */
  static int receiveMany(int socket, MemorySegment messages, int count) throws IOException {
    return orNothing(
        "recvmmsg", RECVMMSG, socket, messages, count, MSG_DONTWAIT, MemorySegment.NULL);
  }

  static void close(int file) throws IOException {
    result("close", CLOSE, file);
  }

  private static int result(String name, MethodHandle call, Object... arguments)
      throws IOException {
    int value = call(call, arguments);
    if (value < 0) {
      throw new IOException(name + ": errno " + (int) ERRNO.get(CAPTURED.get(), 0L));
    }
    return value;
  }

  private static int orNothing(String name, MethodHandle call, Object... arguments)
      throws IOException {
    int value = call(call, arguments);
    if (value < 0 && (int) ERRNO.get(CAPTURED.get(), 0L) != EAGAIN) {
      throw new IOException(name + ": errno " + (int) ERRNO.get(CAPTURED.get(), 0L));
    }
    return value;
  }

  private static int call(MethodHandle call, Object... arguments) {
    Object[] all = new Object[arguments.length + 1];
    all[0] = CAPTURED.get();
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    try {
      return ((Number) call.invokeWithArguments(all)).intValue();
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static MethodHandle handle(String name, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LIBRARY.findOrThrow(name),
        FunctionDescriptor.of(result, arguments),
        Linker.Option.captureCallState("errno"));
  }
}
