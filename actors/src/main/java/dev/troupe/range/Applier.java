package dev.troupe.range;

import dev.troupe.protocol.error.Invariant;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.StateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Applies committed entries of all ranges of a store. The tasks of one range run in order, each in
 * its lane: on a thread that may wait for the disk, where what has gathered goes into one store
 * batch; or, as long as nothing has to wait and the lane is idle, at once on the caller's thread,
 * which spares two hand-overs between threads. What is queued is bounded by the replicas, which do
 * not commit more than they may have uncommitted.
 */
public final class Applier {
  /** A batch is committed when it has grown to this size, even if more tasks wait. */
  private static final long BATCH_BYTES_MAX = 4L << 20;

  /** Something to do to the state, and what to do once it is visible. */
  public interface Task {
    /**
     * Applies, as owner of the lane, as much as can be done shortly and without waiting for the
     * disk.
     *
     * @return whether that was all; otherwise {@link #apply} follows with the same batch
     */
    boolean tryApply(StateStore.Batch batch);

    /** Applies what is left, as owner of the lane; may block on the disk. */
    void apply(StateStore.Batch batch);

    /** As owner of the lane after the batch was committed: must be short. */
    void committed();
  }

  private final StateStore state;
  private final List<Lane> lanes;
  private final Consumer<Throwable> fatal;

  /**
   * Creates the lanes.
   *
   * @param lanes how many ranges can be applied at the same time
   * @param executor runs the lanes, on threads that may block
   * @param fatal told when applying failed: the state can not be trusted any more
   */
  public Applier(StateStore state, int lanes, Executor executor, Consumer<Throwable> fatal) {
    this.state = state;
    this.fatal = fatal;
    List<Lane> all = new ArrayList<>();
    for (int i = 0; i < lanes; i++) {
      all.add(new Lane(executor));
    }
    this.lanes = List.copyOf(all);
  }

  /**
   * Runs a task, or as much of it as can be done at once, or queues it behind the range's earlier
   * ones. Never blocks. Any thread, but one at a time for a range.
   */
  public void submit(RangeId range, Task task) {
    lanes.get((int) (range.value() % lanes.size())).submit(task);
  }

  /** Runs an action once everything submitted for the range before is visible. */
  public void afterAll(RangeId range, Runnable action) {
    submit(
        range,
        new Task() {
          @Override
          public boolean tryApply(StateStore.Batch batch) {
            return false;
          }

          @Override
          public void apply(StateStore.Batch batch) {}

          @Override
          public void committed() {
            action.run();
          }
        });
  }

  private final class Lane implements Runnable {
    private final Executor executor;
    private final Queue<Task> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unfinished = new AtomicInteger();

    Lane(Executor executor) {
      this.executor = executor;
    }

    void submit(Task task) {
      if (unfinished.compareAndSet(0, 1)) {
        runHere(task);
        return;
      }
      waiting.add(task);
      if (unfinished.getAndIncrement() == 0) {
        executor.execute(this);
      }
    }

    private void runHere(Task task) {
      StateStore.Batch batch = state.newBatch();
      try {
        if (!task.tryApply(batch) || !batch.tryCommit()) {
          // Or the store holds writers up: a thread that may wait takes over, the lane stays ours.
          executor.execute(() -> finishLate(batch, task));
          return;
        }
        batch.close();
        task.committed();
        if (unfinished.decrementAndGet() > 0) {
          executor.execute(this);
        }
      } catch (RuntimeException | Error failure) {
        // As in run: the lane stays marked as running.
        batch.close();
        fatal.accept(failure);
      }
    }

    private void finishLate(StateStore.Batch batch, Task task) {
      try (batch) {
        task.apply(batch);
        batch.commit();
        task.committed();
      } catch (RuntimeException | Error failure) {
        fatal.accept(failure);
        return;
      }
      if (unfinished.decrementAndGet() > 0) {
        run();
      }
    }

    @Override
    public void run() {
      try (StateStore.Batch batch = state.newBatch()) {
        int done;
        do {
          done = runBatch(batch);
        } while (unfinished.addAndGet(-done) > 0);
      } catch (RuntimeException | Error failure) {
        // The lane stays marked as running: nothing is applied after a failure.
        fatal.accept(failure);
      }
    }

    private int runBatch(StateStore.Batch batch) {
      List<Task> together = new ArrayList<>();
      while (batch.sizeBytes() < BATCH_BYTES_MAX) {
        Task task = waiting.poll();
        if (task == null) {
          break;
        }
        task.apply(batch);
        together.add(task);
      }
      Invariant.check(!together.isEmpty(), "an apply lane was woken for nothing");
      batch.commit();
      together.forEach(Task::committed);
      return together.size();
    }
  }
}
