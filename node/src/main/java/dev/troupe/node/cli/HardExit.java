package dev.troupe.node.cli;

import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Ends the process at once, from any thread, with a status of our choice.
 *
 * <p>{@link Runtime#halt} runs the destructors of native libraries, and that of RocksDB waits for
 * its background threads. One of those is often the caller, or waits in a callback for a virtual
 * machine that has already stopped: the process would hang for ever with its ports open. The C
 * library's {@code _exit} runs nothing.
 */
final class HardExit {
  private final @Nullable MethodHandle exit;

  private HardExit(@Nullable MethodHandle exit) {
    this.exit = exit;
  }

  /** To be called while all is well: classes may not be loadable later. */
  static HardExit prepare() {
    try {
      return new HardExit(find());
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      return new HardExit(null);
    }
  }

  /** Whether it is more than {@link Runtime#halt}. */
  boolean isPrepared() {
    return exit != null;
  }

  void now(int status) {
    try {
      if (exit != null) {
        exit.invoke(status);
      }
    } catch (Throwable e) {
      System.err.println("cannot exit at once: " + e);
    }
    Runtime.getRuntime().halt(status);
  }

  /** By reflection: the interface is final only since Java 22, and we compile for 21. */
  private static MethodHandle find() throws ReflectiveOperationException {
    Class<?> linkerType = type("Linker");
    Class<?> descriptorType = type("FunctionDescriptor");
    Object linker = linkerType.getMethod("nativeLinker").invoke(null);
    Object lookup = linkerType.getMethod("defaultLookup").invoke(linker);
    Object symbol =
        ((Optional<?>) type("SymbolLookup").getMethod("find", String.class).invoke(lookup, "_exit"))
            .orElseThrow();
    Object parameters = Array.newInstance(type("MemoryLayout"), 1);
    Array.set(parameters, 0, type("ValueLayout").getField("JAVA_INT").get(null));
    Object descriptor =
        descriptorType.getMethod("ofVoid", parameters.getClass()).invoke(null, parameters);
    Object options = Array.newInstance(type("Linker$Option"), 0);
    return (MethodHandle)
        linkerType
            .getMethod("downcallHandle", type("MemorySegment"), descriptorType, options.getClass())
            .invoke(linker, symbol, descriptor, options);
  }

  private static Class<?> type(String name) throws ClassNotFoundException {
    return Class.forName("java.lang.foreign." + name);
  }
}
