package dev.troupe.txn;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.range.TxnWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects what nodes say about who holds which keys, until all have answered. Any thread. */
final class HolderSurvey {
  private static final Logger log = LoggerFactory.getLogger(HolderSurvey.class);

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

  /**
   * One of those asked has answered, or never will.
   *
   * @param holders null when nothing came
   */
  void answered(NodeId node, @Nullable List<TxnWatch.Holder> holders) {
    if (holders == null) {
      log.info("{} does not say what its transactions hold: if it lives, they may conflict", node);
    }
    List<TxnWatch.Holder> all = add(holders == null ? List.of() : holders);
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
