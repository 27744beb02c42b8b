package io.vpcrig.io.live;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The few commands of bpf(2) that an XDP program needs, and its instructions' encoding. The numbers
 * are those of linux/bpf.h.
 *
 * <pre>
 *   instruction, native order: | opcode 1 | destination 4 bits, source 4 bits | offset 2 | immediate 4 |
 * </pre>
 */
final class Bpf {
  private static final int MAP_CREATE = 0;
  private static final int MAP_UPDATE_ELEM = 2;
  private static final int PROG_LOAD = 5;
  private static final int LINK_CREATE = 28;

  private static final int MAP_TYPE_XSKMAP = 17;
  private static final int PROG_TYPE_XDP = 6;
  private static final int ATTACH_XDP = 37;

  /** The program may ask this device's driver for what it knows of a frame. */
  private static final int DEVICE_BOUND = 1 << 6;

  private static final int ATTRIBUTES = 128;
  private static final int NAME_AT = 48;

  /** Must be one that goes with the GPL, or the kernel keeps its functions from the program. */
  private static final String LICENSE = "Dual BSD/GPL";

  private Bpf() {}

  /** A map from receive queues to AF_XDP sockets. */
  static int socketMap(int queues) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = arena.allocate(ATTRIBUTES, 8);
      attributes.set(JAVA_INT, 0, MAP_TYPE_XSKMAP);
      attributes.set(JAVA_INT, 4, Integer.BYTES);
      attributes.set(JAVA_INT, 8, Integer.BYTES);
      attributes.set(JAVA_INT, 12, queues);
      return Linux.bpf(MAP_CREATE, attributes);
    }
  }

  static void put(int map, int queue, int socket) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = arena.allocate(ATTRIBUTES, 8);
      attributes.set(JAVA_INT, 0, map);
      attributes.set(JAVA_LONG, 8, arena.allocateFrom(JAVA_INT, queue).address());
      attributes.set(JAVA_LONG, 16, arena.allocateFrom(JAVA_INT, socket).address());
      Linux.bpf(MAP_UPDATE_ELEM, attributes);
    }
  }

  /**
   * Loads an XDP program.
   *
   * @param device interface whose driver it may ask, 0 for none
   */
  static int load(long[] instructions, int device) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = arena.allocate(ATTRIBUTES, 8);
      attributes.set(JAVA_INT, 0, PROG_TYPE_XDP);
      attributes.set(JAVA_INT, 4, instructions.length);
      attributes.set(JAVA_LONG, 8, arena.allocateFrom(JAVA_LONG, instructions).address());
      attributes.set(JAVA_LONG, 16, arena.allocateFrom(LICENSE).address());
      attributes.set(JAVA_INT, 44, device == 0 ? 0 : DEVICE_BOUND);
      MemorySegment.copy(
          new byte[] {'v', 'p', 'c', 'r', 'i', 'g'}, 0, attributes, JAVA_BYTE, NAME_AT, 6);
      attributes.set(JAVA_INT, 64, device);
      attributes.set(JAVA_INT, 68, ATTACH_XDP);
      return Linux.bpf(PROG_LOAD, attributes);
    }
  }

  /**
   * Attaches a program to an interface; it is taken off when the file that this gives is closed, by
   * the end of the process at the latest.
   *
   * @param mode flag of linux/if_link.h: the driver's own XDP or the kernel's general one
   */
  static int attach(int program, int device, int mode) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = arena.allocate(ATTRIBUTES, 8);
      attributes.set(JAVA_INT, 0, program);
      attributes.set(JAVA_INT, 4, device);
      attributes.set(JAVA_INT, 8, ATTACH_XDP);
      attributes.set(JAVA_INT, 12, mode);
      return Linux.bpf(LINK_CREATE, attributes);
    }
  }

  /** One instruction. */
  static long instruction(int opcode, int destination, int source, int offset, int immediate) {
    return opcode & 0xff
        | (destination & 0xfL) << 8
        | (source & 0xfL) << 12
        | (offset & 0xffffL) << 16
        | (long) immediate << 32;
  }
}
