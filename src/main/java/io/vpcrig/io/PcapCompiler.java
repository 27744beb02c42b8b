package io.vpcrig.io;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * libpcap's compiler of filter expressions (pcap-filter(7)). libpcap is loaded when one is made.
 *
 * <p>By foreign calls and not through pcap4j, which keeps the compiled program to itself: a frame
 * would have to be copied to the heap and handed to a native call.
 */
@SuppressWarnings(
    "restricted") // Foreign calls to a library of the system, bound by what its manual says.
final class PcapCompiler {
  /** Names of the library; the first that is there is taken. */
  static final List<String> LIBRARIES =
      List.of("libpcap.so.1", "libpcap.so.0.8", "libpcap.so", "libpcap.dylib");

  private static final int SNAP_LENGTH = 262_144;
  private static final int NETMASK_UNKNOWN = 0xffff_ffff;
  private static final int OPTIMIZE = 1;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

  /** {@code struct bpf_program}: a count and a pointer. */
  private static final MemoryLayout PROGRAM =
      MemoryLayout.structLayout(INT, MemoryLayout.paddingLayout(4), ValueLayout.ADDRESS);

  private static final long INSTRUCTIONS = 8;

  private final MethodHandle openDead;
  private final MethodHandle compile;
  private final MethodHandle error;
  private final MethodHandle freeCode;
  private final MethodHandle close;

  /**
   * @param names of the library
   * @throws SelectionException if it is not installed
   */
  PcapCompiler(List<String> names) throws SelectionException {
    SymbolLookup library = library(names);
    openDead = function(library, "pcap_open_dead", ValueLayout.ADDRESS, INT, INT);
    compile =
        function(
            library,
            "pcap_compile",
            INT,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            INT,
            INT);
    error = function(library, "pcap_geterr", ValueLayout.ADDRESS, ValueLayout.ADDRESS);
    freeCode = function(library, "pcap_freecode", null, ValueLayout.ADDRESS);
    close = function(library, "pcap_close", null, ValueLayout.ADDRESS);
  }

  private static SymbolLookup library(List<String> names) throws SelectionException {
    for (String name : names) {
      try {
        return SymbolLookup.libraryLookup(name, Arena.global());
      } catch (IllegalArgumentException e) {
        // Not there under this name; told below if under none.
      }
    }
    throw new SelectionException(
        "--filter needs libpcap to compile its expression, and it is not installed (looked for "
            + String.join(", ", names)
            + ")");
  }

  private static MethodHandle function(
      SymbolLookup library, String name, MemoryLayout result, MemoryLayout... arguments) {
    FunctionDescriptor type =
        result == null
            ? FunctionDescriptor.ofVoid(arguments)
            : FunctionDescriptor.of(result, arguments);
    return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), type);
  }

  /**
   * Compiles an expression for frames of a link type.
   *
   * @param linkType number of the tcpdump.org registry
   * @throws SelectionException with libpcap's message
   */
  BpfProgram compile(String expression, int linkType) throws SelectionException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle = (MemorySegment) openDead.invokeExact(dlt(linkType), SNAP_LENGTH);
      try {
        return compile(arena, handle, expression, linkType);
      } finally {
        close.invokeExact(handle);
      }
    } catch (SelectionException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private BpfProgram compile(Arena arena, MemorySegment handle, String expression, int linkType)
      throws Throwable {
    MemorySegment program = arena.allocate(PROGRAM);
    MemorySegment text = arena.allocateFrom(expression);
    int failed = (int) compile.invokeExact(handle, program, text, OPTIMIZE, NETMASK_UNKNOWN);
    if (failed != 0) {
      MemorySegment message = (MemorySegment) error.invokeExact(handle);
      throw wrong(expression, linkType, "libpcap says: " + message.reinterpret(256).getString(0));
    }
    try {
      long length = Integer.toUnsignedLong(program.get(INT, 0));
      MemorySegment instructions =
          program.get(ValueLayout.ADDRESS, INSTRUCTIONS).reinterpret(length * Long.BYTES);
      BpfProgram compiled = new BpfProgram(instructions.toArray(ValueLayout.JAVA_LONG_UNALIGNED));
      if (compiled.asksTheKernel()) {
        throw wrong(expression, linkType, "it asks for what is known of live frames only");
      }
      return compiled;
    } finally {
      freeCode.invokeExact(program);
    }
  }

  private static SelectionException wrong(String expression, int linkType, String why) {
    return new SelectionException(
        "--filter '%s' for frames of link type %d: %s".formatted(expression, linkType, why));
  }

  /** libpcap's own number for a link type: they differ for the oldest. */
  private static int dlt(int linkType) {
    return switch (linkType) {
      case 101 -> 12; // raw IP
      case 100 -> 11; // RFC 1483 ATM
      default -> linkType;
    };
  }
}
