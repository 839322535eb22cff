package dev.troupe.rocksdb.persistence.query;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.jspecify.annotations.Nullable;

/**
 * A source that reads pages on demand, away from the stream's thread, and never more than one page
 * ahead. A live one waits for a signal when it has caught up; a signal that comes while a page is
 * being read makes it read again, so that none is missed.
 *
 * @param <T> what the source emits
 */
public final class PagedStage<T> extends GraphStage<SourceShape<T>> {
  /** Calls the runnable at every change until the returned one is run. */
  @FunctionalInterface
  public interface Watch {
    Runnable begin(Runnable signal);
  }

  private final Outlet<T> out = Outlet.create("pages.out");
  private final SourceShape<T> shape = SourceShape.of(out);
  private final Supplier<Pages<T>> start;
  private final @Nullable Watch watch;
  private final QuerySettings settings;

  private PagedStage(Supplier<Pages<T>> start, @Nullable Watch watch, QuerySettings settings) {
    this.start = start;
    this.watch = watch;
    this.settings = settings;
  }

  /** Ends when the pages have caught up. */
  public static <T> PagedStage<T> current(Supplier<Pages<T>> start, QuerySettings settings) {
    return new PagedStage<>(start, null, settings);
  }

  /** Ends only when the pages are complete. */
  public static <T> PagedStage<T> live(
      Supplier<Pages<T>> start, Watch watch, QuerySettings settings) {
    return new PagedStage<>(start, watch, settings);
  }

  @Override
  public SourceShape<T> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Logic();
  }

  /** What a read on the blocking dispatcher came to. */
  private sealed interface Result<T> {}

  private record Read<T>(Pages.Page<T> page) implements Result<T> {}

  private record Failed<T>(Throwable error) implements Result<T> {}

  private final class Logic extends TimerGraphStageLogic {
    private static final String REFRESH = "refresh";

    private final Pages<T> pages = start.get();
    private final Queue<T> buffer = new ArrayDeque<>();
    private final AtomicBoolean signalled = new AtomicBoolean();
    private AsyncCallback<Result<T>> onResult = createAsyncCallback(this::onResult);
    private AsyncCallback<Boolean> onSignal = createAsyncCallback(ignored -> readOn());
    private Runnable endWatch = () -> {};
    private boolean reading;
    private boolean caughtUp;
    private boolean complete;

    private Logic() {
      super(shape);
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              emitOrRead();
            }
          });
    }

    @Override
    public void preStart() {
      if (watch != null) {
        endWatch = watch.begin(this::signal);
        scheduleWithFixedDelay(REFRESH, settings.refreshInterval(), settings.refreshInterval());
      }
    }

    @Override
    public void postStop() {
      endWatch.run();
    }

    @Override
    public void onTimer(Object key) {
      signalled.set(true);
      readOn();
    }

    /** On the writer's thread: only the first signal since the last read costs anything. */
    private void signal() {
      if (signalled.compareAndSet(false, true)) {
        onSignal.invoke(true);
      }
    }

    private void readOn() {
      if (isAvailable(out)) {
        emitOrRead();
      }
    }

    private void emitOrRead() {
      T item = buffer.poll();
      if (item != null) {
        push(out, item);
      }
      if (!buffer.isEmpty()) {
        return;
      }
      if (complete || (caughtUp && watch == null)) {
        completeStage();
      } else if (item == null && !reading && (!caughtUp || signalled.get())) {
        read();
      }
    }

    private void read() {
      reading = true;
      // Before the read: whatever becomes visible after it signals again.
      signalled.set(false);
      settings.blocking().execute(this::readNow);
    }

    private void readNow() {
      try {
        onResult.invoke(new Read<>(pages.next(settings.pageSize())));
      } catch (Exception e) {
        onResult.invoke(new Failed<>(e));
      }
    }

    private void onResult(Result<T> result) {
      reading = false;
      switch (result) {
        case Read<T> read -> {
          buffer.addAll(read.page().items());
          caughtUp = read.page().caughtUp();
          complete = read.page().complete();
          readOn();
        }
        case Failed<T> failed -> failStage(failed.error());
      }
    }
  }
}
