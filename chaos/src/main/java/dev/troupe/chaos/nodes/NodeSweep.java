package dev.troupe.chaos.nodes;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Runs a range of seeds on a few threads, one simulation per thread at a time, and adds up what was
 * seen. Stops at the first failure; of several found together it keeps the lowest seed.
 */
public final class NodeSweep {
  private final long from;
  private final long count;
  private final AtomicLong next;
  private final NodeCoverage coverage = new NodeCoverage();
  private long runs;
  private long events;
  private long operations;
  private long undecided;
  private @Nullable NodeResult failure;
  private @Nullable Throwable broken;

  private NodeSweep(long from, long count) {
    this.from = from;
    this.count = count;
    this.next = new AtomicLong(from);
  }

  /**
   * Runs the seeds from {@code from} on; blocks until all have run or one has failed.
   *
   * @param threads simulations at a time; at least 1
   * @throws IllegalStateException when the simulation itself fails
   */
  public static NodeSweep run(long from, long count, int threads) throws InterruptedException {
    var sweep = new NodeSweep(from, count);
    List<Thread> workers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      workers.add(Thread.ofPlatform().name("nodes-" + i).start(sweep::work));
    }
    for (Thread worker : workers) {
      worker.join();
    }
    sweep.requireWhole();
    return sweep;
  }

  private synchronized void requireWhole() {
    if (broken != null) {
      throw new IllegalStateException("a simulation broke off", broken);
    }
  }

  private void work() {
    try {
      runSeeds();
    } catch (RuntimeException | Error failed) {
      // Not of the simulated nodes, but of their world: nobody may take that for a good run.
      synchronized (this) {
        broken = failed;
      }
    }
  }

  private void runSeeds() {
    while (true) {
      long seed = next.getAndIncrement();
      if (seed >= from + count || hasFailed()) {
        return;
      }
      take(NodeSimulation.run(seed));
    }
  }

  private synchronized void take(NodeResult result) {
    runs++;
    events += result.events();
    operations += result.operations();
    undecided += result.undecided() ? 1 : 0;
    coverage.add(result.coverage());
    boolean first = failure == null || result.seed() < failure.seed();
    if (result.failed() && first) {
      failure = result;
    }
  }

  private synchronized boolean hasFailed() {
    return failure != null;
  }

  public synchronized @Nullable NodeResult failure() {
    return failure;
  }

  public synchronized NodeCoverage coverage() {
    return coverage;
  }

  /** Seeds that have run. */
  public synchronized long runs() {
    return runs;
  }

  public synchronized long events() {
    return events;
  }

  public synchronized long operations() {
    return operations;
  }

  /** Runs in which the search for a linearization was given up. */
  public synchronized long undecided() {
    return undecided;
  }
}
