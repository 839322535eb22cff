package dev.troupe.oracle;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.RangeId;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.range.Leadership;
import dev.troupe.store.PeerMessage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A node's own oracle, in office or not. Any thread; never blocks. While office is held under a
 * lease, numbers are drawn on the caller's thread; the actor sees to everything else.
 */
public final class LocalOracle {
  /** How many numbers may be drawn at once. */
  static final int DRAW_MAX = 1 << 20;

  private final TenureBoard board;
  private final OracleClock clock;
  private final MonotonicClock monotonic;
  private final Consumer<TimestampOracle.Command> actor;

  LocalOracle(
      TenureBoard board,
      OracleClock clock,
      MonotonicClock monotonic,
      Consumer<TimestampOracle.Command> actor) {
    this.board = board;
    this.clock = clock;
    this.monotonic = monotonic;
    this.actor = actor;
  }

  /** What was done with it, and by it. */
  OracleMetrics metrics() {
    return board.metrics();
  }

  /** News of who leads a range: the oracle follows the leader of the system range. */
  public void heard(Leadership news) {
    if (news.range().equals(RangeId.SYSTEM)) {
      actor.accept(new TimestampOracle.Leading(news.leading()));
    }
  }

  /**
   * Draws numbers if that is possible at once.
   *
   * @return the first of them, or {@link TimestampWindow#NONE}
   */
  long tryDraw(int count) {
    Tenure tenure = board.tenure();
    if (tenure == null) {
      return TimestampWindow.NONE;
    }
    TimestampWindow window = tenure.window();
    long first = window.take(count, clock.millis());
    if (first == TimestampWindow.NONE) {
      return TimestampWindow.NONE;
    }
    if (window.left(first) < OracleCore.WINDOW_LOW && tenure.askExtension()) {
      actor.accept(TimestampOracle.WindowLow.INSTANCE);
    }
    // Only now: what happened to the lease before the numbers were taken says nothing.
    return tenure.lawful() ? first : TimestampWindow.NONE;
  }

  /** Draws numbers, if need be after taking office; refuses when office is held elsewhere. */
  void draw(int count, long deadlineNanos, OracleCore.WishReply reply) {
    long first = tryDraw(count);
    if (first == TimestampWindow.NONE) {
      actor.accept(new TimestampOracle.Draw(count, deadlineNanos, reply));
    } else {
      reply.granted(first);
    }
  }

  /** Answers another node. */
  public void serve(PeerMessage.DrawTimestamps wish, Consumer<PeerMessage.TimestampsDrawn> answer) {
    if (wish.count() < 1 || wish.count() > DRAW_MAX) {
      answer.accept(new PeerMessage.TimestampsDrawn(wish.call(), 0, 0));
      return;
    }
    long deadline = monotonic.nanos() + wish.timeoutMillis() * 1_000_000L;
    draw(
        wish.count(),
        deadline,
        new OracleCore.WishReply() {
          @Override
          public void granted(long first) {
            answer.accept(new PeerMessage.TimestampsDrawn(wish.call(), first, 0));
          }

          @Override
          public void refused(@Nullable NodeId holder) {
            answer.accept(
                new PeerMessage.TimestampsDrawn(
                    wish.call(), 0, holder == null ? 0 : holder.value()));
          }
        });
  }

  /** A timestamp of another node's oracle was seen. */
  void observed(long millis) {
    clock.observed(millis);
  }

  /** For those who show it: the number of the tenure held here; null when none is. */
  public @Nullable Long tenure() {
    Tenure tenure = board.tenure();
    return tenure == null ? null : tenure.number();
  }
}
