package dev.troupe.node.boot;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.typesafe.config.Config;
import dev.troupe.node.ExitCode;
import dev.troupe.rocksdb.store.StoreOptions;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * How the memory that a node's process may use is divided among its parts, in bytes. A process that
 * takes more than its container allows is killed in the middle of its work, at the time when it has
 * most to do; so it does not start when the parts together could need more.
 *
 * @param limit of the whole process
 * @param heap largest Java heap
 * @param direct largest sum of direct buffers: messages and their parts
 * @param cache block cache of the store, with the write buffer of the state in it
 * @param logBuffer write buffer of the Raft logs
 */
record MemoryBudget(long limit, long heap, long direct, long cache, long logBuffer) {
  private static final long MIB = 1 << 20;

  /** Classes, compiled code, stacks of threads, tables of the collector. */
  private static final long JVM = 256 * MIB;

  /** A command beside the node: draining before it stops, a shell of SQL. */
  private static final long COMMAND = 128 * MIB;

  /** What allocators lose: one part of so many of the limit. */
  private static final long ALLOCATORS_DIVISOR = 16;

  private static final long CACHE_WITHOUT_LIMIT = StoreOptions.DEFAULTS.cacheBytes();
  private static final String AUTO = "auto";
  private static final String NONE = "none";
  private static final String LIMIT_KEY = "troupe.memory.limit";
  private static final String CACHE_KEY = "troupe.storage.cache";

  /** The launcher knows what the container allows: it has to choose the heap by it. */
  private static final String LAUNCHER_LIMIT = "launcher.memory";

  /** What this process has been given as limits of its own. */
  record Process(OptionalLong containerLimit, long heap, long direct) {
    static Process present() {
      String limit = System.getProperty(LAUNCHER_LIMIT);
      long heap = option("MaxHeapSize");
      long direct = option("MaxDirectMemorySize");
      return new Process(
          limit == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(limit)),
          heap,
          // What the JVM takes 0 for.
          direct == 0 ? heap : direct);
    }

    private static long option(String name) {
      return Long.parseLong(
          ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
              .getVMOption(name)
              .getValue());
    }
  }

  /**
   * The settings of the store with a cache that fits.
   *
   * @throws StartProblem with the division when the parts need more than there is
   */
  static Division divide(Config config, StoreOptions wanted, Process process) {
    OptionalLong limit = limit(config, process);
    boolean auto = config.getString(CACHE_KEY).equals(AUTO);
    if (limit.isEmpty()) {
      StoreOptions options = auto ? wanted.withCacheBytes(CACHE_WITHOUT_LIMIT) : wanted;
      return new Division(options, "");
    }
    MemoryBudget budget =
        new MemoryBudget(
            limit.getAsLong(),
            process.heap(),
            process.direct(),
            auto ? 0 : wanted.cacheBytes(),
            wanted.logWriteBufferBytes());
    if (auto) {
      long left = Math.max(budget.left(), wanted.stateWriteBufferBytes());
      budget = budget.withCache(left);
    }
    if (budget.left() < 0) {
      throw new StartProblem(ExitCode.CONFIGURATION, budget.refusal());
    }
    return new Division(wanted.withCacheBytes(budget.cache()), budget.toString());
  }

  /**
   * What comes of it.
   *
   * @param text for an operator; empty when there is no limit
   */
  record Division(StoreOptions store, String text) {}

  private static OptionalLong limit(Config config, Process process) {
    String given = config.getString(LIMIT_KEY);
    return switch (given.toLowerCase(Locale.ROOT)) {
      case AUTO -> process.containerLimit();
      case NONE -> OptionalLong.empty();
      default -> OptionalLong.of(config.getBytes(LIMIT_KEY));
    };
  }

  private MemoryBudget withCache(long bytes) {
    return new MemoryBudget(limit, heap, direct, bytes, logBuffer);
  }

  private long allocators() {
    return limit / ALLOCATORS_DIVISOR;
  }

  private long left() {
    return limit - heap - direct - cache - logBuffer - JVM - COMMAND - allocators();
  }

  private String refusal() {
    return ("the parts of the node could need %d MiB of memory more than it may use. Raise the"
            + " limit, or lower the heap (TROUPE_HEAP) or the cache (%s): %s")
        .formatted((-left() + MIB - 1) / MIB, CACHE_KEY, this);
  }

  /** The division in words. */
  @Override
  public String toString() {
    return ("%d MiB = heap %d + direct buffers %d + block cache %d + log buffer %d + JVM %d"
            + " + a command beside it %d + allocators %d, %d left")
        .formatted(
            limit / MIB,
            heap / MIB,
            direct / MIB,
            cache / MIB,
            logBuffer / MIB,
            JVM / MIB,
            COMMAND / MIB,
            allocators() / MIB,
            Math.max(0, left() / MIB));
  }
}
