package io.vpcrig.io.live;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Has a kernel put a VLAN tag on all that it sends by an interface, kept beside the frame as a VLAN
 * device would: a program of two calls at the interface's way out (TCX, kernel 6.6 and later).
 */
final class TagPusher implements AutoCloseable {
  private static final int PROG_LOAD = 5;
  private static final int LINK_CREATE = 28;
  private static final int PROG_TYPE_CLASSIFIER = 3;
  private static final int ATTACH_TCX_EGRESS = 47;
  private static final int VLAN_PUSH = 18;

  private final int program;
  private final int link;

  /** To be called in the interface's namespace. */
  TagPusher(Link at, int tag) throws IOException {
    long[] code = {
      Bpf.instruction(0xb7, 2, 0, 0, Short.reverseBytes((short) 0x8100) & 0xffff),
      Bpf.instruction(0xb7, 3, 0, 0, tag),
      Bpf.instruction(0x85, 0, 0, 0, VLAN_PUSH),
      Bpf.instruction(0xb7, 0, 0, 0, 0),
      Bpf.instruction(0x95, 0, 0, 0, 0)
    };
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment load = arena.allocate(128, 8);
      load.set(JAVA_INT, 0, PROG_TYPE_CLASSIFIER);
      load.set(JAVA_INT, 4, code.length);
      load.set(JAVA_LONG, 8, arena.allocateFrom(JAVA_LONG, code).address());
      load.set(JAVA_LONG, 16, arena.allocateFrom("GPL").address());
      program = Linux.bpf(PROG_LOAD, load);
      MemorySegment attach = arena.allocate(128, 8);
      attach.set(JAVA_INT, 0, program);
      attach.set(JAVA_INT, 4, at.index());
      attach.set(JAVA_INT, 8, ATTACH_TCX_EGRESS);
      link = Linux.bpf(LINK_CREATE, attach);
    }
  }

  boolean isThere() {
    return link >= 0;
  }

  @Override
  public void close() throws IOException {
    Linux.close(link);
    Linux.close(program);
  }
}
