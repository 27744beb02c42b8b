package io.vpcrig.io.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * The kernel's own types (BTF, Documentation/bpf/btf.rst), by whose numbers a program calls the
 * kernel's functions.
 *
 * <pre>
 *   header: | magic 2 | version 1 | flags 1 | length 4 | types: offset 4, length 4 | names: offset 4, length 4 |
 *   type:   | name 4 | kind and count 4 | size or type 4 | more, by the kind |
 * </pre>
 */
final class BpfTypes {
  private static final Path KERNEL = Path.of("/sys/kernel/btf/vmlinux");
  private static final int MAGIC = 0xeb9f;
  private static final int TYPE = 12;
  private static final int FUNCTION = 12;

  private BpfTypes() {}

  /** Number of a function of the running kernel; empty if it has none of that name, or no types. */
  static OptionalInt function(String name) {
    try {
      return function(Files.readAllBytes(KERNEL), name);
    } catch (IOException e) {
      return OptionalInt.empty();
    }
  }

  /** As {@link #function(String)}, in types read before. */
  static OptionalInt function(byte[] types, String name) {
    ByteBuffer btf = ByteBuffer.wrap(types).order(ByteOrder.nativeOrder());
    if (types.length < 24 || (btf.getShort(0) & 0xffff) != MAGIC) {
      return OptionalInt.empty();
    }
    int header = btf.getInt(4);
    int at = header + btf.getInt(8);
    int end = at + btf.getInt(12);
    int names = header + btf.getInt(16);
    byte[] wanted = (name + '\0').getBytes(StandardCharsets.US_ASCII);
    for (int number = 1; at + TYPE <= end; number++) {
      int info = btf.getInt(at + 4);
      int kind = info >>> 24 & 0x1f;
      int from = names + btf.getInt(at);
      if (kind == FUNCTION
          && from + wanted.length <= types.length
          && Arrays.equals(types, from, from + wanted.length, wanted, 0, wanted.length)) {
        return OptionalInt.of(number);
      }
      at += TYPE + more(kind, info & 0xffff);
    }
    return OptionalInt.empty();
  }

  /** Bytes that follow a type, {@code count} being its members, values or parameters. */
  private static int more(int kind, int count) {
    return switch (kind) {
      case 1, 14, 17 -> 4; // integer, variable, tag of a declaration
      case 3 -> 12; // array
      case 4, 5, 15, 19 -> count * 12; // structure, union, section, enumeration of 64 bits
      case 6, 13 -> count * 8; // enumeration, parameters
      default -> 0;
    };
  }
}
