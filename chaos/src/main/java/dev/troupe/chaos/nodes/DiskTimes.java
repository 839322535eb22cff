package dev.troupe.chaos.nodes;

import dev.troupe.chaos.sim.SimRandom;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/**
 * How long a node's disk takes, and the threads that wait for it: a few tasks at a time, each done
 * at once when its time has passed, in any order.
 */
final class DiskTimes {
  private static final int THREADS = 4;

  private final NodeWorld world;
  private final SimRandom random;
  private long stalledUntil;

  DiskTimes(NodeWorld world, SimRandom random) {
    this.world = world;
    this.random = random;
  }

  /** From now until then nothing comes back from the disk. */
  void stall(long nanos) {
    stalledUntil = Math.max(stalledUntil, world.now() + nanos);
  }

  void calm() {
    stalledUntil = 0;
  }

  long nextNanos() {
    var disk = world.options().disk();
    long usual = random.between(disk.nanos() / 4, disk.nanos());
    if (random.chance(disk.slow())) {
      world.coverage().reached(NodeRare.SLOW_DISK);
      usual += random.nextLong(disk.slowNanos());
    }
    return usual + Math.max(0, stalledUntil - world.now());
  }

  /** Threads of one life of the node. */
  Executor threads(VirtualCpu life, int count) {
    return new Threads(life, count);
  }

  Executor threads(VirtualCpu life) {
    return threads(life, THREADS);
  }

  private final class Threads implements Executor {
    private final VirtualCpu life;
    private final int count;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int busy;

    Threads(VirtualCpu life, int count) {
      this.life = life;
      this.count = count;
    }

    @Override
    public void execute(Runnable task) {
      waiting.add(task);
      begin();
    }

    private void begin() {
      while (busy < count && !waiting.isEmpty()) {
        busy++;
        Runnable task = waiting.remove();
        life.after(nextNanos(), () -> run(task));
      }
    }

    private void run(Runnable task) {
      if (life.isPaused()) {
        // A stopped process has no threads that go on.
        life.execute(() -> run(task));
        return;
      }
      world.trace().mix(busy);
      busy--;
      task.run();
      begin();
    }
  }
}
