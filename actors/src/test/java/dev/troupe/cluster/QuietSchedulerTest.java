package dev.troupe.cluster;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.troupe.protocol.spi.SystemClocks;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.Scheduler;
import org.apache.pekko.actor.SchedulerException;
import org.apache.pekko.event.NoLogging;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import scala.concurrent.ExecutionContext;

final class QuietSchedulerTest {
  private static final long PATIENCE_SECONDS = 30;

  private final QuietScheduler scheduler =
      new QuietScheduler(ConfigFactory.empty(), NoLogging.getInstance(), Thread::new);
  private final ExecutionContext here = ExecutionContext.fromExecutor(Runnable::run);

  @AfterEach
  void close() {
    scheduler.close();
  }

  @Test
  void shouldRunATaskNotBeforeItIsDue() throws InterruptedException {
    long begin = System.nanoTime();
    CountDownLatch ran = new CountDownLatch(1);
    scheduler.scheduleOnce(Duration.ofMillis(40), ran::countDown, here);
    assertThat(ran.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(40_000_000L);
  }

  @Test
  void shouldWakeUpOnceForWhatIsFarAwayAndDueAtAboutTheSameTime() {
    long second = 1_000_000_000L;
    long milli = 1_000_000L;
    assertThat(QuietScheduler.onGrid(7 * second, second)).isEqualTo(7 * second);
    assertThat(QuietScheduler.onGrid(7 * second + 1, second)).isEqualTo(7 * second + 500 * milli);
    assertThat(QuietScheduler.onGrid(7 * second + 500 * milli, 60 * second))
        .isEqualTo(7 * second + 500 * milli);
    assertThat(QuietScheduler.onGrid(7 * second + 1, second / 2))
        .isEqualTo(7 * second + 125 * milli);
    assertThat(QuietScheduler.onGrid(7 * second + 1, second / 10))
        .isEqualTo(7 * second + 10 * milli);
  }

  @Test
  void shouldRunSeriesOfSecondsAtTheNearestWholeSecond() throws InterruptedException {
    long second = 1_000_000_000L;
    assertThat(QuietScheduler.wholeSecond(7 * second + 499_999_999L)).isEqualTo(7 * second);
    assertThat(QuietScheduler.wholeSecond(7 * second + 500_000_000L)).isEqualTo(8 * second);
    var runs = new LinkedBlockingQueue<Long>();
    Cancellable series =
        scheduler.scheduleWithFixedDelay(
            Duration.ZERO,
            Duration.ofSeconds(1),
            () -> runs.add(SystemClocks.monotonic().nanos()),
            here);
    long before = requireNonNull(runs.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
    for (int i = 0; i < 2; i++) {
      long at = requireNonNull(runs.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
      assertThat(at).isGreaterThanOrEqualTo(QuietScheduler.wholeSecond(before + second));
      before = at;
    }
    assertThat(series.cancel()).isTrue();
    assertThat(series.isCancelled()).isTrue();
  }

  @Test
  void shouldCancelASeriesWhileItRuns() throws InterruptedException {
    var handed = new LinkedBlockingQueue<Runnable>();
    ExecutionContext aside = ExecutionContext.fromExecutor(handed::add);
    AtomicInteger runs = new AtomicInteger();
    Cancellable series =
        scheduler.scheduleWithFixedDelay(
            Duration.ZERO, Duration.ofMillis(1100), runs::incrementAndGet, aside);
    Runnable run = requireNonNull(handed.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));

    assertThat(series.cancel()).isTrue();
    assertThat(series.cancel()).isFalse();

    run.run();
    CountDownLatch later = new CountDownLatch(1);
    scheduler.scheduleOnce(Duration.ofMillis(2200), later::countDown, here);
    assertThat(later.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(handed).isEmpty();
  }

  @Test
  void shouldEndSeriesQuietlyWhenItIsClosed() throws InterruptedException {
    var handed = new LinkedBlockingQueue<Runnable>();
    ExecutionContext aside = ExecutionContext.fromExecutor(handed::add);
    AtomicInteger runs = new AtomicInteger();
    Duration second = Duration.ofSeconds(1);
    scheduler.scheduleWithFixedDelay(Duration.ZERO, second, runs::incrementAndGet, aside);
    scheduler.scheduleAtFixedRate(Duration.ZERO, second, runs::incrementAndGet, aside);
    Runnable one = requireNonNull(handed.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
    Runnable other = requireNonNull(handed.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
    scheduler.close();
    one.run();
    other.run();
    assertThat(runs).hasValue(2);
  }

  @Test
  void shouldNotRunWhatWasCancelled() throws InterruptedException {
    AtomicInteger runs = new AtomicInteger();
    Cancellable cancelled =
        scheduler.scheduleOnce(Duration.ofMillis(20), runs::incrementAndGet, here);
    assertThat(cancelled.cancel()).isTrue();
    assertThat(cancelled.cancel()).isFalse();
    assertThat(cancelled.isCancelled()).isTrue();
    CountDownLatch later = new CountDownLatch(1);
    scheduler.scheduleOnce(Duration.ofMillis(60), later::countDown, here);
    assertThat(later.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(runs).hasValue(0);
  }

  @Test
  void shouldRepeatUntilCancelledOrItsReceiverIsGone() throws InterruptedException {
    CountDownLatch fixedDelay = new CountDownLatch(3);
    Cancellable series =
        scheduler.scheduleWithFixedDelay(
            Duration.ZERO, Duration.ofMillis(10), fixedDelay::countDown, here);
    AtomicInteger runs = new AtomicInteger();
    CountDownLatch atRate = new CountDownLatch(3);
    scheduler.scheduleAtFixedRate(
        Duration.ZERO,
        Duration.ofMillis(10),
        () -> {
          runs.incrementAndGet();
          atRate.countDown();
          if (atRate.getCount() == 0) {
            throw new SchedulerException("nobody is there any more");
          }
        },
        here);
    assertThat(fixedDelay.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(series.cancel()).isTrue();
    assertThat(atRate.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    CountDownLatch later = new CountDownLatch(1);
    scheduler.scheduleOnce(Duration.ofMillis(60), later::countDown, here);
    assertThat(later.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(runs).hasValue(3);
  }

  @Test
  void shouldRunAtTheEndWhatAsksForThatAndNothingElse() {
    AtomicInteger last = new AtomicInteger();
    AtomicInteger other = new AtomicInteger();
    Scheduler.TaskRunOnClose task = last::incrementAndGet;
    scheduler.scheduleOnce(Duration.ofHours(1), task, here);
    scheduler.scheduleOnce(Duration.ofHours(1), other::incrementAndGet, here);
    scheduler.close();
    scheduler.close();
    assertThat(last).hasValue(1);
    assertThat(other).hasValue(0);
    assertThatThrownBy(() -> scheduler.scheduleOnce(Duration.ZERO, other::incrementAndGet, here))
        .isInstanceOf(IllegalStateException.class)
        .hasCauseInstanceOf(SchedulerException.class);
  }
}
