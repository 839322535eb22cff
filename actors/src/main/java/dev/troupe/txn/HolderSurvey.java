package dev.troupe.txn;

import dev.troupe.range.TxnWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Collects what nodes say about who holds which keys, until all have answered. Any thread. */
final class HolderSurvey {
  private final Consumer<List<TxnWatch.Holder>> reply;
  private final List<TxnWatch.Holder> found = new ArrayList<>();
  private int open;

  /**
   * Begins with as many answers to come as there are askings.
   *
   * @param reply called once, by whoever brings the last answer
   */
  HolderSurvey(int askings, Consumer<List<TxnWatch.Holder>> reply) {
    this.open = askings;
    this.reply = reply;
  }

  /** One of those asked has answered, or never will. */
  void answered(List<TxnWatch.Holder> holders) {
    List<TxnWatch.Holder> all = add(holders);
    if (all != null) {
      reply.accept(all);
    }
  }

  private synchronized @Nullable List<TxnWatch.Holder> add(List<TxnWatch.Holder> holders) {
    found.addAll(holders);
    open--;
    return open == 0 ? List.copyOf(found) : null;
  }
}
