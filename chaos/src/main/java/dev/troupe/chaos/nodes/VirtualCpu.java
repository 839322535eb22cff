package dev.troupe.chaos.nodes;

import dev.troupe.chaos.sim.SimRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * The processor of one life of a node: runs what became runnable one by one, each run taking a
 * little virtual time. Which of several comes next is drawn: a mailbox keeps its order, between
 * mailboxes there is none, as on real threads. Dies with its node and then runs nothing any more.
 */
final class VirtualCpu implements Executor {
  private final NodeWorld world;
  private final int node;
  private final SimRandom random;
  private final Thread thread = Thread.currentThread();
  private final List<Runnable> runnable = new ArrayList<>();
  private long pausedUntil;
  private boolean scheduled;
  private boolean dead;

  VirtualCpu(NodeWorld world, int node, SimRandom random) {
    this.world = world;
    this.node = node;
    this.random = random;
  }

  @Override
  public void execute(Runnable task) {
    requireOwnThread();
    if (!dead) {
      runnable.add(task);
      schedule();
    }
  }

  /** Carries an action out after a while, unless the node has died until then. */
  void after(long delayNanos, Runnable action) {
    requireOwnThread();
    world
        .time()
        .after(
            delayNanos,
            () -> {
              if (!dead) {
                action.run();
              }
            });
  }

  /** Runs nothing for a while; time goes on. */
  void pause(long nanos) {
    pausedUntil = Math.max(pausedUntil, world.now() + nanos);
  }

  boolean isPaused() {
    return world.now() < pausedUntil;
  }

  void die() {
    dead = true;
    runnable.clear();
  }

  boolean isDead() {
    return dead;
  }

  @Override
  public String toString() {
    return (dead ? "dead" : isPaused() ? "paused" : "up") + ", " + runnable.size() + " runnable";
  }

  private void schedule() {
    if (!scheduled && !runnable.isEmpty()) {
      scheduled = true;
      long wait = Math.max(0, pausedUntil - world.now());
      world.time().after(wait + random.between(1, world.options().stepNanos()), this::step);
    }
  }

  private void step() {
    scheduled = false;
    if (dead) {
      return;
    }
    if (!isPaused()) {
      int chosen = random.nextInt(runnable.size());
      world.trace().mix((long) node << 32 | (long) runnable.size() << 16 | chosen);
      Runnable task = runnable.get(chosen);
      // The last one takes its place: what is drawn next does not depend on the order here.
      Runnable last = runnable.removeLast();
      if (chosen < runnable.size()) {
        runnable.set(chosen, last);
      }
      task.run();
    }
    schedule();
  }

  /** Anything that comes from another thread would come at another moment in the next run. */
  private void requireOwnThread() {
    if (Thread.currentThread() != thread) {
      var intruder = new IllegalStateException("a thread of its own: " + Thread.currentThread());
      world.alarm().raise(intruder);
      throw intruder;
    }
  }
}
