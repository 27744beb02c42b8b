package io.vpcrig.io;

import io.vpcrig.frame.Bytes;

/**
 * A compiled packet filter and its interpreter: the machine of McCanne and Jacobson, "The BSD
 * Packet Filter" (1993), as libpcap's {@code bpf_filter} runs it. An accumulator A, an index X,
 * sixteen words of memory; jumps go forward only, so every program ends. Not for two threads at
 * once.
 *
 * <pre>
 *   instruction: | code 16 bits | jump if true 8 | jump if false 8 | k 32 |
 *   code:        | mode 3 | size 2 | class 3 |     loads
 *                | operation 4 | X or k 1 | class 3 |     arithmetic and jumps
 * </pre>
 */
final class BpfProgram {
  private static final int MEMORY = 16;

  /** Loads from here on are of Linux's extensions ({@code SKF_AD_OFF}). */
  private static final int KERNEL = -0x1000;

  private final int[] code;
  private final int[] whenTrue;
  private final int[] whenFalse;
  private final int[] constant;
  private final int[] memory = new int[MEMORY];

  /**
   * @param instructions eight bytes each, native (little-endian) order, packed into longs
   */
  BpfProgram(long[] instructions) {
    int n = instructions.length;
    code = new int[n];
    whenTrue = new int[n];
    whenFalse = new int[n];
    constant = new int[n];
    for (int p = 0; p < n; p++) {
      code[p] = (int) instructions[p] & 0xffff;
      whenTrue[p] = (int) (instructions[p] >>> 16) & 0xff;
      whenFalse[p] = (int) (instructions[p] >>> 24) & 0xff;
      constant[p] = (int) (instructions[p] >>> 32);
    }
  }

  /** Whether it reads what only the kernel knows of a frame, such as its direction. */
  boolean asksTheKernel() {
    for (int p = 0; p < code.length; p++) {
      boolean load = (code[p] & 0xe7) == 0x20;
      if (load && Integer.compareUnsigned(constant[p], KERNEL) >= 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether it takes a frame. A load beyond the bytes that are there takes none.
   *
   * @param length bytes that are there from {@code start} on
   * @param wireLength bytes the frame had when it was captured
   */
  boolean takes(Bytes bytes, int start, int length, int wireLength) {
    int a = 0;
    int x = 0;
    int p = 0;
    while (true) {
      int k = constant[p];
      switch (code[p]) {
        case 0x06: // ret #k
          return k != 0;
        case 0x16: // ret a
          return a != 0;
        case 0x20: // ld [k]
          if (isBeyond(k, 4, length)) {
            return false;
          }
          a = bytes.i32(start + k);
          break;
        case 0x28: // ldh [k]
          if (isBeyond(k, 2, length)) {
            return false;
          }
          a = bytes.u16(start + k);
          break;
        case 0x30: // ldb [k]
          if (isBeyond(k, 1, length)) {
            return false;
          }
          a = bytes.u8(start + k);
          break;
        case 0x40: // ld [x + k]
          if (isBeyond(x, k, 4, length)) {
            return false;
          }
          a = bytes.i32(start + x + k);
          break;
        case 0x48: // ldh [x + k]
          if (isBeyond(x, k, 2, length)) {
            return false;
          }
          a = bytes.u16(start + x + k);
          break;
        case 0x50: // ldb [x + k]
          if (isBeyond(x, k, 1, length)) {
            return false;
          }
          a = bytes.u8(start + x + k);
          break;
        case 0xb1: // ldx 4*([k]&0xf)
          if (isBeyond(k, 1, length)) {
            return false;
          }
          x = (bytes.u8(start + k) & 0xf) << 2;
          break;
        case 0x80: // ld len
          a = wireLength;
          break;
        case 0x81: // ldx len
          x = wireLength;
          break;
        case 0x00: // ld #k
          a = k;
          break;
        case 0x01: // ldx #k
          x = k;
          break;
        case 0x60: // ld M[k]
          a = memory[k];
          break;
        case 0x61: // ldx M[k]
          x = memory[k];
          break;
        case 0x02: // st M[k]
          memory[k] = a;
          break;
        case 0x03: // stx M[k]
          memory[k] = x;
          break;
        case 0x07: // tax
          x = a;
          break;
        case 0x87: // txa
          a = x;
          break;
        case 0x05: // ja
          p += k;
          break;
        default:
          int operand = (code[p] & 0x08) != 0 ? x : k;
          if ((code[p] & 0x07) == 0x05) {
            p += isJump(code[p] & 0xf0, a, operand) ? whenTrue[p] : whenFalse[p];
          } else {
            int operation = code[p] & 0xf0;
            if (operand == 0 && (operation == 0x30 || operation == 0x90)) {
              return false;
            }
            a = arithmetic(operation, a, operand);
          }
      }
      p++;
    }
  }

  private static boolean isBeyond(int k, int size, int length) {
    return Integer.compareUnsigned(k, length) > 0 || length - k < size;
  }

  private static boolean isBeyond(int x, int k, int size, int length) {
    return Integer.compareUnsigned(k, length) > 0
        || Integer.compareUnsigned(x, length - k) > 0
        || length - k - x < size;
  }

  private static boolean isJump(int operation, int a, int operand) {
    return switch (operation) {
      case 0x10 -> a == operand;
      case 0x20 -> Integer.compareUnsigned(a, operand) > 0;
      case 0x30 -> Integer.compareUnsigned(a, operand) >= 0;
      case 0x40 -> (a & operand) != 0;
      default -> throw new IllegalStateException("BPF jump " + operation);
    };
  }

  private static int arithmetic(int operation, int a, int operand) {
    return switch (operation) {
      case 0x00 -> a + operand;
      case 0x10 -> a - operand;
      case 0x20 -> a * operand;
      case 0x30 -> Integer.divideUnsigned(a, operand);
      case 0x40 -> a | operand;
      case 0x50 -> a & operand;
      case 0x60 -> Integer.compareUnsigned(operand, 32) < 0 ? a << operand : 0;
      case 0x70 -> Integer.compareUnsigned(operand, 32) < 0 ? a >>> operand : 0;
      case 0x80 -> -a;
      case 0x90 -> Integer.remainderUnsigned(a, operand);
      case 0xa0 -> a ^ operand;
      default -> throw new IllegalStateException("BPF operation " + operation);
    };
  }
}
