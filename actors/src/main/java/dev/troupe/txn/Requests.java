package dev.troupe.txn;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.spi.TxnRequest;
import dev.troupe.protocol.spi.TxnResponse;
import dev.troupe.protocol.trace.Span;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The requests of an interactive transaction on their way to its coordinator. Each is answered,
 * also when the coordinator has ended or ends in this moment. Any thread may add, the coordinator
 * takes.
 */
final class Requests {
  /** Beyond so many unanswered requests new ones are refused. */
  static final int WAITING_MAX = 65_536;

  /**
   * A request and who waits for its answer.
   *
   * @param trace what it is recorded under; null for almost all
   */
  record Ask(TxnRequest request, Consumer<TxnResponse> reply, @Nullable Span trace) {}

  private final Queue<Ask> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger size = new AtomicInteger();
  private volatile TxnResponse.@Nullable Failed over;

  /** Adds a request; true when the coordinator has to be told. */
  boolean add(Ask ask) {
    if (size.incrementAndGet() > WAITING_MAX) {
      size.decrementAndGet();
      ask.reply()
          .accept(
              ActiveTransaction.failed(
                  ErrorCode.OVERLOADED,
                  "more than " + WAITING_MAX + " requests of one transaction wait"));
      return false;
    }
    waiting.add(ask);
    TxnResponse.Failed why = over;
    if (why != null) {
      refuseAll(why);
      return false;
    }
    return true;
  }

  @Nullable Ask poll() {
    Ask next = waiting.poll();
    if (next != null) {
      size.decrementAndGet();
    }
    return next;
  }

  /** From now on everything is refused at once. */
  void end(TxnResponse.Failed why) {
    over = why;
    refuseAll(why);
  }

  void refuseAll(TxnResponse.Failed why) {
    for (Ask ask = poll(); ask != null; ask = poll()) {
      ask.reply().accept(why);
    }
  }
}
