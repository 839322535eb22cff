package dev.troupe.oracle;

import dev.troupe.protocol.model.Timestamp;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.protocol.spi.SystemClocks;
import java.lang.management.ManagementFactory;

/**
 * Measures what a draw costs on the oracle's own node: alone, in batches of 1000, and by two
 * threads at once.
 *
 * <p>Run with the test class path: {@code java dev.troupe.oracle.OracleCost [draws]}.
 */
public final class OracleCost {
  private final LocalOracle oracle;

  private OracleCost() {
    MonotonicClock clock = SystemClocks.monotonic();
    long until = clock.nanos() + 3_600_000_000_000L;
    var board = new TenureBoard();
    long now = SystemClocks.wall().millis();
    var window = new TimestampWindow(Timestamp.of(now, 0), Timestamp.of(now + 1_000_000_000L, 0));
    board.show(new Tenure(1, () -> clock.nanos() - until < 0, window));
    var physical = new OracleClock(SystemClocks.wall(), clock, jump -> {});
    oracle = new LocalOracle(board, physical, clock, command -> {});
  }

  public static void main(String[] args) throws InterruptedException {
    int draws = args.length > 0 ? Integer.parseInt(args[0]) : 20_000_000;
    var cost = new OracleCost();
    for (int pass = 1; pass <= 3; pass++) {
      cost.run("one thread, single draws", 1, 1, draws);
      cost.run("one thread, 1000 at once", 1, 1_000, draws);
      cost.run("two threads, single draws", 2, 1, draws);
    }
  }

  private void run(String what, int threads, int count, int draws) throws InterruptedException {
    var all = new Thread[threads];
    long began = System.nanoTime();
    long[] bytes = new long[threads];
    for (int i = 0; i < threads; i++) {
      int id = i;
      all[i] = new Thread(() -> bytes[id] = drawMany(count, draws / threads));
      all[i].start();
    }
    for (Thread thread : all) {
      thread.join();
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    System.out.printf(
        "%s: %.1f M draws/s, %.1f M timestamps/s, %.2f bytes allocated per draw%n",
        what,
        draws / seconds / 1e6,
        (double) draws * count / seconds / 1e6,
        (double) java.util.Arrays.stream(bytes).sum() / draws);
  }

  private long drawMany(int count, int draws) {
    var bean = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = bean.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < draws; i++) {
      if (oracle.tryDraw(count) == TimestampWindow.NONE) {
        throw new IllegalStateException("nothing was drawn");
      }
    }
    return bean.getCurrentThreadAllocatedBytes() - before;
  }
}
