package io.vpcrig.io.live;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes the process a user's without rights, for good. Identity and capabilities are each thread's
 * own to the kernel; the C library's functions change those of all threads at once (nptl(7)), as
 * the bare system calls would not. Where all user ids go from root to another, the kernel clears
 * the capabilities of the thread (capabilities(7)), so nothing of them is left in any. What was
 * opened before stays open and works.
 */
@SuppressWarnings("restricted")
public final class Privileges {
  /** struct passwd: name 8, password 8, user id 4, group id 4. */
  private static final int UID = 16;

  private static final int GID = 20;
  private static final int PASSWD = 24;
  private static final int ALL_FIELDS = 3;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MemoryLayout STATE = Linker.Option.captureStateLayout();

  private Privileges() {}

  /**
   * A user of this machine.
   *
   * @param gid primary group
   */
  public record User(String name, int uid, int gid) {
    /**
     * Looks one up.
     *
     * @throws IOException with a sentence, if there is none of this name, or it is root
     */
    public static User of(String name) throws IOException {
      try (Arena arena = Arena.ofConfined()) {
        MethodHandle find =
            LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow("getpwnam"),
                FunctionDescriptor.of(ADDRESS, ADDRESS));
        MemorySegment found = (MemorySegment) find.invokeExact(arena.allocateFrom(name));
        if (found.address() == 0) {
          throw new IOException("user " + name + ": there is none of this name");
        }
        MemorySegment entry = found.reinterpret(PASSWD);
        User user = new User(name, entry.get(JAVA_INT, UID), entry.get(JAVA_INT, GID));
        if (user.uid == 0) {
          throw new IOException("user " + name + ": is root, whose rights are not to be dropped");
        }
        return user;
      } catch (IOException e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException("getpwnam could not be called", e);
      }
    }
  }

  /**
   * Becomes that user, with all threads, and makes sure of it.
   *
   * @throws IOException with a sentence, if the process may not, or a thread has rights left
   */
  public static void drop(User user) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      FunctionDescriptor groups = FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT);
      FunctionDescriptor ids = FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
      call(user, "initgroups", groups, arena.allocateFrom(user.name), user.gid);
      call(user, "setresgid", ids, user.gid, user.gid, user.gid);
      call(user, "setresuid", ids, user.uid, user.uid, user.uid);
    }
    requireDropped(user);
  }

  private static void call(User user, String name, FunctionDescriptor form, Object... arguments)
      throws IOException {
    int result;
    int errno;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      MethodHandle handle =
          LINKER.downcallHandle(
              LINKER.defaultLookup().findOrThrow(name),
              form,
              Linker.Option.captureCallState("errno"));
      Object[] all = new Object[arguments.length + 1];
      all[0] = state;
      System.arraycopy(arguments, 0, all, 1, arguments.length);
      result = (int) handle.invokeWithArguments(all);
      errno = (int) STATE.varHandle(MemoryLayout.PathElement.groupElement("errno")).get(state, 0L);
    } catch (Throwable e) {
      throw new IllegalStateException(name + " could not be called", e);
    }
    if (result != 0) {
      throw new IOException(
          "user %s: %s: %s; becoming another user needs root, or CAP_SETUID and CAP_SETGID"
              .formatted(user.name, name, Linux.text(errno)));
    }
  }

  /** Reads what the kernel says of every thread. One that ends meanwhile is none. */
  private static void requireDropped(User user) throws IOException {
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
      for (Path thread : threads) {
        try {
          requireDropped(user, Files.readAllLines(thread.resolve("status")));
        } catch (NoSuchFileException e) {
          continue;
        }
      }
    }
  }

  private static void requireDropped(User user, List<String> status) throws IOException {
    for (String line : status) {
      String[] words = line.split("\\s+");
      boolean left =
          switch (words[0]) {
            case "Uid:" -> differs(words, user.uid);
            case "Gid:" -> differs(words, user.gid);
            case "CapPrm:", "CapEff:", "CapAmb:" -> Long.parseUnsignedLong(words[1], 16) != 0;
            default -> false;
          };
      if (left) {
        throw new IOException(
            "user " + user.name + ": a thread still has rights after they were dropped: " + line);
      }
    }
  }

  private static boolean differs(String[] words, int id) {
    boolean differs = false;
    for (int k = 1; k <= ALL_FIELDS; k++) {
      differs |= !words[k].equals(Integer.toUnsignedString(id));
    }
    return differs;
  }
}
